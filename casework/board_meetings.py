"""The Board's meetings of a school year: planned from the calendar, held, and what they decide carried out."""

import sqlalchemy as sa

from casework import opening
from casework.desk import Desk
from models.board import Meeting, MeetingState
from models.commissions import Commission
from rules.errors import Refused
from rules.half_terms import CalendarExhausted
from rules.meetings import meeting_days


def plan_meetings(desk: Desk, academic_year: str) -> list[Meeting]:
    """Plan the seven meetings of a school year; those that are planned already stay as they are.

    Raises:
        Refused: the area's calendar does not hold that school year.
    """
    try:
        days = meeting_days(desk.calendars.area, academic_year)
    except CalendarExhausted as error:
        raise Refused(f"The meetings of {academic_year} cannot be planned: {error}.") from None
    known = set(desk.session.scalars(sa.select(Meeting.number).where(Meeting.academic_year == academic_year)))
    made = [Meeting(academic_year=academic_year, number=number, day=day) for number, day in days if number not in known]
    desk.session.add_all(made)
    desk.session.flush()
    return made


def confirm_at(desk: Desk, meeting: Meeting, commissions: list[Commission], reason: str) -> None:
    """The Board confirms priorities at a meeting.

    Raises:
        Refused: the meeting is not on this day, or was cancelled.
    """
    if meeting.day != desk.as_of or meeting.state is MeetingState.CANCELLED:
        raise Refused(f"The Board does not meet on {desk.as_of.isoformat()}.")
    meeting.state = MeetingState.HELD
    for commission in commissions:
        opening.confirm(desk, commission, reason, meeting=meeting)
