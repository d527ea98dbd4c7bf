"""Rows under headings, whatever file they came in, and the columns that a reader looks for among them."""

import csv
import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from feeds.content import Content
from feeds.report import Ledger
from feeds.values import CellError, printable
from rules.errors import Refused

LONGEST_RECORD = 2_000_000  # characters; the longest that is published has about 6,000
MOST_HEADINGS = 2_000
MOST_ROWS = 1_000_000
_DELIMITERS = ((";", "semicolons"), ("\t", "tabs"), ("|", "bars"))

Record = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and `records`: pairs of row number (the headings are row 1) and cells, to be gone through once."""

    filename: str
    headings: list[str]
    records: Iterator[Record]
    ends_with_newline: bool
    is_utf8: bool


def open_csv(content: Content) -> Table:
    """The table in a CSV file. Reads the headings at once and the rows as they are asked for.

    Refuses headings without rows, a quotation mark that is never closed, and records longer than any publisher's.
    """
    records = _records(content)
    first = next(records, None)
    if first is None:
        raise Refused(f"{content.filename} is empty.")
    headings = first[1]
    check_headings(content.filename, headings)
    for delimiter, name in _DELIMITERS:
        if len(headings) == 1 and headings[0].count(delimiter) > 1:
            raise Refused(f"{content.filename} divides its columns by {name}: save it as CSV, divided by commas.")
    return Table(
        content.filename,
        headings,
        not_without_rows(content.filename, records),
        content.ends_with_newline,
        is_utf8=content.encoding != "cp1252",
    )


def check_headings(filename: str, headings: Sequence[str]) -> None:
    """Refuse a first row that is no row of headings because it is endless."""
    if len(headings) > MOST_HEADINGS:
        raise Refused(f"{filename} has {len(headings)} columns, more than any file that is published.")


def not_without_rows(filename: str, records: Iterator[Record]) -> Iterator[Record]:
    """The same records; refuses when there is none, or more than any table has."""
    count = 0
    for count, record in enumerate(records, start=1):
        if count > MOST_ROWS:
            raise Refused(f"{filename} has more than {MOST_ROWS:,} rows, more than any file that is published.")
        yield record
    if not count:
        raise Refused(f"{filename} has headings but no rows.")


class _BoundedLines:
    """The lines of a file; refuses when one record grows without an end, before it fills the memory."""

    def __init__(self, lines: Iterable[str], filename: str) -> None:
        self._lines = iter(lines)
        self._filename = filename
        self.pending = 0

    def __iter__(self) -> "_BoundedLines":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.pending += len(line)
        if self.pending >= LONGEST_RECORD:
            raise Refused(f"{self._filename} has a row of more than {LONGEST_RECORD:,} characters: it is damaged.")
        return line


def _records(content: Content) -> Iterator[Record]:
    row = 0
    with content.path.open(encoding=content.encoding, newline="") as file:
        # `readline` with a limit: a line of 200 MB comes in pieces, and the first pieces are refused.
        lines = _BoundedLines(iter(lambda: file.readline(LONGEST_RECORD), ""), content.filename)
        reader = csv.reader(lines, strict=True)
        try:
            for row, cells in enumerate(reader, start=1):
                lines.pending = 0
                if cells:
                    yield row, cells
        except csv.Error as error:
            raise Refused(_csv_problem(content.filename, row + 1, str(error))) from None
        except UnicodeDecodeError:
            raise Refused(f"{content.filename} changed while it was being read.") from None


def _csv_problem(filename: str, row: int, error: str) -> str:
    if "unexpected end of data" in error:
        return f"{filename} ends inside a quotation mark opened in row {row}: it was cut off."
    if "field larger than" in error:
        limit = f"{csv.field_size_limit():,}"
        return f"{filename} has a cell of more than {limit} characters in row {row}: a quotation mark is not closed."
    return f"{filename} is not well-formed CSV in row {row}: a quotation mark stands where none can ({error})."


class Columns:
    """Where the columns are, by name without regard to case; keeps account of what was used and what was not there."""

    def __init__(self, filename: str, headings: Sequence[str], ledger: Ledger) -> None:
        self._filename = filename
        self._headings = [printable(" ".join(heading.split()), 60) for heading in headings]
        self._places: dict[str, list[int]] = {}
        for place, heading in enumerate(self._headings):
            self._places.setdefault(heading.casefold(), []).append(place)
        self._used: set[int] = set()
        self._ledger = ledger

    def place(self, *names: str) -> int | None:
        """Where the first of these names stands, or None. Refuses a name that two columns bear."""
        for name in names:
            places = self._places.get(name.casefold())
            if places:
                if len(places) > 1:
                    raise Refused(f'{self._filename} has the column "{name}" {len(places)} times.')
                self._used.add(places[0])
                return places[0]
        return None

    def need(self, *names: str) -> int:
        """Where a column stands that the file is of no use without. Refuses, with the nearest names, its absence."""
        place = self.place(*names)
        if place is None:
            raise Refused(f"{self._filename} has no column {names[0]}{self._nearest(names[0], 0.6)}.")
        return place

    def want(self, *names: str) -> int | None:
        """Where a column stands that many files of the kind have; its absence goes into the report."""
        place = self.place(*names)
        if place is None and names[0] not in self._ledger.absent:
            self._ledger.absent.append(names[0])
            nearest = self._nearest(names[0], 0.8)
            if nearest:
                self._ledger.note(f"There is no column {names[0]}{nearest}.")
        return place

    def report_unused(self) -> None:
        """Enter the columns that nothing asked for in the report."""
        self._ledger.ignored.extend(
            heading for place, heading in enumerate(self._headings) if heading and place not in self._used
        )

    def last_used(self) -> int:
        """The last column that anything asked for."""
        return max(self._used, default=0)

    def _nearest(self, name: str, alike: float) -> str:
        unused = {h.casefold(): h for place, h in enumerate(self._headings) if h and place not in self._used}
        matches = difflib.get_close_matches(name.casefold(), unused, n=3, cutoff=alike)
        return f" (the nearest are {', '.join(unused[m] for m in matches)})" if matches else ""


def cell(cells: Sequence[str], place: int | None) -> str:
    """The cell in a column; empty when the file has no such column or the row ends before it, as DfE's rows may."""
    return cells[place] if place is not None and place < len(cells) else ""


