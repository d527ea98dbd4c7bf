"""Term dates and bank holidays of any school year, worked out as English councils and GOV.UK set them."""

from dataclasses import dataclass
from datetime import date, timedelta

MONDAY, FRIDAY, SATURDAY, SUNDAY = 0, 4, 5, 6


@dataclass(frozen=True, slots=True)
class Term:
    """One term: its first and last day, and the first and last day of the week's break in it."""

    season: str
    starts_on: date
    break_from: date
    break_to: date
    ends_on: date


def easter(year: int) -> date:
    """Easter Sunday of a year in the Gregorian calendar (Meeus, Jones and Butcher's algorithm)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day + 1)


def terms(first_year: int) -> tuple[Term, Term, Term]:
    """The three terms of the school year that begins in September of `first_year`."""
    autumn = _weekday(date(first_year, 9, 3))
    october = _monday_on_or_before(date(first_year, 10, 30))
    christmas = _friday_on_or_before(date(first_year, 12, 22))
    spring = _monday_on_or_after(date(first_year + 1, 1, 3))
    if spring.day < 4:
        spring += timedelta(days=1)
    february = _monday_on_or_before(date(first_year + 1, 2, 20))
    sunday = easter(first_year + 1)
    spring_ends = sunday - timedelta(days=16 if sunday > date(first_year + 1, 4, 10) else 9)
    spring_ends = _friday_on_or_before(max(spring_ends, date(first_year + 1, 3, 22)))
    summer = spring_ends + timedelta(days=17)
    if summer <= sunday + timedelta(days=1):
        summer = sunday + timedelta(days=2)
    may = _monday_on_or_before(date(first_year + 1, 5, 31))
    july = _weekday(date(first_year + 1, 7, 22), back=True)
    friday = timedelta(days=4)
    return (
        Term("Autumn", autumn, october, october + friday, christmas),
        Term("Spring", spring, february, february + friday, spring_ends),
        Term("Summer", summer, may, may + friday, july),
    )


def bank_holidays(year: int) -> tuple[tuple[date, str], ...]:
    """The bank holidays of England and Wales by the standing rules; a royal proclamation's single days are not known."""
    sunday = easter(year)
    christmas, boxing = date(year, 12, 25), date(year, 12, 26)
    found = [
        (_weekday(date(year, 1, 1)), "New Year’s Day"),
        (sunday - timedelta(days=2), "Good Friday"),
        (sunday + timedelta(days=1), "Easter Monday"),
        (_monday_on_or_after(date(year, 5, 1)), "Early May bank holiday"),
        (_monday_on_or_before(date(year, 5, 31)), "Spring bank holiday"),
        (_monday_on_or_before(date(year, 8, 31)), "Summer bank holiday"),
    ]
    if christmas.weekday() == SATURDAY:
        found += [(date(year, 12, 27), "Christmas Day"), (date(year, 12, 28), "Boxing Day")]
    elif christmas.weekday() == SUNDAY:
        found += [(boxing, "Boxing Day"), (date(year, 12, 27), "Christmas Day")]
    elif boxing.weekday() == SATURDAY:
        found += [(christmas, "Christmas Day"), (date(year, 12, 28), "Boxing Day")]
    else:
        found += [(christmas, "Christmas Day"), (boxing, "Boxing Day")]
    return tuple(found)


def _monday_on_or_after(day: date) -> date:
    return day + timedelta(days=(MONDAY - day.weekday()) % 7)


def _monday_on_or_before(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _friday_on_or_before(day: date) -> date:
    return day - timedelta(days=(day.weekday() - FRIDAY) % 7)


def _weekday(day: date, *, back: bool = False) -> date:
    while day.weekday() >= SATURDAY:
        day += timedelta(days=-1 if back else 1)
    return day
