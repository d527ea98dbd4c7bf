"""Reading the council's own files, which are right as a whole or refused as a whole."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from feeds import values
from feeds.report import Ledger
from feeds.table import Columns, Table, cell, walk
from feeds.values import CellError
from rules.errors import Refused

_SHOWN = 5
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CouncilRow:
    """The cells of one row by heading. Every text is checked for controls, whichever column it is in."""

    places: dict[str, int]
    cells: Sequence[str]

    def raw(self, column: str) -> str:
        """The cell as it is, empty when the file has not got this optional column."""
        place = self.places.get(column)
        return cell(self.cells, place)

    def text(self, column: str) -> str | None:
        """A trimmed text, or None."""
        return values.strict_text(column, self.raw(column))

    def needed(self, column: str) -> str:
        """A text that may not be empty."""
        text = self.text(column)
        if text is None:
            raise CellError(column, "is empty")
        return text

    def code(self, column: str) -> str:
        """A code that may not be empty."""
        return values.code(column, self.needed(column))

    def optional_code(self, column: str) -> str | None:
        """A code, or None."""
        return self.code(column) if self.text(column) else None

    def many(self, column: str, read: Callable[[str, str], T]) -> tuple[T, ...]:
        """A list divided by semicolons, without repetitions, in the order of the file."""
        parts = (part.strip() for part in (self.text(column) or "").split(";"))
        return tuple(dict.fromkeys(read(column, part) for part in parts if part))

    def urn(self, column: str = "urn") -> int:
        """A URN that may not be empty."""
        return values.urn(column, self.needed(column))

    def optional_urn(self, column: str = "urn") -> int | None:
        """A URN, or None."""
        return self.urn(column) if self.text(column) else None

    def email(self, column: str = "email") -> str:
        """An address that may not be empty, in lower case."""
        return values.email(column, self.needed(column))

    def optional_email(self, column: str) -> str | None:
        """An address, or None."""
        return self.email(column) if self.text(column) else None

    def period(self) -> tuple[date, date | None]:
        """The columns `from` and `to`, both days included. Refuses a `to` before its `from`."""
        starts = values.iso_day("from", self.needed("from"))
        text = self.text("to")
        ends = values.iso_day("to", text) if text else None
        if ends is not None and ends < starts:
            raise CellError("to", f"({ends.isoformat()}) is before from ({starts.isoformat()})")
        return starts, ends


class CouncilFile:
    """One of the council's files while it is read: its problems are gathered, and refused together at the end.

    `personal` files are quoted nowhere: a refusal names row and column, never what a person's cell holds.
    """

    def __init__(
        self,
        table: Table,
        ledger: Ledger,
        needed: Sequence[str],
        optional: Sequence[str] = (),
        *,
        personal: bool = False,
    ) -> None:
        if not table.is_utf8:
            raise Refused(f"{table.filename} is not UTF-8: save it as CSV UTF-8, or names will be spoilt.")
        self._table = table
        self._ledger = ledger
        self._personal = personal
        self._problems: list[tuple[int, str]] = []
        # Spreadsheet users write "Cluster code" for cluster_code.
        headings = ["_".join(heading.split()) for heading in table.headings]
        self._columns = Columns(table.filename, headings, ledger)
        self._places = {name: self._columns.need(name) for name in needed}
        self._places |= {name: place for name in optional if (place := self._columns.want(name)) is not None}
        if ledger.notes:
            # A misspelt optional column would silently change what every row means.
            raise Refused(f"{table.filename}: {ledger.notes[0]}")

    @property
    def filename(self) -> str:
        return self._table.filename

    def read(self, parse: Callable[[CouncilRow], T]) -> Iterator[tuple[int, T]]:
        """Each row's number and what `parse` makes of it; a row with a `CellError` becomes a problem."""
        headings = [values.printable(heading, 40) for heading in self._table.headings]
        for row, cells in walk(self._table, self._columns, self._ledger):
            if not any(text.strip() for text in cells):
                self._ledger.skip(row, "is empty")
                continue
            try:
                if len(cells) != len(headings):
                    raise CellError("the row", f"has {len(cells)} cells under {len(headings)} headings")
                for heading, text in zip(headings, cells, strict=True):
                    values.strict_text(heading, text)
                parsed = parse(CouncilRow(self._places, cells))
            except CellError as error:
                self.problem(row, error.unquoted if self._personal else str(error))
                continue
            yield row, parsed

    def problem(self, row: int, text: str) -> None:
        """Note what is wrong with a row, in its own cells or beside another row."""
        self._problems.append((row, text))

    def finish(self) -> None:
        """Refuse the file, in one sentence with the first problems, when there is any; or when nothing is in it."""
        if self._problems:
            self._problems.sort(key=lambda problem: problem[0])
            first = "; ".join(f"row {row}: {text}" for row, text in self._problems[:_SHOWN])
            more = len(self._problems) - _SHOWN
            also = f"; and {more} more" if more > 0 else ""
            raise Refused(f"Nothing was taken from {self.filename}: {first}{also}.")
        if self._ledger.read == len(self._ledger.skipped):
            raise Refused(f"{self.filename} has headings but no rows.")


def overlap(first: tuple[date, date | None], second: tuple[date, date | None]) -> bool:
    """Whether two periods share a day; a period without an end goes on."""
    (starts, ends), (other_starts, other_ends) = first, second
    return (other_ends is None or starts <= other_ends) and (ends is None or other_starts <= ends)
