"""A round's first day shared out: the same schools in one, two and four parts, each part a process of its own.

What is measured is the work, not Prefect's scheduling of it: the parts begin together, and people are written to when
every case has been looked at, as the daily tick has it.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.databases import database
from benchmarks.scale import ASKS_ON, START
from benchmarks.wanted import Figures, Wanted

SIZES = (4_800,)
PARTS = (1, 2, 4)


def measure(wanted: Wanted) -> Figures:
    """A figure a number of parts: seconds by the clock, processor time of all parts, how many times as fast as one."""
    for n in wanted.sizes or SIZES:
        for kind in wanted.databases:
            with tempfile.TemporaryDirectory(prefix="sib-parts-") as folder, database(kind, Path(folder)) as url:
                _run(url, "sample", "--active", str(n), "--start", START, str(n)).wait()
                alone = 0.0
                for of in PARTS:
                    with _copied(url, Path(folder)) as copy:
                        figure = _shared_out(copy, of, n)
                    alone = alone or figure["seconds"]
                    yield {
                        "name": f"a round's first day in parts: {of}",
                        "n": n,
                        "database": kind,
                        **figure,
                        "times_as_fast": round(alone / figure["seconds"], 2),
                    }


def _shared_out(url: str, of: int, n: int) -> dict[str, Any]:
    seconds, cpu, due = 0.0, 0.0, 0
    for what in ("cases", "people"):
        running = [_run(url, "share", what, ASKS_ON, str(part), str(of), str(n)) for part in range(of)]
        for one in running:
            assert one.stdout is not None
            one.stdout.readline()  # it has read its code
        began = time.monotonic()
        for one in running:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        found = [json.loads(one.communicate()[0].splitlines()[-1]) for one in running]
        seconds += time.monotonic() - began
        cpu += sum(one["cpu_seconds"] for one in found)
        due += sum(one["did"][f"{what}_due"] for one in found)
    return {"seconds": round(seconds, 2), "cpu_seconds": round(cpu, 2), "due": due}


def _run(url: str, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.scale_step", *words],
        env={**os.environ, "SIB_DATABASE_URL": url, "SIB_TRIAL": "false", "DO_NOT_TRACK": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@contextmanager
def _copied(url: str, folder: Path) -> Iterator[str]:
    """A database of its own with the same in it."""
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        assert address.database is not None
        yield f"sqlite:///{shutil.copy(address.database, folder / f'{uuid.uuid4().hex}.sqlite')}"
        return
    name = f"copy_{uuid.uuid4().hex[:12]}"
    server = sa.create_engine(address.set(database="template1"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with server.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE {name} TEMPLATE "{address.database}"')
    yield address.set(database=name).render_as_string(hide_password=False)
