"""The pages of figures, from the lines that the benchmarks print: `python -m benchmarks | python -m benchmarks.page`
writes docs/benchmarks.md; with the argument `nation` docs/nation-benchmarks.md, of ten Englands; with `mail`
docs/mail-benchmarks.md, which has the peers beside ours.
"""

import json
import os
import platform
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmarks import bars
from config.settings import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
ABOUT_MAIL = Path(__file__).with_name("mail.md")

READING = """Seconds are by the clock on the wall, and grow with whatever else the machine does; CPU seconds are the
process's own, peak MB is the most memory that it held, queries are what it asked the database (COPY is not among them).
Growth is an exponent: 1 means that ten times the schools take ten times as long. The schools stand under authorities of
at most 600, each judged by itself.
"""
ABOUT = f"""{READING}
To measure again: `make bench`, or one of them, `python -m benchmarks scale --n 2400 --n 24000 --database sqlite`. Ten
Englands have a page of their own, [docs/nation-benchmarks.md](nation-benchmarks.md)."""
ABOUT_NATION = f"""{READING}
England, and ten Englands: 24,000 and 250,000 schools with a case each. Both databases are measured side by side on
two processors: seconds by the clock are long by it, CPU seconds are what to compare. To measure again:
`make bench-nation`, an hour and a quarter."""

FIRST = ("name", "database", "n", "seconds", "cpu_seconds", "cpu_ms_each", "per_second", "peak_mb", "queries")
LEFT_OUT = frozenset({"did"})


def page(figures: Iterable[Mapping[str, Any]], machine: str, heading: str, about: str) -> str:
    """The page: what was measured on which machine, how to measure it again, which bars hold, and every figure."""
    figures = list(figures)
    lines = [f"# {heading}", "", f"Written by the benchmarks, on {machine}.", about, "", *bars.table(figures)]
    tables: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for figure in figures:
        known = [name for name in FIRST if name in figure]
        columns = (*known, *(name for name in figure if name not in (*FIRST, *LEFT_OUT)))
        tables.setdefault(columns, []).append(figure)
    for columns, rows in tables.items():
        lines += ["| " + " | ".join(column.replace("_", " ") for column in columns) + " |", "|---" * len(columns) + "|"]
        lines += ["| " + " | ".join(_cell(row[column]) for column in columns) + " |" for row in rows]
        lines.append("")
    return "\n".join(lines)


def this_machine() -> str:
    """Processor, cores, memory, system and Python."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return (
        f"{os.cpu_count()} cores, {pages / 1024**3:.0f} GB of memory, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}"
    )


def write(lines: Iterable[str], to: Path = PAGE, heading: str = "Benchmarks", about: str = ABOUT) -> None:
    """Read lines of JSON, and write the page."""
    figures = [json.loads(line) for line in lines if line.startswith("{")]
    to.write_text(page(figures, this_machine(), heading, about), encoding="utf-8")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)


PAGES = {
    "": (PAGE, "Benchmarks", ABOUT),
    "nation": (PAGE.with_name("nation-benchmarks.md"), "England, and ten Englands", ABOUT_NATION),
    "mail": (PAGE.with_name("mail-benchmarks.md"), "Mail, beside others", ABOUT_MAIL.read_text(encoding="utf-8")),
}

if __name__ == "__main__":
    write(sys.stdin, *PAGES["".join(sys.argv[1:])])
