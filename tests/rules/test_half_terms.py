"""School days: counted as a plain walk through the days would count them, and never guessed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.half_terms import CalendarExhausted, HalfTerm, SchoolCalendar, update_due_on
from tests.rules.calendars import DORSET, calendars


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (date(2025, 11, 21), 0, date(2025, 11, 21)),
        (date(2025, 11, 22), 0, date(2025, 11, 24)),  # Saturday rolls to Monday
        (date(2025, 10, 24), 1, date(2025, 11, 3)),  # over half term
        (date(2025, 12, 19), 1, date(2026, 1, 6)),  # over Christmas and the INSET day
        (date(2026, 5, 1), 1, date(2026, 5, 5)),  # over the bank holiday
        (date(2025, 11, 3), -1, date(2025, 10, 24)),
        (date(2025, 11, 1), -1, date(2025, 10, 24)),  # counted back from a holiday
        (date(2025, 11, 21), -10, date(2025, 11, 7)),
        (date(2025, 11, 21), 5, date(2025, 11, 28)),
    ],
)
def test_adds_school_days(start: date, days: int, expected: date) -> None:
    assert DORSET.add(start, days) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 9, 1), False),  # before term, but of a loaded school year
        (date(2025, 9, 3), True),
        (date(2025, 10, 28), False),
        (date(2026, 1, 5), False),
        (date(2026, 5, 4), False),
        (date(2026, 7, 22), True),
    ],
)
def test_knows_school_days(day: date, expected: bool) -> None:
    assert DORSET.is_school_day(day) is expected


@pytest.mark.parametrize("day", [date(2026, 7, 23), date(2026, 9, 3), date(2025, 8, 31)])
def test_never_guesses_past_the_calendar(day: date) -> None:
    with pytest.raises(CalendarExhausted, match="area:838 do not reach"):
        DORSET.is_school_day(day)


def test_adding_past_the_end_is_refused_with_the_calendar_named() -> None:
    with pytest.raises(CalendarExhausted, match=r"area:838 do not reach 2026-07-23"):
        DORSET.add(date(2026, 7, 20), 5)


def test_counting_back_from_past_the_end_is_refused_too() -> None:
    with pytest.raises(CalendarExhausted, match=r"area:838 do not reach 2026-09-03"):
        DORSET.add(date(2026, 9, 3), -5)


def test_overlapping_half_terms_are_refused() -> None:
    with pytest.raises(ValueError, match="autumn 2 2025-26 begins before autumn 1"):
        SchoolCalendar(
            "area:1",
            (
                HalfTerm(date(2025, 9, 3), date(2025, 10, 24), "2025-26", 1),
                HalfTerm(date(2025, 10, 24), date(2025, 12, 19), "2025-26", 2),
            ),
            frozenset(),
        )


@given(calendars(), st.integers(0, 280), st.integers(-25, 25))
def test_adding_agrees_with_walking_day_by_day(calendar: SchoolCalendar, offset: int, days: int) -> None:
    start = calendar.half_terms[0].starts_on + timedelta(days=offset)
    walked = _walk(calendar, start, days)
    if walked is None or start > calendar.half_terms[-1].ends_on:  # from a day past the calendar nobody counts back
        with pytest.raises(CalendarExhausted):
            calendar.add(start, days)
    else:
        assert calendar.add(start, days) == walked


@given(calendars(), st.integers(0, 250), st.integers(1, 20))
def test_between_undoes_adding(calendar: SchoolCalendar, offset: int, days: int) -> None:
    start = calendar.half_terms[0].starts_on + timedelta(days=offset)
    try:
        later = calendar.add(start, days)
    except CalendarExhausted:
        return
    assert calendar.between(start, later) == days


@given(calendars())
def test_an_update_is_due_on_a_school_day_of_its_half_term(calendar: SchoolCalendar) -> None:
    for half_term in calendar.half_terms:
        try:
            last = calendar.last_school_day(half_term)
        except CalendarExhausted:
            continue
        due = update_due_on(calendar, half_term, None, 5)
        assert half_term.starts_on <= due <= last
        assert calendar.is_school_day(due)


def test_due_on_the_last_friday_but_one_or_before_the_meeting() -> None:
    autumn_2 = DORSET.half_terms[1]
    assert update_due_on(DORSET, autumn_2, None, 5) == date(2025, 12, 12)
    assert update_due_on(DORSET, autumn_2, date(2025, 12, 4), 5) == date(2025, 11, 27)
    # A meeting in the half term's first days leaves no five days before it: the Friday rule holds.
    assert update_due_on(DORSET, autumn_2, date(2025, 11, 5), 5) == date(2025, 12, 12)


def _walk(calendar: SchoolCalendar, start: date, days: int) -> date | None:
    """The plain reference: one calendar day at a time."""
    step = timedelta(days=1 if days >= 0 else -1)
    day, left = start, abs(days)
    first, last = calendar.half_terms[0].starts_on, calendar.half_terms[-1].ends_on
    if days == 0:
        while day <= last and not _open(calendar, day):
            day += step
        return day if day <= last else None
    while left:
        day += step
        if not first <= day <= last:
            return None
        left -= _open(calendar, day)
    return day


def _open(calendar: SchoolCalendar, day: date) -> bool:
    inside = any(h.starts_on <= day <= h.ends_on for h in calendar.half_terms)
    return inside and day.weekday() < 5 and day not in calendar.closed
