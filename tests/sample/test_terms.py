"""Term dates and bank holidays for any year."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds import calendar_dates
from feeds.rows import HalfTermRow
from rules.half_terms import HalfTerm, SchoolCalendar
from sample.terms import bank_holidays, easter, term_events

YEARS = st.integers(2000, 2060)


@pytest.mark.parametrize(
    "sunday",
    [date(2000, 4, 23), date(2008, 3, 23), date(2011, 4, 24), date(2024, 3, 31), date(2025, 4, 20), date(2038, 4, 25)],
)
def test_easter(sunday: date) -> None:
    assert easter(sunday.year) == sunday


def test_the_years_of_jubilees_and_of_the_coronation() -> None:
    assert {h.day for h in bank_holidays(2022)} >= {date(2022, 6, 2), date(2022, 6, 3), date(2022, 9, 19)}
    assert date(2022, 5, 30) not in {h.day for h in bank_holidays(2022)}
    assert len(bank_holidays(2022)) == 10
    assert len(bank_holidays(2023)) == 9
    assert date(2020, 5, 8) in {h.day for h in bank_holidays(2020)}


@given(year=YEARS)
def test_bank_holidays_are_eight_weekdays_or_more(year: int) -> None:
    days = [holiday.day for holiday in bank_holidays(year)]
    assert len(set(days)) == len(days) >= 8
    assert days == sorted(days)
    assert all(day.weekday() < 5 and day.year == year for day in days)


@given(year=YEARS, shift=st.sampled_from([-4, 0, 2]))
def test_a_school_year_has_six_half_terms_and_190_days(year: int, shift: int) -> None:
    holidays = {holiday.day for y in (year, year + 1) for holiday in bank_holidays(y)}
    events = term_events(year, shift=shift)
    problems: list[str] = []
    announced = [
        calendar_dates.TermEvent(n, "area", f"{year}-{(year + 1) % 100:02}", e.term, e.event, e.starts_on, e.ends_on)
        for n, e in enumerate(events)
    ]
    rows, notes = calendar_dates.half_terms_and_inset_days(announced, lambda _, text: problems.append(text))
    assert (problems, notes) == ([], [])
    halves = [row for row in rows if isinstance(row, HalfTermRow)]
    assert [half.number for half in halves] == [1, 2, 3, 4, 5, 6]
    assert all(timedelta(days=17) <= half.ends_on - half.starts_on <= timedelta(days=66) for half in halves)
    assert halves[0].starts_on.month == 9
    assert halves[5].ends_on.month == 7
    assert all(day.weekday() < 5 for half in halves for day in (half.starts_on, half.ends_on))
    inset = {event.starts_on for event in events if event.event == "inset"}
    assert len(inset) == 5
    calendar = SchoolCalendar(
        "area", tuple(HalfTerm(h.starts_on, h.ends_on, h.academic_year, h.number) for h in halves), frozenset(holidays)
    )
    assert inset <= set(calendar.days)
    assert 180 <= len(calendar.days) - len(inset) <= 195
    for first, second in ((1, 2), (3, 4)):  # two weeks at Christmas and at Easter, with the feast between them
        away = halves[second].starts_on - halves[first].ends_on
        assert timedelta(days=14) <= away <= timedelta(days=20)
    assert halves[3].ends_on < easter(year + 1) < halves[4].starts_on
    for number in (0, 2, 4):
        away = halves[number + 1].starts_on - halves[number].ends_on
        assert away in {timedelta(days=10), timedelta(days=8), timedelta(days=7 + 1)}
