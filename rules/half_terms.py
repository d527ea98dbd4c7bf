"""Half terms and school days: the calendar that all waiting and chasing counts in.

A school day is a weekday inside a half term that is neither a bank holiday nor a listed INSET day. Dates are data:
where they end, every rule here raises `CalendarExhausted`; it never guesses.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

NAMES = ("autumn 1", "autumn 2", "spring 1", "spring 2", "summer 1", "summer 2")
_FRIDAY = 4


class CalendarExhausted(Exception):
    """A day that the loaded calendar does not reach. The run says so loudly and holds what depends on it."""

    def __init__(self, calendar: str, day: date) -> None:
        self.calendar = calendar
        self.day = day
        super().__init__(
            f"the term dates of {calendar} do not reach {day.isoformat()}: import the next school year's calendar"
        )


@dataclass(frozen=True, slots=True, order=True)
class HalfTerm:
    """Half term `number` (1 to 6) of `academic_year` ("2025-26"), from its first to its last day, both included."""

    starts_on: date
    ends_on: date
    academic_year: str
    number: int

    @property
    def name(self) -> str:
        return NAMES[self.number - 1]


@dataclass(frozen=True, slots=True)
class SchoolCalendar:
    """The school days of one school, worked out once. `code` says whose (`area:838`, `trust:4229`, `school:113456`)."""

    code: str
    half_terms: tuple[HalfTerm, ...]
    closed: frozenset[date]
    days: tuple[date, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.half_terms))
        for earlier, later in pairwise(ordered):
            if later.starts_on <= earlier.ends_on:
                raise ValueError(
                    f"{self.code}: {later.name} {later.academic_year} begins before {earlier.name} has ended"
                )
        object.__setattr__(self, "half_terms", ordered)
        object.__setattr__(self, "days", tuple(_school_days(ordered, self.closed)))

    def is_school_day(self, day: date) -> bool:
        """Whether `day` is a school day. A day between two loaded half terms is not; one outside them all is not known.

        Raises:
            CalendarExhausted: `day` lies before the first or after the last loaded half term's academic year.
        """
        self._reach(day)
        at = bisect_left(self.days, day)
        return at < len(self.days) and self.days[at] == day

    def roll_forward(self, day: date) -> date:
        """`day` itself if it is a school day, else the next one."""
        return self.add(day, 0)

    def add(self, day: date, school_days: int) -> date:
        """The day that lies `school_days` school days after `day`, or before it when negative.

        Counting starts with the first school day after (before) `day`; zero rolls `day` forward.

        Raises:
            CalendarExhausted: `day` or the answer lies outside the loaded half terms.
        """
        self._reach(day)
        if school_days >= 0:
            at = bisect_left(self.days, day) if school_days == 0 else bisect_right(self.days, day) + school_days - 1
        else:
            at = bisect_left(self.days, day) + school_days
        if not 0 <= at < len(self.days):
            beyond = self.days[-1] + timedelta(days=1) if school_days >= 0 and self.days else day
            raise CalendarExhausted(self.code, max(beyond, day) if school_days >= 0 else day)
        return self.days[at]

    def between(self, earlier: date, later: date) -> int:
        """How many school days lie after `earlier` up to and including `later`; negative the other way round."""
        return bisect_right(self.days, later) - bisect_right(self.days, earlier)

    def half_term_of(self, day: date) -> HalfTerm | None:
        """The half term that `day` falls in, or None in a holiday."""
        self._reach(day)
        return next((h for h in self.half_terms if h.starts_on <= day <= h.ends_on), None)

    def half_term_on_or_after(self, day: date) -> HalfTerm:
        """The half term that `day` falls in, else the next one.

        Raises:
            CalendarExhausted: no loaded half term ends on or after `day`.
        """
        for half_term in self.half_terms:
            if half_term.ends_on >= day:
                return half_term
        raise CalendarExhausted(self.code, day)

    def last_school_day(self, half_term: HalfTerm) -> date:
        """The last school day of a half term."""
        at = bisect_right(self.days, half_term.ends_on) - 1
        if at < 0 or self.days[at] < half_term.starts_on:
            raise CalendarExhausted(self.code, half_term.ends_on)
        return self.days[at]

    def _reach(self, day: date) -> None:
        if not self.days or day > self.half_terms[-1].ends_on or day < _september_before(self.half_terms[0].starts_on):
            raise CalendarExhausted(self.code, day)


def update_due_on(calendar: SchoolCalendar, half_term: HalfTerm, meeting_on: date | None, board_due_days: int) -> date:
    """The day on which a half term's impact update is due.

    `board_due_days` school days before that half term's Board meeting, else the last Friday but one of the half term;
    a day that is no school day rolls forward, and the half term's last school day is the latest.
    """
    if meeting_on is not None:
        due = calendar.add(meeting_on, -board_due_days)
        if half_term.starts_on <= due:
            return min(due, calendar.last_school_day(half_term))
    last_friday = half_term.ends_on - timedelta(days=(half_term.ends_on.weekday() - _FRIDAY) % 7)
    due = max(last_friday - timedelta(days=7), half_term.starts_on)
    return min(calendar.roll_forward(due), calendar.last_school_day(half_term))


def _school_days(half_terms: Iterable[HalfTerm], closed: frozenset[date]) -> Iterable[date]:
    for half_term in half_terms:
        for offset in range((half_term.ends_on - half_term.starts_on).days + 1):
            day = half_term.starts_on + timedelta(days=offset)
            if day.weekday() <= _FRIDAY and day not in closed:
                yield day


def _september_before(first: date) -> date:
    """The school year's own first day: term begins a few days after it, and those days are known to be holiday."""
    return date(first.year if first.month >= 9 else first.year - 1, 9, 1)
