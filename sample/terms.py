"""Term dates and bank holidays of any school year, worked out as councils and the law do."""

from dataclasses import dataclass
from datetime import date, timedelta

_MONDAY, _WEDNESDAY, _FRIDAY, _SATURDAY, _SUNDAY = 0, 2, 4, 5, 6
EARLY_MAY, SPRING = "Early May bank holiday", "Spring bank holiday"
NEW_YEAR, CHRISTMAS, BOXING = "New Year’s Day", "Christmas Day", "Boxing Day"
# What was proclaimed once: holidays moved, and holidays added.
_MOVED = {
    (2002, SPRING): date(2002, 6, 4),
    (2012, SPRING): date(2012, 6, 4),
    (2020, EARLY_MAY): date(2020, 5, 8),
    (2022, SPRING): date(2022, 6, 2),
}
_ADDED = (
    (date(2002, 6, 3), "Queen’s Golden Jubilee"),
    (date(2011, 4, 29), "Wedding of Prince William and Catherine Middleton"),
    (date(2012, 6, 5), "Queen’s Diamond Jubilee"),
    (date(2022, 6, 3), "Platinum Jubilee bank holiday"),
    (date(2022, 9, 19), "Bank Holiday for the State Funeral of Queen Elizabeth II"),
    (date(2023, 5, 8), "Bank holiday for the coronation of King Charles III"),
)


@dataclass(frozen=True, slots=True)
class Holiday:
    """One bank holiday of England and Wales."""

    day: date
    title: str
    is_substitute: bool = False


@dataclass(frozen=True, slots=True)
class TermEvent:
    """One row of the council's calendar; `applies_to` is empty for the area."""

    academic_year: str
    term: str
    event: str
    starts_on: date
    ends_on: date
    applies_to: str = ""


def easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar (the anonymous algorithm)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    m = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def bank_holidays(year: int) -> list[Holiday]:
    """The bank holidays of England and Wales in a calendar year, in order, with substitutes for weekends."""
    sunday = easter(year)
    found = [
        Holiday(sunday - timedelta(days=2), "Good Friday"),
        Holiday(sunday + timedelta(days=1), "Easter Monday"),
        Holiday(_MOVED.get((year, EARLY_MAY), on_or_after(date(year, 5, 1), _MONDAY)), EARLY_MAY),
        Holiday(_MOVED.get((year, SPRING), on_or_before(date(year, 5, 31), _MONDAY)), SPRING),
        Holiday(on_or_before(date(year, 8, 31), _MONDAY), "Summer bank holiday"),
        *(Holiday(day, title) for day, title in _ADDED if day.year == year),
    ]
    first = date(year, 1, 1)
    found.append(_substituted(first, NEW_YEAR, on_or_after(first, _MONDAY)))
    christmas, boxing = date(year, 12, 25), date(year, 12, 26)
    # A Christmas Day on a Sunday is made up for on the Tuesday: Monday is Boxing Day.
    found.append(_substituted(christmas, CHRISTMAS, date(year, 12, 27)))
    found.append(_substituted(boxing, BOXING, date(year, 12, 28)))
    return sorted(found, key=lambda holiday: holiday.day)


def term_events(start_year: int, *, applies_to: str = "", shift: int = 0) -> list[TermEvent]:
    """The terms, half terms and INSET days of the school year that begins in September of `start_year`.

    `shift` moves the half-term holidays, by days, for a trust or school that has its own; they stay five weekdays long.
    """
    next_year = start_year + 1
    closed = {holiday.day for year in (start_year, next_year) for holiday in bank_holidays(year)}
    autumn = date(start_year, 9, 1)
    if autumn.weekday() >= _FRIDAY:
        autumn = on_or_after(autumn, _MONDAY)
    winter = on_or_after(date(next_year, 1, 3), _MONDAY)
    while winter in closed:
        winter += timedelta(days=1)
    last, first = _around_easter(next_year)
    spring_holiday = next(h.day for h in bank_holidays(next_year) if h.title == SPRING)
    october, christmas = (
        on_or_before(date(start_year, 10, 31), _MONDAY),
        on_or_before(date(start_year, 12, 23), _FRIDAY),
    )
    terms = (
        ("Autumn", autumn, october, christmas),
        ("Spring", winter, on_or_after(date(next_year, 2, 12), _MONDAY), last),
        ("Summer", first, on_or_before(spring_holiday, _MONDAY), on_or_after(date(next_year, 7, 19), _WEDNESDAY)),
    )
    year = f"{start_year}-{next_year}"
    events = []
    for term, starts, half, ends in terms:
        length = 4 if shift == 0 else 6
        holiday = (half + timedelta(days=shift), half + timedelta(days=shift + length))
        events.append(TermEvent(year, term, "term_starts", starts, starts, applies_to))
        events.append(TermEvent(year, term, "half_term", *holiday, applies_to))
        events.append(TermEvent(year, term, "term_ends", ends, ends, applies_to))
    inset = (
        ("Autumn", autumn),
        ("Autumn", _next_weekday(autumn)),
        ("Autumn", _next_weekday(events[1].ends_on)),
        ("Spring", winter),
        ("Summer", terms[2][3]),
    )
    events.extend(TermEvent(year, term, "inset", day, day, applies_to) for term, day in inset)
    return events


def on_or_after(day: date, weekday: int) -> date:
    """The first such weekday from `day` on."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def on_or_before(day: date, weekday: int) -> date:
    """The last such weekday up to `day`."""
    return day - timedelta(days=(day.weekday() - weekday) % 7)


def _next_weekday(day: date) -> date:
    day += timedelta(days=1)
    return on_or_after(day, _MONDAY) if day.weekday() >= _SATURDAY else day


def _around_easter(year: int) -> tuple[date, date]:
    """The last day of the spring term and the first of the summer term: two weeks, with Easter in them."""
    sunday = easter(year)
    if sunday <= date(year, 4, 3):
        return sunday - timedelta(days=3), sunday + timedelta(days=15)
    if sunday <= date(year, 4, 11):
        return sunday - timedelta(days=9), sunday + timedelta(days=8)
    return sunday - timedelta(days=16), sunday + timedelta(days=2)


def _substituted(day: date, title: str, instead: date) -> Holiday:
    return Holiday(instead, title, is_substitute=True) if day.weekday() >= _SATURDAY else Holiday(day, title)
