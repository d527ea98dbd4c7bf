"""DfE's school performance tables: key stages 2 and 4, absence and the pupil census, by school and by area."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from feeds import values
from feeds.duplicates import Keys
from feeds.measure_columns import ABSENCE, CENSUS, KS2, KS4, MeasureColumn
from feeds.report import Ledger
from feeds.rows import MissingReason, ReferenceRow, ResultRow, Row
from feeds.table import Columns, Table, cell, refuse_nothing, refuse_shifted, walk
from feeds.values import CellError
from rules.errors import Refused

# DfE's codes where a number is expected. z, c and x are those of Explore Education Statistics.
CODES: dict[str, MissingReason] = {
    "SUPP": MissingReason.SUPPRESSED,
    "C": MissingReason.SUPPRESSED,
    "NE": MissingReason.NOT_ENTERED,
    "NP": MissingReason.NOT_PUBLISHED,
    "X": MissingReason.NOT_PUBLISHED,
    "LOWCOV": MissingReason.LOW_COVERAGE,
    "SP": MissingReason.SMALL_PROVIDER,
    "NA": MissingReason.NOT_APPLICABLE,
    "Z": MissingReason.NOT_APPLICABLE,
    "NEW": MissingReason.NEW_SCHOOL,
    "": MissingReason.BLANK,
}

Figure = float | MissingReason
Area = Callable[[Sequence[str]], str | None]
Listed = tuple[int | None, bool | None]

_PHASES = {"PRI": "england-state-primary", "SEC": "england-state-secondary", "SPE": "england-state-special"}


def figure(column: str, text: str, *, percent: bool = False) -> Figure:
    """A number, or why there is none. A code is never a zero; a percentage outside 0 to 100 is refused."""
    missing = CODES.get(text.strip().upper())
    if missing is not None:
        return missing
    value = values.number(column, text)
    if percent and not 0 <= value <= 100:
        raise CellError(column, "is not a percentage from 0 to 100", text)
    return value


def cohort_size(column: str, text: str) -> int | None:
    """A number of pupils, or None when the publisher gives none."""
    return None if text.strip().upper() in CODES else values.whole(column, text)


class _Found(NamedTuple):
    """What one row says of one measure."""

    measure: str
    value: Figure
    cohort: int | None
    lower: float | None = None
    upper: float | None = None


@dataclass(slots=True)
class _Measure:
    """One measure of one file. Cells repeat a few hundred texts: each is parsed once."""

    code: str
    column: str
    place: int
    percent: bool
    cohort: tuple[str, int] | None
    lower: int | None
    upper: int | None
    seen: dict[str, Figure] = field(default_factory=dict)
    counted: dict[str, int | None] = field(default_factory=dict)

    def read(self, cells: Sequence[str]) -> _Found:
        """The value, its cohort and its interval in one row. Refuses an interval that does not hold its value."""
        value = self._figure(cells, self.place)
        cohort = self._cohort(cells)
        if isinstance(value, MissingReason) or self.lower is None or self.upper is None:
            return _Found(self.code, value, cohort)
        lower, upper = self._figure(cells, self.lower), self._figure(cells, self.upper)
        if isinstance(lower, MissingReason) or isinstance(upper, MissingReason):
            return _Found(self.code, value, cohort)
        if lower > upper:
            raise CellError(self.column, f"has a lower limit ({lower:g}) above its upper one ({upper:g})")
        if not lower <= value <= upper:
            raise CellError(self.column, f"({value:g}) lies outside its own interval ({lower:g} to {upper:g})")
        return _Found(self.code, value, cohort, lower, upper)

    def _cohort(self, cells: Sequence[str]) -> int | None:
        if self.cohort is None:
            return None
        column, place = self.cohort
        text = cells[place] if place < len(cells) else ""
        if text not in self.counted:
            self.counted[text] = cohort_size(column, text)
        return self.counted[text]

    def _figure(self, cells: Sequence[str], place: int) -> Figure:
        text = cells[place] if place < len(cells) else ""
        found = self.seen.get(text)
        if found is None:
            found = self.seen[text] = figure(self.column, text, percent=self.percent)
        return found


def _measures(columns: Columns, wanted: Sequence[MeasureColumn]) -> list[_Measure]:
    found = []
    for measure in wanted:
        place = columns.want(measure.column)
        cohorts = [(name, where) for name in measure.cohort if (where := columns.place(name)) is not None]
        lower = columns.want(measure.lower) if measure.lower else None
        upper = columns.want(measure.upper) if measure.upper else None
        if place is not None:
            cohort = cohorts[0] if cohorts else None
            found.append(_Measure(measure.measure, measure.column, place, measure.percent, cohort, lower, upper))
    return found


def read_ks2(table: Table, year: str, ledger: Ledger) -> list[Row]:
    """Key stage 2. RECTYPE: 1 and 2 schools, 3 a local authority, 4 England, 5 its state-funded schools."""
    columns = Columns(table.filename, table.headings, ledger)
    columns.need("TELIG")
    columns.need("PTRWM_EXP")
    area = _by_record_type(columns, "3", {"4": "england", "5": "england-state"})
    _note_conversions(columns, ledger)
    return _whole(table, _read(table, columns, KS2, area, year=year, ledger=ledger), ledger)


def read_ks4(table: Table, year: str, ledger: Ledger) -> list[Row]:
    """Key stage 4, final and provisional. RECTYPE: 1 and 2 schools, 4 a local authority, 5 England, 7 state-funded."""
    columns = Columns(table.filename, table.headings, ledger)
    columns.need("TPUP")
    columns.need("ATT8SCR")
    area = _by_record_type(columns, "4", {"5": "england", "7": "england-state"})
    # The final table is sorted and carries its sort key; the provisional one never does.
    if columns.place("ALPHAIND") is None or "provisional" in table.filename.casefold():
        ledger.provisional = True
        ledger.note("These are provisional figures: the final table of the year replaces them.")
    return _whole(table, _read(table, columns, KS4, area, year=year, ledger=ledger), ledger)


def read_absence(table: Table, year: str, ledger: Ledger) -> list[Row]:
    """Absence by school, and by phase for England."""
    columns = Columns(table.filename, table.headings, ledger)
    area = _by_phase(columns, columns.need("LA", "LEA"))
    return _read(table, columns, ABSENCE, area, year=year, ledger=ledger)


def read_census(table: Table, year: str, ledger: Ledger) -> list[Row]:
    """Pupils, free meals, language and special needs by school, and by phase for England."""
    columns = Columns(table.filename, table.headings, ledger)
    columns.need("NOR")
    columns.place("LA", "LEA")
    columns.place("SCHOOLTYPE")
    area = _by_phase(columns, columns.need("URN"))
    return _read(table, columns, CENSUS, area, year=year, ledger=ledger)


def _by_record_type(columns: Columns, authority: str, england: dict[str, str]) -> Area:
    rectype = columns.need("RECTYPE")
    lea = columns.want("LEA", "LA")
    for known in ("SCHNAME", "ESTAB"):
        columns.place(known)

    def area(cells: Sequence[str]) -> str | None:
        kind = cell(cells, rectype).strip()
        if kind in {"1", "2"}:
            return None
        if kind in england:
            return england[kind]
        if kind == authority:
            return f"la:{values.whole('LEA', cell(cells, lea), largest=999)}"
        raise CellError("RECTYPE", "is not a kind of row that we know", kind)

    return area


def _by_phase(columns: Columns, marker: int) -> Area:
    estab = columns.need("ESTAB")

    def area(cells: Sequence[str]) -> str | None:
        if cell(cells, marker).strip().upper() != "NAT":
            return None
        phase = cell(cells, estab).strip().upper()
        if phase not in _PHASES:
            raise CellError("ESTAB", "is not a phase that we know", phase)
        return _PHASES[phase]

    return area


def _note_conversions(columns: Columns, ledger: Ledger) -> None:
    if columns.place("URN_AC") is not None and columns.place("OPEN_AC") is not None:
        ledger.note("Results stay under the URN that the school had; URN_AC is not followed, the links file is.")


def _read(
    table: Table, columns: Columns, wanted: Sequence[MeasureColumn], area: Area, *, year: str, ledger: Ledger
) -> list[Row]:
    urn_place = columns.need("URN")
    measures = _measures(columns, wanted)
    listing = _listing(columns)
    # A school opened in the year has NEW under its number of pupils, and nothing after it.
    pupils = columns.place("TOTPUPS")
    rows: list[Row] = []
    schools = Keys(table.filename, "URN", ledger)
    areas = Keys(table.filename, "the area", ledger)
    filled: set[str] = set()
    for row, cells in walk(table, columns, ledger):
        try:
            refuse_shifted(table, cells)
            place = area(cells)
            figures = [measure.read(cells) for measure in measures]
            filled.update(found.measure for found in figures if found.value is not MissingReason.BLANK)
            if place is None:
                urn = values.urn("URN", cell(cells, urn_place))
                if schools.is_new(row, urn, tuple(figures)):
                    blank = MissingReason.NEW_SCHOOL if cell(cells, pupils).strip() == "NEW" else MissingReason.BLANK
                    listed = listing(cells)
                    rows.extend(_result(urn, year, found, blank, listed) for found in figures)
            elif all(found.value is MissingReason.BLANK for found in figures):
                ledger.skip(row, f"has no figures for {place}")
            elif areas.is_new(row, place, tuple(figures)):
                said = (found for found in figures if found.value is not MissingReason.BLANK)
                rows.extend(_reference(place, year, found) for found in said)
        except CellError as error:
            ledger.skip(row, str(error))
    refuse_nothing(table, ledger, rows)
    empty = [m.column for m in measures if m.code not in filled]
    if empty:
        ledger.note(f"Empty in every row, hence not published: {', '.join(empty)}.")
    return rows


def _whole(table: Table, rows: list[Row], ledger: Ledger) -> list[Row]:
    """The same rows. Refuses a table that was cut off between two schools, as far as that can be told.

    Every table of DfE's ends with, or begins with, the rows of the authority and of England. Without them, and without
    the end of its last line, the rest is missing; with that end a person may have left them out, and is told.
    """
    if any(isinstance(row, ReferenceRow) for row in rows):
        return rows
    if not table.ends_with_newline:
        raise Refused(
            f"{table.filename} ends after row {ledger.read + 1} without the rows of England that such a table has: "
            "it was cut off."
        )
    ledger.note("There is no row of the authority or of England: schools are held against what is there.")
    return rows


def _listing(columns: Columns) -> Callable[[Sequence[str]], Listed]:
    """Under which authority, and whether among the special schools, a row lists its school."""
    rectype = columns.place("RECTYPE")
    lea = columns.place("LEA", "LA")
    if rectype is None or lea is None:
        return lambda _cells: (None, None)

    def listed(cells: Sequence[str]) -> Listed:
        code = cell(cells, lea).strip()
        return values.whole("LEA", code, largest=999) if code else None, cell(cells, rectype).strip() == "2"

    return listed


def _result(urn: int, year: str, found: _Found, blank: MissingReason, listed: Listed) -> ResultRow:
    measure, value, cohort, lower, upper = found
    if isinstance(value, MissingReason):
        missing = blank if value is MissingReason.BLANK else value
        return ResultRow(urn, year, measure, cohort, None, None, None, missing, *listed)
    return ResultRow(urn, year, measure, cohort, value, lower, upper, None, *listed)


def _reference(area: str, year: str, found: _Found) -> ReferenceRow:
    # An area is held against, not judged: its interval is not kept.
    if isinstance(found.value, MissingReason):
        return ReferenceRow(area, year, found.measure, found.cohort, None, found.value)
    return ReferenceRow(area, year, found.measure, found.cohort, found.value, None)
