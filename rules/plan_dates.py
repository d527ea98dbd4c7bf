"""When support runs, and the order that the days of a case must keep across fields."""

from datetime import date

from rules.errors import Refused
from rules.half_terms import CalendarExhausted, SchoolCalendar

HALF_TERMS_OF_SUPPORT = 4


def plan_period(calendar: SchoolCalendar, as_of: date, planning_days: int) -> tuple[date, date]:
    """The proposed first and last day of support: from the day by which the plan is to be agreed, for four half terms.

    The last day is the last school day of the fourth half term, but of the school year when fewer are left and at
    least one is.
    """
    starts_on = calendar.add(as_of, planning_days)
    following = [h for h in calendar.half_terms if h.ends_on >= starts_on]
    if not following:
        raise CalendarExhausted(calendar.code, starts_on)
    this_year = [h for h in following if h.academic_year == following[0].academic_year]
    last = this_year[:HALF_TERMS_OF_SUPPORT][-1]
    ends_on = calendar.last_school_day(last)
    if ends_on <= starts_on:
        later = [h for h in following if h.starts_on > last.ends_on]
        if not later:
            raise CalendarExhausted(calendar.code, ends_on)
        ends_on = calendar.last_school_day(later[0])
    return starts_on, ends_on


def check_dates(reference: str, *, offered_on: date, starts_on: date, ends_on: date) -> None:
    """Refuse days out of order: the offer, then the plan's start, then its end.

    Raises:
        Refused: naming the two days that disagree.
    """
    if starts_on < offered_on:
        raise Refused(
            f"{reference}: support cannot start on {starts_on.isoformat()}, before the case was opened on "
            f"{offered_on.isoformat()}."
        )
    if ends_on <= starts_on:
        raise Refused(
            f"{reference}: support cannot end on {ends_on.isoformat()}, it starts on {starts_on.isoformat()}."
        )
