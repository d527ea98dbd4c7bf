"""The command line as its users wait for it: a program started, its work, its end.

The help; the list of a county's cases, and of England's; two files of all England imported, its schools and a year's
results, each of 50,000 rows of 130 columns, all or nothing.
"""

import csv
import json
import subprocess
import sys
import tempfile
from datetime import date
from itertools import cycle, islice
from pathlib import Path

from benchmarks.databases import database
from benchmarks.mail_world import make
from benchmarks.wanted import Figures, Wanted
from config.database import create_engine
from config.settings import environment_for_child
from sample.area import generate_area
from sample.tables import GIAS
from sample.write import write_area

CASES = (2_400, 24_000)
ROWS, COLUMNS, FIRST_URN = 50_000, 130, 200_000
YEAR = "2017-18"
IMPORTS = {"schools": [], "ks2": ["--year", YEAR]}
SIB = Path(sys.executable).with_name("sib")
CALLING = """
import os, sys, time
began = time.perf_counter()
nowhere = (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[nowhere])
_, status, used = os.wait4(child, 0)
print([time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss])
sys.exit(status != 0)
"""


def measure(wanted: Wanted) -> Figures:
    """A figure a command and database; an import's first, of others the middle one of the rounds, five at least."""
    for kind in wanted.databases:
        for cases in CASES:
            with tempfile.TemporaryDirectory(prefix="sib-commands-") as name, database(kind, Path(name)) as url:
                make(create_engine(url), cases)
                quick = max(5, wanted.rounds)
                if cases == CASES[0]:
                    yield _figure("sib --help", ["--help"], url, kind, quick, n=1)
                yield _figure("sib cases", ["cases"], url, kind, quick, n=cases)
        with tempfile.TemporaryDirectory(prefix="sib-commands-") as name, database(kind, Path(name)) as url:
            files = _england(Path(name))
            for what, words in IMPORTS.items():
                command = ["import", what, str(files[what]), *words]
                yield _figure(f"sib import {what}", command, url, kind, 1, n=ROWS, columns=COLUMNS)


def _figure(name: str, words: list[str], url: str, kind: str, rounds: int, **more: object) -> dict[str, object]:
    taken = sorted(_run(words, url) for _ in range(rounds))
    seconds, cpu, peak = taken[len(taken) // 2]
    return {
        "name": name,
        "database": kind,
        **more,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "peak_mb": round(peak, 1),
    }


def _run(words: list[str], url: str) -> tuple[float, float, float]:
    """Seconds by the clock, of the processor, and the most memory of one call.

    Called by a program that holds next to nothing: the system counts what held the memory before the call with it.
    """
    environment = environment_for_child({"SIB_DATABASE_URL": url, "SIB_AREA": "838"})
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", CALLING, str(SIB), *words],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, cpu, peak_kb = json.loads(done.stdout)
    return seconds, cpu, peak_kb / 1024


def _england(folder: Path) -> dict[str, Path]:
    """The files of an invented area written again and again, each school with a number of its own, and columns that
    nobody reads beside those that are.
    """
    area = generate_area(schools=300, seed=2018, start=date(2018, 9, 1), la_code=838)
    files = {(file.kind, file.year): file.path for file in write_area(area, folder / "area")}
    return {
        "schools": _repeated(files["schools", None], folder / "schools.csv", GIAS.encoding, "EstablishmentNumber"),
        "ks2": _repeated(files["ks2", YEAR], folder / "ks2.csv", "utf-8-sig", "ESTAB"),
    }


def _repeated(one: Path, many: Path, encoding: str, number_in_area: str) -> Path:
    with one.open(encoding=encoding, newline="") as read, many.open("w", encoding=encoding, newline="") as written:
        table = csv.DictReader(read)
        headings = list(table.fieldnames or ())
        others = dict.fromkeys((f"OTHER_{number}" for number in range(COLUMNS - len(headings))), "12.5")
        rows = [{name: row[name] for name in headings} for row in table]
        schools, totals = [row for row in rows if row["URN"]], [row for row in rows if not row["URN"]]
        out = csv.DictWriter(written, [*headings, *others])
        out.writeheader()
        for number, row in enumerate(islice(cycle(schools), ROWS - len(totals))):
            out.writerow(row | others | {"URN": str(FIRST_URN + number), number_in_area: str(number % 10_000)})
        out.writerows(row | others for row in totals)
    return many