def walk(table: Table, columns: Columns, ledger: Ledger) -> Iterator[Record]:
    """The rows one by one, counted in the report, once every column that is needed has been asked for.

    Refuses, after the last row, a file that stops in the middle of it. Publishers drop trailing empty cells and the
    last line's end, so that neither is a sign by itself: a last row without line end that stops at or before the last
    column in use, and is of a length that no other row has, was cut.
    """
    columns.report_unused()
    lengths: Counter[int] = Counter()
    last: Record | None = None
    for last in table.records:
        ledger.read += 1
        lengths[len(last[1])] += 1
        yield last
    if last is None or table.ends_with_newline:
        return
    row, cells = last
    is_short = len(cells) < len(table.headings) and len(cells) <= columns.last_used() + 1
    if is_short and lengths[len(cells)] == 1 and len(lengths) > 1:
        raise Refused(f"{table.filename} stops in the middle of row {row}: it was cut off.")


def refuse_shifted(table: Table, cells: Sequence[str]) -> None:
    """Refuse a row with filled cells beyond the headings: a comma outside quotation marks has moved them."""
    if len(cells) > len(table.headings) and any(text.strip() for text in cells[len(table.headings) :]):
        raise CellError("the row", f"has {len(cells)} cells under {len(table.headings)} headings")


def refuse_nothing(table: Table, ledger: Ledger, rows: Sequence[object]) -> None:
    """Refuse a file none of whose rows could be taken, with the first reason."""
    if not rows and ledger.skipped:
        first = ledger.skipped[0]
        raise Refused(f"No row of {table.filename} can be taken: row {first.row}, {first.reason}.")
