"""From the dates that a calendar announces (terms start, half terms, terms end) to six half terms and INSET days."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from feeds.rows import HalfTermRow, InsetDayRow, Row

TERMS = ("Autumn", "Spring", "Summer")
EVENTS = ("term_starts", "half_term", "term_ends", "inset")
LONGEST_INSET = 10  # days
_MONDAY, _FRIDAY = 0, 4

Problem = Callable[[int, str], None]


@dataclass(frozen=True, slots=True)
class TermEvent:
    """One announced date or span: `row` says where in its file. A single day has `ends_on` equal to `starts_on`."""

    row: int
    applies_to: str
    academic_year: str
    term: str
    event: str
    starts_on: date
    ends_on: date


def academic_year_of(day: date) -> str:
    """The academic year of a day: it changes with the first of August."""
    start = day.year if day.month >= 8 else day.year - 1
    return f"{start}-{(start + 1) % 100:02}"


def half_terms_and_inset_days(events: list[TermEvent], problem: Problem) -> tuple[list[Row], list[str]]:
    """The half terms (autumn 1 to summer 2) and INSET days of each calendar, and what is remarkable about them.

    A half term ends on the last weekday before the holiday and begins on the first after it. `problem` is told, with a
    row, of terms without a start, an end or a half term, of dates out of order and of events announced twice.
    """
    rows: list[Row] = []
    notes: list[str] = []
    calendars: dict[tuple[str, str], list[TermEvent]] = {}
    for event in events:
        if academic_year_of(event.starts_on) != event.academic_year:
            problem(
                event.row, f"start ({event.starts_on.isoformat()}) is not in the academic year {event.academic_year}"
            )
        elif event.ends_on < event.starts_on:
            problem(event.row, f"end ({event.ends_on.isoformat()}) is before start ({event.starts_on.isoformat()})")
        else:
            calendars.setdefault((event.applies_to, event.academic_year), []).append(event)
    for (applies_to, year), announced in calendars.items():
        halves = _half_terms(announced, problem)
        rows.extend(halves)
        absent = [term for index, term in enumerate(TERMS) if not any(h.number == 2 * index + 1 for h in halves)]
        if halves and absent:
            notes.append(f"The calendar of {applies_to} has no {' and no '.join(absent)} term of {year}.")
        rows.extend(_inset_days(announced, problem))
    return rows, notes


def _half_terms(announced: list[TermEvent], problem: Problem) -> list[HalfTermRow]:
    halves: list[HalfTermRow] = []
    before: TermEvent | None = None
    for index, term in enumerate(TERMS):
        of_term = [event for event in announced if event.term == term and event.event != "inset"]
        if not of_term:
            continue
        dates = _one_each(of_term, problem)
        if dates is None:
            continue
        starts, middle, ends = dates
        if before and starts.starts_on <= before.starts_on:
            problem(starts.row, f"the {term} term starts before the term before it has ended (row {before.row})")
        before = ends
        first = HalfTermRow(
            starts.applies_to, starts.academic_year, 2 * index + 1, starts.starts_on, _before(middle.starts_on)
        )
        second = HalfTermRow(
            starts.applies_to, starts.academic_year, 2 * index + 2, _after(middle.ends_on), ends.starts_on
        )
        if first.ends_on < first.starts_on or second.ends_on < second.starts_on:
            problem(middle.row, f"the half-term holiday of the {term} term lies outside the term")
            continue
        halves.extend((first, second))
    return halves


def _one_each(events: list[TermEvent], problem: Problem) -> tuple[TermEvent, TermEvent, TermEvent] | None:
    found: dict[str, TermEvent] = {}
    complete = True
    for event in events:
        earlier = found.setdefault(event.event, event)
        if earlier is not event:
            problem(event.row, f"{event.event} of the {event.term} term is in row {earlier.row} already")
            complete = False
    for name in EVENTS[:3]:
        if name not in found:
            one = events[0]
            problem(one.row, f"the {one.term} term of {one.academic_year} of {one.applies_to} has no {name}")
            complete = False
    return (found["term_starts"], found["half_term"], found["term_ends"]) if complete else None


def _before(day: date) -> date:
    day -= timedelta(days=1)
    return day if day.weekday() <= _FRIDAY else day - timedelta(days=day.weekday() - _FRIDAY)


def _after(day: date) -> date:
    day += timedelta(days=1)
    return day if day.weekday() <= _FRIDAY else day + timedelta(days=7 - day.weekday() + _MONDAY)


def _inset_days(announced: list[TermEvent], problem: Problem) -> list[InsetDayRow]:
    days: dict[date, InsetDayRow] = {}
    for event in announced:
        if event.event != "inset":
            continue
        length = (event.ends_on - event.starts_on).days + 1
        if length > LONGEST_INSET:
            problem(event.row, f"an INSET of {length} days is longer than any ({LONGEST_INSET})")
            continue
        for offset in range(length):
            day = event.starts_on + timedelta(days=offset)
            if day.weekday() <= _FRIDAY:
                days[day] = InsetDayRow(event.applies_to, event.academic_year, day)
    return list(days.values())
