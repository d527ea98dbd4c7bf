"""Keeps a few programs running on one machine: starts them in turn, starts again what dies, stops them in reverse.

It knows nothing of what the programs do. Their output goes to a file each; its own lines hold names and numbers only.
"""

import asyncio
import json
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cli.leash import leashed
from config.clock import now
from config.settings import environment_for_child, settings
from rules.errors import Refused

BIGGEST_LOG = 10_000_000
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
STEADY_AFTER = 120.0
"""A program that ran this long before it died was well: it is started again at once."""

Step = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Program:
    """One program to keep running. `ready` returns when it can be used; `before_stop` lets it finish its work."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: Step | None = None
    then: Step | None = None
    """What to do once, after the first start, before the next program is started."""
    before_stop: Step | None = None
    patience: float = 10.0
    """How long it may take to stop when asked; then it is killed."""


def say(line: str) -> None:
    """One plain line with the time, for a terminal and for a journal alike; an object for a collector of logs."""
    at = f"{now():%Y-%m-%dT%H:%M:%SZ}"
    said = {"time": at, "level": "info", "logger": "sib.serve", "message": line}
    as_json = settings().log_format == "json"
    sys.stdout.write((json.dumps(said, ensure_ascii=False) if as_json else f"{at} {line}") + "\n")
    sys.stdout.flush()


class Supervisor:
    """Runs programs until it is told to stop, by SIGINT, SIGTERM or `stop`."""

    def __init__(self, programs: Sequence[Program], logs: Path, alongside: Sequence[Step] = ()) -> None:
        self._programs = programs
        self._logs = logs
        self._alongside = alongside
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._stopping = asyncio.Event()
        self._hurry = asyncio.Event()

    def stop(self) -> None:
        """Ask for an orderly end; asked a second time, nothing more is waited for."""
        if self._stopping.is_set():
            self._hurry.set()
        self._stopping.set()

    async def run(self, when_up: Callable[[], None] = lambda: None) -> None:
        """Start everything, keep it running, and return when all of it has stopped."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            # Also needed by the children: a shell starts what it puts in the background with SIGINT ignored, and a
            # program inherits that unless its parent handles the signal. Prefect's worker would then never stop.
            loop.add_signal_handler(number, self.stop)
        self._logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        keepers: list[asyncio.Task[None]] = []
        try:
            for program in self._programs:
                if not await self._unless_stopped(self._bring_up(program)):
                    return
                keepers.append(asyncio.create_task(self._keep(program), name=program.name))
            keepers += [asyncio.ensure_future(step()) for step in self._alongside]
            when_up()
            await self._stopping.wait()
        finally:
            self._stopping.set()
            for keeper in keepers:
                keeper.cancel()
            await asyncio.gather(*keepers, return_exceptions=True)
            for program in reversed(self._programs):
                await self._take_down(program)
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    async def _unless_stopped(self, work: Awaitable[None]) -> bool:
        """Do this unless a stop is asked for meanwhile; says whether it was done."""
        doing = asyncio.ensure_future(work)
        told = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({doing, told}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        if not doing.done():
            doing.cancel()
            await asyncio.gather(doing, return_exceptions=True)
            return False
        doing.result()
        return True

    async def _bring_up(self, program: Program) -> None:
        process = await self._start(program)
        if program.ready is not None:
            ready = asyncio.ensure_future(program.ready())
            died = asyncio.create_task(process.wait())
            await asyncio.wait({ready, died}, return_when=asyncio.FIRST_COMPLETED)
            if not ready.done():
                ready.cancel()
                ended = f"{program.name} ended with {process.returncode} before it was ready"
                raise Refused(f"{ended}: see {self._log(program)}")
            died.cancel()
            ready.result()
        if program.then is not None:
            await program.then()

    async def _start(self, program: Program) -> asyncio.subprocess.Process:
        log = self._log(program)
        if log.exists() and log.stat().st_size > BIGGEST_LOG:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *leashed(program.command),
                env=environment_for_child(program.environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is ours to pass on, in order
            )
        self._running[program.name] = process
        say(f"{program.name} started, process {process.pid}")
        return process

    async def _keep(self, program: Program) -> None:
        """Start a program again whenever it ends, more slowly each time until it has run steadily."""
        loop = asyncio.get_running_loop()
        pause = FIRST_PAUSE
        while True:
            began = loop.time()
            code = await self._running[program.name].wait()
            if loop.time() - began >= STEADY_AFTER:
                pause = FIRST_PAUSE
            say(f"{program.name} ended with {code}, starting again in {pause:g} s: see {self._log(program)}")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            await self._start(program)

    async def _take_down(self, program: Program) -> None:
        process = self._running.get(program.name)
        if process is None or process.returncode is not None:
            return
        if program.before_stop is not None and not self._hurry.is_set():
            finishing = asyncio.ensure_future(program.before_stop())
            hurry = asyncio.create_task(self._hurry.wait())
            await asyncio.wait({finishing, hurry}, return_when=asyncio.FIRST_COMPLETED)
            hurry.cancel()
            finishing.cancel()
            await asyncio.gather(finishing, return_exceptions=True)
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), program.patience)
        except TimeoutError:
            process.kill()
            await process.wait()
        say(f"{program.name} stopped")

    def _log(self, program: Program) -> Path:
        return self._logs / f"{program.name}.log"
