"""Ofsted's management information: the layout of 2015, the list by URN of 2018, and the CSV files since 2024.

The newest layout is known from what other readers of it ask for, not from a file seen: words that are not expected are
kept and reported. "9" and "NULL" mean none or not applicable, and overall effectiveness can be "Not judged".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from feeds import school_types, values
from feeds.duplicates import Keys
from feeds.report import Ledger
from feeds.rows import Framework, InspectionRow, Row
from feeds.table import Columns, Table, cell, refuse_nothing, refuse_shifted, walk
from feeds.values import CellError

_EDUCATION_FRAMEWORK_FROM = date(2019, 9, 1)
_NONE = {"", "9", "NULL", "NOT APPLICABLE", "N/A"}
_NOT_JUDGED = {"NOT JUDGED", "0"}

_OF_2015 = (
    ("Effectiveness of the sixth form provision", "sixth-form"),
    ("Effectiveness of the Early Years provision", "early-years"),
    ("Achievement of pupils", "achievement"),
    ("How well do learners achieve?", "learners-achieve"),
    ("The quality of teaching", "teaching"),
    ("Behaviour and safety of pupils", "behaviour"),
    ("Leadership and management", "leadership"),
    ("Category", "category"),
)
_OEIF = (
    ("Latest OEIF quality of education", "quality-of-education"),
    ("Latest OEIF behaviour and attitudes", "behaviour-and-attitudes"),
    ("Latest OEIF personal development", "personal-development"),
    ("Latest OEIF effectiveness of leadership and management", "leadership-and-management"),
    ("Latest OEIF early years provision (where applicable)", "early-years"),
    ("Latest OEIF sixth form provision (where applicable)", "sixth-form"),
    ("Latest OEIF safeguarding is effective?", "safeguarding"),
    ("Latest OEIF category of concern", "category"),
)
_REPORT_CARD = (
    ("Safeguarding standards", "safeguarding"),
    ("Inclusion", "inclusion"),
    ("Curriculum and teaching", "curriculum-and-teaching"),
    ("Achievement", "achievement"),
    ("Attendance and behaviour", "attendance-and-behaviour"),
    ("Personal development and wellbeing", "personal-development-and-wellbeing"),
    ("Early years (where applicable)", "early-years"),
    ("Post-16 provision (where applicable)", "post-16"),
    ("Leadership and governance", "leadership-and-governance"),
)
_CARD_WORDS = {
    "exceptional",
    "strong standard",
    "expected standard",
    "needs attention",
    "urgent improvement",
    "met",
    "not met",
}


@dataclass(frozen=True, slots=True)
class _Inspection:
    """Where one of the inspections that a row can tell of stands."""

    day: int
    overall: int | None
    aspects: tuple[tuple[int, str], ...]
    framework: Framework | None  # None: the old one or the new one, by the day


def read_ofsted(table: Table, year: str | None, ledger: Ledger) -> list[Row]:
    """Every inspection that the rows tell of: the latest, the previous, a visit without grades, a report card.

    A row with a value that cannot be right is skipped, and so is a school never inspected. Refuses a file without the
    columns of any layout, one of which no row can be taken, or one that says different things of one inspection.
    """
    del year  # an inspection has its own date
    columns = Columns(table.filename, table.headings, ledger)
    urn_place = columns.need("URN")
    inspections = _layout(columns, ledger)
    rows: list[Row] = []
    keys = Keys(table.filename, "URN", ledger)
    for row, cells in walk(table, columns, ledger):
        try:
            refuse_shifted(table, cells)
            urn = values.urn("URN", cell(cells, urn_place))
            found = [told for each in inspections if (told := _inspection(each, urn, cells, ledger))]
        except CellError as error:
            ledger.skip(row, str(error))
            continue
        if keys.is_new(row, urn, tuple(found)):
            if not found:
                ledger.skip(row, "tells of no inspection")
            rows.extend(found)
    refuse_nothing(table, ledger, rows)
    return rows


def _layout(columns: Columns, ledger: Ledger) -> list[_Inspection]:
    if columns.place("Overall effectiveness: how good is the school") is not None:
        return _layout_of_2015(columns)
    if (
        columns.place("Latest OEIF overall effectiveness") is not None
        or columns.place("Safeguarding standards") is not None
    ):
        ledger.note("Grades of the old framework, visits without grades and report cards are kept apart.")
        return _layout_since_2024(columns)
    day, overall = columns.need("Inspection date"), columns.need("Overall effectiveness")
    return [_Inspection(day, overall, (), None)]


def _aspects(columns: Columns, names: Sequence[tuple[str, str]]) -> tuple[tuple[int, str], ...]:
    return tuple((place, aspect) for name, aspect in names if (place := columns.want(name)) is not None)


def _layout_of_2015(columns: Columns) -> list[_Inspection]:
    latest = _Inspection(
        columns.need("Latest inspection date"),
        columns.need("Overall effectiveness: how good is the school"),
        _aspects(columns, _OF_2015),
        None,
    )
    day = columns.want("Previous inspection date")
    if day is None:
        return [latest]
    overall = columns.want("previous overall effectiveness")
    previous = _Inspection(day, overall, _aspects(columns, (("Previous category", "category"),)), None)
    return [latest, previous]


def _layout_since_2024(columns: Columns) -> list[_Inspection]:
    found = []
    graded = columns.want("Inspection start date of latest OEIF graded inspection")
    overall = columns.want("Latest OEIF overall effectiveness")
    if graded is not None:
        found.append(_Inspection(graded, overall, _aspects(columns, _OEIF), None))
    visit = columns.want("Date of latest ungraded inspection")
    if visit is not None:
        outcome = _aspects(columns, (("Ungraded inspection overall outcome", "outcome"),))
        found.append(_Inspection(visit, None, outcome, Framework.UNGRADED))
    card = columns.want("Inspection start date")
    if card is not None:
        found.append(_Inspection(card, None, _aspects(columns, _REPORT_CARD), Framework.REPORT_CARD))
    if not found:
        columns.need("Inspection start date")
    return found


def _inspection(where: _Inspection, urn: int, cells: Sequence[str], ledger: Ledger) -> InspectionRow | None:
    day = values.optional_day("the date of inspection", cell(cells, where.day))
    if day is None:
        return None
    judgements = []
    for place, aspect in where.aspects:
        text = values.plain_text(aspect, cell(cells, place)) or ""
        if text.upper() not in _NONE:
            judgements.append((aspect, text))
            if where.framework is Framework.REPORT_CARD and text.casefold() not in _CARD_WORDS:
                ledger.note(f"A report card says {values.shown(text)} of {aspect}, a word that was not expected.")
    if where.framework is not None and not judgements:
        return None  # the column of the day is also filled for inspections of other kinds, which judge none of these
    if where.framework is not None:
        return InspectionRow(urn, day, where.framework, None, tuple(judgements))
    overall = _grade(cell(cells, where.overall))
    if overall is None and not judgements:
        return None
    framework = Framework.OEIF if day >= _EDUCATION_FRAMEWORK_FROM else Framework.PRE_2019
    return InspectionRow(urn, day, framework, overall, tuple(judgements))


def _grade(text: str) -> int | None:
    word = " ".join(text.split())
    if word.upper() in _NONE or word.upper() in _NOT_JUDGED:
        return None
    if word in {"1", "2", "3", "4"}:
        return int(word)
    found = school_types.grade(word)
    if found is None:
        raise CellError("overall effectiveness", "is not a grade that we know", text)
    return found
