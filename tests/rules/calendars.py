"""Calendars for the tests of rules: Dorset's real dates of 2025-26, and any that hypothesis draws."""

from datetime import date, timedelta

from hypothesis import strategies as st

from rules.half_terms import HalfTerm, SchoolCalendar

DORSET = SchoolCalendar(
    "area:838",
    (
        HalfTerm(date(2025, 9, 3), date(2025, 10, 24), "2025-26", 1),
        HalfTerm(date(2025, 11, 3), date(2025, 12, 19), "2025-26", 2),
        HalfTerm(date(2026, 1, 5), date(2026, 2, 13), "2025-26", 3),
        HalfTerm(date(2026, 2, 23), date(2026, 3, 27), "2025-26", 4),
        HalfTerm(date(2026, 4, 13), date(2026, 5, 22), "2025-26", 5),
        HalfTerm(date(2026, 6, 1), date(2026, 7, 22), "2025-26", 6),
    ),
    frozenset({date(2026, 5, 4), date(2025, 12, 25), date(2026, 4, 3), date(2026, 4, 6), date(2026, 1, 5)}),
)
"""5 January is an INSET day, 4 May a bank holiday inside summer 1."""


@st.composite
def calendars(draw: st.DrawFn) -> SchoolCalendar:
    """A school year or two: half terms of 4 to 9 weeks with breaks of 1 to 7 weeks, and some closed days."""
    day = date(draw(st.integers(2001, 2050)), 9, draw(st.integers(1, 7)))
    half_terms = []
    years = draw(st.integers(1, 2))
    for year in range(years):
        name = f"{day.year}-{(day.year + 1) % 100:02d}"
        for number in range(1, 7):
            ends_on = day + timedelta(days=draw(st.integers(24, 60)))
            half_terms.append(HalfTerm(day, ends_on, name, number))
            day = ends_on + timedelta(days=draw(st.integers(3, 21)))
        day = date(half_terms[0].starts_on.year + year + 1, 9, 3)
        if day <= half_terms[-1].ends_on:
            day = half_terms[-1].ends_on + timedelta(days=40)
    closed = draw(st.sets(st.integers(0, 300), max_size=12))
    first = half_terms[0].starts_on
    return SchoolCalendar("area:1", tuple(half_terms), frozenset(first + timedelta(days=n) for n in closed))
