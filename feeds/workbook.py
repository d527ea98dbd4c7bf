"""The table in an Excel workbook, with every cell as the text that a CSV file would hold."""

import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

from feeds.content import Content
from feeds.table import MOST_ROWS, Record, Table, check_headings, not_without_rows
from rules.errors import Refused

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

MOST_UNPACKED = 400_000_000  # bytes; a whole-England workbook unpacks to about 150 MB
MOST_HELD = 80_000_000  # bytes; only sheets are read in pieces, the shared strings are held in memory
HIGHEST_RATIO = 300
_SMALL = 1_000_000  # a small part may shrink by any ratio without harm
_HEADINGS_WITHIN = 40


def open_workbook(content: Content, is_headings: Callable[[list[str]], bool]) -> Table:
    """The table of the first sheet with a row that `is_headings` knows in its first 40, else of the first not empty.

    Refuses what is not a workbook, is damaged, unpacks to more than any published workbook, or declares entities.
    """
    _refuse_dangerous(content)
    book = _load(content)
    fallback: tuple[str, int] | None = None
    for name in book.sheetnames:
        for row, cells in _rows(content, book, name):
            if row > _HEADINGS_WITHIN:
                break
            if is_headings(cells):
                return _table(content, book, name, row)
            if fallback is None and any(cells):
                fallback = (name, row)
    if fallback is None:
        raise Refused(f"{content.filename} is a workbook with nothing in it.")
    return _table(content, book, *fallback)


def _table(content: Content, book: "Workbook", name: str, headings_row: int) -> Table:
    records = _rows(content, book, name)
    headings: list[str] = []
    for row, cells in records:
        if row == headings_row:
            headings = cells
            break
    check_headings(content.filename, headings)
    # A sheet keeps no trailing empty cells: its rows are made as long as the headings.
    width = len(headings)
    filled = ((row, cells + [""] * (width - len(cells))) for row, cells in records if any(cells))
    return Table(
        content.filename, headings, not_without_rows(content.filename, filled), ends_with_newline=True, is_utf8=True
    )


def _refuse_dangerous(content: Content) -> None:
    name = content.filename
    try:
        with zipfile.ZipFile(content.path) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names:
                raise Refused(f"{name} is a zip archive but not an Excel workbook: unpack it and give the file inside.")
            for part in parts:
                ratio = part.file_size / max(part.compress_size, 1)
                if part.file_size > _SMALL and ratio > HIGHEST_RATIO:
                    raise Refused(
                        f"{name} unpacks to more than {HIGHEST_RATIO} times its size: it is not a plain workbook."
                    )
                if not part.filename.startswith("xl/worksheets/") and part.file_size > MOST_HELD:
                    raise Refused(f"{name} holds more text than any workbook that is published.")
            if sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Refused(
                    f"{name} unpacks to more than {MOST_UNPACKED // 1_000_000} MB: it is not a plain workbook."
                )
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as file:
                        if b"<!DOCTYPE" in file.read(2048):
                            raise Refused(f"{name} declares XML entities, which no plain workbook does.")
    except Refused:
        raise
    except Exception as error:  # zipfile, zlib, lzma and bz2 each have errors of their own for damaged bytes
        raise Refused(_damaged(name)) from error


def _damaged(filename: str) -> str:
    return f"{filename} is not an Excel workbook, or is damaged: download it again or save it as CSV UTF-8."


def _load(content: Content) -> "Workbook":
    from openpyxl import load_workbook

    try:
        return load_workbook(content.path, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # openpyxl raises whatever the damaged XML made it stumble over
        raise Refused(_damaged(content.filename)) from error


def _rows(content: Content, book: "Workbook", name: str) -> Iterator[Record]:
    try:
        sheet = book[name]
        if not hasattr(sheet, "iter_rows"):  # a sheet that is a chart
            return
        for row, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            if row > MOST_ROWS:
                raise Refused(f"{content.filename} has a sheet of more than {MOST_ROWS:,} rows.")
            yield row, [_as_text(value) for value in values]
    except (Refused, GeneratorExit):
        raise
    except Exception as error:  # as in _load: a damaged sheet shows only when its rows are read
        raise Refused(_damaged(content.filename)) from error


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
