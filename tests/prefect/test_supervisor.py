"""The supervisor on small real programs: order, restarts, an end in order."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from cli import supervisor as supervising
from cli.supervisor import Program, Supervisor
from rules.errors import Refused

LIVES = "import time; print('alive', flush=True); time.sleep(600)"
DIES = "import sys; print('dying'); sys.exit(3)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"


def program(name: str, text: str, **more: object) -> Program:
    return Program(name, [sys.executable, "-c", text], **more)  # type: ignore[arg-type]  # a test's own shorthand


async def until(log: Path, text: str, times: int = 1) -> None:
    while not log.exists() or log.read_text().count(text) < times:
        await asyncio.sleep(0.02)


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def started(said: str) -> list[int]:
    return [int(line.rpartition(" ")[2]) for line in said.splitlines() if "started" in line]


async def test_starts_in_order_and_stops_in_reverse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    steps = []

    async def ready() -> None:
        steps.append("ready")

    async def then() -> None:
        steps.append("then")

    async def finish() -> None:
        steps.append("finish")

    supervisor = Supervisor(
        [program("first", LIVES, ready=ready, then=then), program("second", LIVES, before_stop=finish)], tmp_path
    )
    await supervisor.run(when_up=supervisor.stop)
    said = capsys.readouterr().out
    told = [line.split(" ", 1)[1].split(",")[0] for line in said.splitlines()]
    assert told == ["first started", "second started", "second stopped", "first stopped"]
    assert steps == ["ready", "then", "finish"]
    assert not any(is_alive(process) for process in started(said))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_everything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], number: signal.Signals
) -> None:
    supervisor = Supervisor([program("first", LIVES)], tmp_path)
    await supervisor.run(when_up=lambda: os.kill(os.getpid(), number))
    assert not any(is_alive(process) for process in started(capsys.readouterr().out))


async def test_what_dies_is_started_again_more_slowly_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(supervising, "FIRST_PAUSE", 0.01)
    supervisor = Supervisor([program("weak", DIES), program("strong", LIVES)], tmp_path)
    running = asyncio.create_task(supervisor.run())
    await until(tmp_path / "weak.log", "dying", times=4)
    await until(tmp_path / "strong.log", "alive")
    supervisor.stop()
    await running
    said = capsys.readouterr().out
    pauses = [line.split("again in ")[1].split(" ")[0] for line in said.splitlines() if "again in" in line]
    assert pauses[:3] == ["0.01", "0.02", "0.04"]
    assert said.count("strong started") == 1


async def test_a_killed_program_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(supervising, "FIRST_PAUSE", 0.01)
    supervisor = Supervisor([program("strong", LIVES)], tmp_path)
    running = asyncio.create_task(supervisor.run())
    await until(tmp_path / "strong.log", "alive")
    os.kill(started(capsys.readouterr().out)[0], signal.SIGKILL)
    await until(tmp_path / "strong.log", "alive", times=2)
    supervisor.stop()
    await running
    assert "strong ended with -9" in capsys.readouterr().out


async def test_what_does_not_listen_is_killed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    supervisor = Supervisor([program("deaf", DEAF, patience=0.2)], tmp_path)
    running = asyncio.create_task(supervisor.run())
    await until(tmp_path / "deaf.log", "deaf")
    supervisor.stop()
    await running
    assert not any(is_alive(process) for process in started(capsys.readouterr().out))


async def test_asked_twice_it_waits_for_nothing(tmp_path: Path) -> None:
    finishing = asyncio.Event()

    async def finish() -> None:
        finishing.set()
        await asyncio.sleep(600)

    supervisor = Supervisor([program("busy", LIVES, before_stop=finish)], tmp_path)
    running = asyncio.create_task(supervisor.run(when_up=supervisor.stop))
    await finishing.wait()
    supervisor.stop()
    await running


async def test_one_that_dies_before_it_is_ready_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def never() -> None:
        await asyncio.sleep(600)

    supervisor = Supervisor([program("strong", LIVES), program("weak", DIES, ready=never)], tmp_path)
    with pytest.raises(Refused, match=r"weak ended with 3 before it was ready: see .*weak\.log"):
        await supervisor.run()
    assert not any(is_alive(process) for process in started(capsys.readouterr().out))


async def test_a_stop_while_starting_ends_what_had_started(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    waiting = asyncio.Event()

    async def never() -> None:
        waiting.set()
        await asyncio.sleep(600)

    supervisor = Supervisor([program("slow", LIVES, ready=never), program("second", LIVES)], tmp_path)
    running = asyncio.create_task(supervisor.run())
    await waiting.wait()
    supervisor.stop()
    await running
    said = capsys.readouterr().out
    assert "second" not in said
    assert not any(is_alive(process) for process in started(said))


async def test_a_long_log_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervising, "BIGGEST_LOG", 10)
    (tmp_path / "first.log").write_text("from an earlier life")
    supervisor = Supervisor([program("first", LIVES)], tmp_path)
    await supervisor.run(when_up=supervisor.stop)
    assert (tmp_path / "first.log.1").read_text() == "from an earlier life"
