"""One measurement of mail, in this process: `python -m benchmarks.mail_worker WHAT PORT N` prints a figure as JSON."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks import mail_floor, mail_world
from benchmarks.mail_world import DAY
from benchmarks.measuring import Measured, measured
from benchmarks.peers import PEERS, Peer
from cli.prefect_server import recorded_on, running_server, wait_until_ready
from config.database import engine
from config.settings import settings
from mail.message import build


def main(what: str, port: int, n: int) -> None:
    """Measure and print."""
    if what in MADE_READY:
        MADE_READY[what](n)
        print("{}")
        return
    print(json.dumps(peer(PEERS[what], port, n) if what in PEERS else MEASURES[what](port, n)))


def _figure(taken: Measured, n: int, **more: Any) -> dict[str, Any]:
    found = taken.figure("", n, **more)
    return {key: value for key, value in found.items() if key not in {"name", "n"}}


def floor(port: int, n: int, *, pipelined: bool = False, by: mail_floor.Builder = build) -> dict[str, Any]:
    """The hand-written sender."""
    mail_floor.queue(engine(), n)
    with measured() as taken:
        sent = mail_floor.send(engine(), port, pipelined=pipelined, by=by)
    assert sent == n, sent
    return _figure(taken, n)


def chase(_port: int, n: int) -> dict[str, Any]:
    """The whole flow, on a real Prefect server in processes of its own."""
    from flows.chase import chase as flow

    mail_world.again(engine())
    with a_server():
        asyncio.run(flow(as_of=DAY.replace(day=1)))  # nothing is due: what is made on first use is made
        before = _task_runs()
        with measured() as taken:
            facts = asyncio.run(flow(as_of=DAY))
        runs = _task_runs() - before
    assert facts["sent"] == n, facts
    return _figure(taken, n, task_runs=runs)


@contextmanager
def a_server() -> Iterator[None]:
    """A Prefect server of its own, as the service starts one: the test harness would load one into this process."""
    with running_server(settings().prefect_home) as server:
        wait_until_ready(server)
        with recorded_on(server):
            yield


def plain_chase(_port: int, n: int) -> dict[str, Any]:
    """The same steps without Prefect's engine: what the engine costs is the difference."""
    from flows.chase import chase as flow

    mail_world.again(engine())
    with measured() as taken:
        facts = asyncio.run(flow.fn(as_of=DAY))
    assert facts["sent"] == n, facts
    return _figure(taken, n)


def _task_runs() -> int:
    """Task runs that the server has on record, once it has caught up."""
    from prefect.client.orchestration import get_client

    async def count() -> int:
        async with get_client() as client:
            found = -1
            while True:
                await asyncio.sleep(4)
                response = await client._client.post("/task_runs/count", json={})  # noqa: SLF001  it has no method for it
                if found == (found := int(response.json())):
                    return found

    return asyncio.run(count())


def _queue(n: int) -> None:
    from flows.round_steps import chase_through

    mail_world.again(engine())
    facts, _ = chase_through(DAY)
    assert facts["people_changed"] == n, facts


def deliver(port: int, n: int) -> dict[str, Any]:
    """From queued messages to sent ones, by a process that has only to send them."""
    from tasks.deliver import deliver_waiting, instant_of

    subprocess.run([sys.executable, "-m", "benchmarks.mail_worker", "queue", str(port), str(n)], check=True)
    with measured() as taken:
        found = deliver_waiting.fn(instant_of(DAY))
    assert found.sent == n, found
    return _figure(taken, n)


def two_workers(_port: int, n: int) -> dict[str, Any]:
    """The same by two processes at once; `speedup` is over one alone, measured before in the same way.

    `most` is how much two could reach here at best: where one with its mail server and its database keeps 1.5 of two
    processors busy, no second worker makes it twice as fast. CPU is the workers' own.
    """
    alone, busy = _by(1, n)
    both, _ = _by(2, n)
    most = round((os.cpu_count() or 1) / busy, 2)
    return _figure(both, n, speedup=round(alone.seconds / both.seconds, 2), most=most)


def _by(workers: int, n: int) -> tuple[Measured, float]:
    """So many workers at once, and how many processors the whole machine kept busy meanwhile."""
    _queue(n)
    engine().dispose()
    idle, own = _idle(), os.times()
    with measured() as taken:
        children = [_forked() for _ in range(workers)]
        for child in children:
            assert os.waitpid(child, 0)[1] == 0
    after = os.times()
    taken.cpu_seconds = after.children_user + after.children_system - own.children_user - own.children_system
    return taken, (os.cpu_count() or 1) - (_idle() - idle) / taken.seconds


def _idle() -> float:
    """Seconds that the machine's processors have had nothing to do."""
    return float(Path("/proc/uptime").read_text().split()[1])


def _forked() -> int:
    from tasks.deliver import deliver_waiting, instant_of

    child = os.fork()
    if child == 0:
        deliver_waiting.fn(instant_of(DAY))
        os._exit(0)
    return child


def peer(of: Peer, port: int, n: int) -> dict[str, Any]:
    """Somebody else's way of doing the same."""
    module = import_module(f"benchmarks.peers.{of.module}")
    return _figure(module.run(port, n), n, of=of.versions)


def quiet_tick(_port: int, n: int) -> dict[str, Any]:
    """A day on which nothing is due."""
    from flows.tick import tick

    with measured() as taken:
        asyncio.run(tick.fn(as_of=DAY.replace(day=4)))
    return _figure(taken, n, seconds=round(taken.seconds, 3))


MADE_READY: dict[str, Callable[[int], None]] = {"make": lambda n: mail_world.make(engine(), n), "queue": _queue}

MEASURES: dict[str, Callable[[int, int], dict[str, Any]]] = {
    "floor": floor,
    "floor-library-build": lambda port, n: floor(port, n, by=mail_floor.build_by_the_library),
    "floor-pipelined": lambda port, n: floor(port, n, pipelined=True),
    "chase": chase,
    "plain-chase": plain_chase,
    "deliver": deliver,
    "two-workers": two_workers,
    "quiet-tick": quiet_tick,
}

if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
