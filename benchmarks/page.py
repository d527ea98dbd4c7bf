"""docs/benchmarks.md from the lines that the benchmarks print: `python -m benchmarks | python -m benchmarks.page`; or,
with the argument `mail`, docs/mail-benchmarks.md, which has the peers beside ours.
"""

import json
import os
import platform
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from config.settings import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
ABOUT_MAIL = Path(__file__).with_name("mail.md")

ABOUT = """Seconds are by the clock on the wall, and grow with whatever else the machine does; CPU seconds are the
process's own, peak MB is the most memory that it held, queries are what it asked the database. Growth is an
exponent: 1 means that ten times the schools take ten times as long.

To measure one of them again: `python -m benchmarks scale --n 2400 --n 24000 --database sqlite`. Ten Englands are asked
for by name (`--n 250000`), since they take half an hour; their schools stand in one area, which no council's do."""

FIRST = ("name", "database", "n", "seconds", "cpu_seconds", "cpu_ms_each", "per_second", "peak_mb", "queries")
LEFT_OUT = frozenset({"did"})


def page(figures: Iterable[Mapping[str, Any]], machine: str, heading: str, about: str) -> str:
    """The page: what was measured on which machine, and how to measure it again."""
    lines = [f"# {heading}", "", f"Written by the benchmarks, on {machine}.", about, ""]
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


if __name__ == "__main__":
    if sys.argv[1:] == ["mail"]:
        write(
            sys.stdin,
            PAGE.with_name("mail-benchmarks.md"),
            "Mail, beside others",
            ABOUT_MAIL.read_text(encoding="utf-8"),
        )
    else:
        write(sys.stdin)
