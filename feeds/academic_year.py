"""Academic years: one spelling (`2017-18`) for the many that publishers, folders and people use."""

import re
from collections.abc import Iterable
from pathlib import Path

from feeds.values import printable
from rules.errors import Refused

_SPELLINGS = re.compile(r"(20\d\d)(?:[-/_ ]?)(20)?(\d\d)", re.ASCII)
_IN_A_NAME = re.compile(r"(?<!\d)(20\d\d)[-_ ](20)?(\d\d)(?!\d)", re.ASCII)
_EARLIER_YEAR = re.compile(r"(?:PTRWM_EXP|ATT8SCR)_(\d\d)", re.ASCII | re.IGNORECASE)
# No key stage was tested or published by school in the summers of 2020 and 2021, so that the years around them carry
# 2019 as their last earlier year: its suffix says nothing certain.
_BEFORE_THE_GAP = 19


def _spelt(start: str, end: str) -> str | None:
    return f"{start}-{end}" if (int(start) + 1) % 100 == int(end) else None


def normalise_year(text: str) -> str:
    """`2017-18` from `2017-18`, `2017-2018`, `2017/18`, `201718` or `20172018`.

    Refuses what is not a year of that form or not two years in a row.
    """
    match = _SPELLINGS.fullmatch(text.strip())
    year = _spelt(match[1], match[3]) if match else None
    if year is None:
        raise Refused(f'"{printable(text.strip(), 20)}" is not an academic year: write it like 2017-18.')
    return year


def year_in_path(path: Path) -> str | None:
    """The year that the file's name or one of the two folders above it states, the nearest first."""
    for name in (path.name, path.parent.name, path.parent.parent.name):
        for match in _IN_A_NAME.finditer(name):
            year = _spelt(match[1], match[3])
            if year:
                return year
    return None


def year_of_columns(headings: Iterable[str]) -> str | None:
    """The year of a results table, by the earlier year that it repeats: `PTRWM_EXP_17` is in the table of 2017-18."""
    suffixes = [int(m[1]) for m in (_EARLIER_YEAR.fullmatch(h.strip()) for h in headings) if m]
    if not suffixes or max(suffixes) == _BEFORE_THE_GAP:
        return None
    latest = max(suffixes)
    return f"20{latest:02}-{(latest + 1) % 100:02}"


def decide_year(filename: str, asked: str | None, in_path: str | None, in_columns: str | None) -> str:
    """The year that a table of results is filed under: as asked, else as its columns or its folder say.

    Refuses a table whose columns contradict what was asked, and one of which nothing says the year.
    """
    if asked and in_columns and asked != in_columns:
        raise Refused(
            f"{filename} was given as {asked}, but the earlier years that its columns repeat make it the table of "
            f"{in_columns}."
        )
    year = asked or in_columns or in_path
    if year is None:
        raise Refused(f"{filename} does not say which academic year it is of: give it with --year 2017-18.")
    return year
