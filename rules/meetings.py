"""When the Board meets: seven times a year, once at its start to review results and once each half term [ToR]."""

from datetime import date, timedelta

from rules.half_terms import CalendarExhausted, SchoolCalendar

RESULTS_REVIEW_AFTER = 10  # school days into the school year: results are out and schools have settled
BEFORE_THE_END = (
    11  # school days left of the half term after a meeting, so that what is overdue can be followed up in it
)
THURSDAY = 3


def meeting_days(calendar: SchoolCalendar, academic_year: str) -> tuple[tuple[int, date], ...]:
    """The proposed day of each meeting with its number: 0 reviews results and confirms priorities, 1 to 6 one a half
    term.

    On the last Thursday that is a school day and leaves the school days above. A council moves them as it likes.

    Raises:
        CalendarExhausted: the calendar has not all six half terms of the year.
    """
    half_terms = [h for h in calendar.half_terms if h.academic_year == academic_year]
    if len(half_terms) != 6:
        raise CalendarExhausted(calendar.code, date(int(academic_year[:4]), 9, 1))
    found = [(0, calendar.add(half_terms[0].starts_on, RESULTS_REVIEW_AFTER))]
    for half_term in half_terms:
        latest = calendar.add(calendar.last_school_day(half_term), -BEFORE_THE_END)
        day = latest - timedelta(days=(latest.weekday() - THURSDAY) % 7)
        if day < half_term.starts_on or not calendar.is_school_day(day):
            day = latest
        found.append((half_term.number, day))
    return tuple(found)
