"""Term dates from CSV (the layout of docs/feeds.md) and from iCalendar files."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from feeds import values
from feeds.academic_year import normalise_year
from feeds.calendar_dates import EVENTS, TERMS, TermEvent, academic_year_of, half_terms_and_inset_days
from feeds.content import Content
from feeds.council_rows import CouncilFile, CouncilRow
from feeds.report import Ledger
from feeds.rows import Row
from feeds.table import Table
from feeds.values import CellError
from rules.errors import Refused

if TYPE_CHECKING:
    from icalendar import Event

AREA = "area"
_APPLIES_TO = re.compile(r"trust:\d{1,7}|school:[1-9]\d{4,6}", re.ASCII)
_INSET = re.compile(r"\b(inset|training day|staff development|teacher training|occasional day)\b", re.IGNORECASE)
_HALF_TERM = re.compile(r"\bhalf[- ]?term\b(?! (?:starts|begins|ends))", re.IGNORECASE)
_STARTS = re.compile(r"\b(start|starts|begin|begins|first day|opens)\b", re.IGNORECASE)
_ENDS = re.compile(r"\b(end|ends|last day|closes)\b", re.IGNORECASE)
_SHOWN = 5


def read_calendar(table: Table, year: str | None, ledger: Ledger) -> list[Row]:
    """Half terms and INSET days from CSV.

    Refuses the whole file for any bad row, and for dates that make no sense together.
    """
    del year  # each row has its own
    file = CouncilFile(
        table, ledger, ("academic_year", "term", "event", "start", "end"), ("applies_to", "source", "confidence")
    )
    # Absent optional columns have a meaning (the area, no source), so that nothing is missing.
    ledger.absent.clear()
    events = []
    for row, (applies_to, of_year, term, event, starts, ends) in file.read(_announced):
        events.append(TermEvent(row, applies_to, of_year, term, event, starts, ends))
    rows, notes = half_terms_and_inset_days(events, file.problem)
    file.finish()
    for note in notes:
        ledger.note(note)
    return rows


def _announced(row: CouncilRow) -> tuple[str, str, str, str, date, date]:
    event = values.choice("event", row.needed("event"), EVENTS)
    starts = values.iso_day("start", row.needed("start"))
    ends = values.iso_day("end", row.needed("end")) if row.text("end") else starts
    if event in {"term_starts", "term_ends"} and ends != starts:
        raise CellError("end", f"is another day than start, and {event} is one day")
    if event == "half_term" and not row.text("end"):
        raise CellError("end", "is empty, and a half-term holiday has a last day")
    try:
        academic_year = normalise_year(row.needed("academic_year"))
    except Refused:
        raise CellError("academic_year", "is not a year like 2025-2026", row.raw("academic_year")) from None
    term = values.choice("term", row.needed("term").capitalize(), TERMS)
    return _applies_to(row.text("applies_to")), academic_year, term, event, starts, ends


def _applies_to(text: str | None) -> str:
    if text is None or text.casefold() == AREA:
        return AREA
    if not _APPLIES_TO.fullmatch(text):
        raise CellError("applies_to", "is not empty, trust:UID or school:URN", text)
    return text


def read_ics(content: Content, ledger: Ledger) -> list[Row]:
    """Half terms and INSET days from an iCalendar file, whose events say in their summary what they are.

    "Autumn term starts", "Autumn half term", "Autumn term ends", "INSET day"; the term may be left out where the month
    tells it. The property X-APPLIES-TO says whose dates they are, else they are the area's. Other events are skipped.
    Refuses a damaged file, and dates that are repeated by a rule or make no sense together.
    """
    problems: list[tuple[int, str]] = []

    def problem(event: int, text: str) -> None:
        problems.append((event, text))

    events = []
    for number, component in _components(content):
        ledger.read += 1
        try:
            found = _from_ics(number, component)
        except CellError as error:
            problem(number, str(error))
            continue
        if found is None:
            ledger.skip(number, "is no start or end of a term, half term or INSET day")
        else:
            events.append(found)
    rows, notes = half_terms_and_inset_days(events, problem)
    if problems:
        first = "; ".join(f"event {event}: {text}" for event, text in sorted(problems)[:_SHOWN])
        more = f"; and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        raise Refused(f"Nothing was taken from {content.filename}: {first}{more}.")
    if not rows:
        raise Refused(
            f"{content.filename} has no event that is the start or end of a term, a half term or an INSET day."
        )
    for note in notes:
        ledger.note(note)
    return rows


def _components(content: Content) -> Iterator[tuple[int, "Event"]]:
    from icalendar import Calendar

    try:
        calendar = Calendar.from_ical(content.text())
        yield from enumerate(calendar.walk("VEVENT"), start=1)
    except (Refused, GeneratorExit):
        raise
    except Exception as error:  # the parser raises whatever the damaged line made it stumble over
        raise Refused(f"{content.filename} is a damaged iCalendar file.") from error


def _from_ics(number: int, component: "Event") -> TermEvent | None:
    try:
        summary = values.plain_text("SUMMARY", str(component.get("SUMMARY", ""))) or ""
        event = _event(summary)
        if event is None:
            return None
        if component.get("RRULE") is not None:
            raise CellError("RRULE", "repeats the event, and term dates are given one by one")
        starts, ends = _days(component)
        applies_to = _applies_to(values.plain_text("X-APPLIES-TO", str(component.get("X-APPLIES-TO", ""))))
    except CellError:
        raise
    except Exception as error:  # properties are parsed when they are asked for, damaged ones too
        raise CellError("the event", "is damaged") from error
    if event in {"term_starts", "term_ends"}:
        ends = starts
    return TermEvent(number, applies_to, academic_year_of(starts), _term(summary, starts), event, starts, ends)


def _event(summary: str) -> str | None:
    if _INSET.search(summary):
        return "inset"
    if _HALF_TERM.search(summary):
        return "half_term"
    words = summary.casefold()
    if "term" not in words or "half" in words:
        return None  # "half term begins" alone says neither of a term nor of the whole holiday
    if _STARTS.search(summary):
        return "term_starts"
    return "term_ends" if _ENDS.search(summary) else None


def _term(summary: str, day: date) -> str:
    named = next((term for term in TERMS if term.casefold() in summary.casefold()), None)
    if named:
        return named
    # Easter falls in March or April: the spring term ends before it and the summer term starts after it.
    if day.month >= 8:
        return "Autumn"
    if day.month == 4:
        return "Summer" if _STARTS.search(summary) else "Spring"
    return "Spring" if day.month < 4 else "Summer"


def _days(component: "Event") -> tuple[date, date]:
    start, end = component.get("DTSTART"), component.get("DTEND")
    if start is None:
        raise CellError("DTSTART", "is absent")
    starts = _as_date(start.dt)
    if end is None:
        return starts, starts
    ends = _as_date(end.dt)
    if not isinstance(end.dt, datetime):
        ends -= timedelta(days=1)  # an all-day event ends at the start of the day that is its DTEND
    return starts, max(ends, starts)


def _as_date(value: object) -> date:
    if isinstance(value, datetime):
        value = value.date()
    if not isinstance(value, date) or not 1800 <= value.year <= 2200:
        raise CellError("DTSTART", "is not a date of our times")
    return value
