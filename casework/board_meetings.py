"""The Board's meetings of a school year: planned from the calendar, moved or cancelled with notice."""

from dataclasses import dataclass
from datetime import date, time

import sqlalchemy as sa

from casework import events, invitations, opening
from casework.board_letters import meeting_words
from casework.board_states import move
from casework.desk import Desk
from models.board import Meeting, MeetingState
from models.commissions import Commission, CommissionState
from queries.board import code_of
from rules.errors import Refused
from rules.half_terms import NAMES, CalendarExhausted
from rules.meetings import meeting_days

CHAIN = "board"


@dataclass(frozen=True, slots=True)
class Change:
    """What is to change of a meeting; what is None stays. `short_notice` says why it comes so late."""

    day: date | None = None
    starts_at: time | None = None
    place: str | None = None
    short_notice: str = ""


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
    made = [
        Meeting(academic_year=academic_year, number=number, day=day, minutes_long=desk.policy.board.meeting_minutes)
        for number, day in days
        if number not in known
    ]
    desk.session.add_all(made)
    desk.session.flush()
    return made


def meeting_named(desk: Desk, name: str) -> Meeting:
    """The meeting named `2026-27/2`, or by its day.

    Raises:
        Refused: there is none.
    """
    year, _, number = name.partition("/")
    wanted = sa.select(Meeting)
    if number.isdigit() and len(number) < 3:
        wanted = wanted.where(Meeting.academic_year == year, Meeting.number == int(number))
    else:
        try:
            wanted = wanted.where(Meeting.day == date.fromisoformat(name))
        except ValueError:
            raise Refused(f"{name!r} names no meeting: write 2026-27/2, or its day as 2026-11-19.") from None
    found = desk.session.scalars(wanted).one_or_none()
    if found is None:
        raise Refused(f"There is no meeting {name}: `sib board meetings` lists them.")
    return found


def next_meeting(desk: Desk, after: date | None = None) -> Meeting | None:
    """The first meeting that is planned for a day, or after another."""
    condition = Meeting.day >= desk.as_of if after is None else Meeting.day > after
    return desk.session.scalars(
        sa.select(Meeting).where(condition, Meeting.state == MeetingState.PLANNED).order_by(Meeting.day).limit(1)
    ).one_or_none()


def move_meeting(desk: Desk, meeting: Meeting, change: Change) -> None:
    """Change a meeting's day, time or place; whoever was invited is told, with an .ics file that moves it.

    Impact updates are due before a half term's meeting, so every case's next round is worked out again.

    Raises:
        Refused: it was held or cancelled, the day is no school day, lies in another half term, has another meeting, or
        there is not the notice that the council has set and no reason for it.
    """
    _still_planned(meeting)
    day = change.day or meeting.day
    _enough_notice(desk, meeting, min(day, meeting.day), change.short_notice)
    if day != meeting.day:
        _check_day(desk, meeting, day)
    new = (day, change.starts_at or meeting.starts_at, meeting.place if change.place is None else change.place)
    if new == (meeting.day, meeting.starts_at, meeting.place):
        raise Refused(f"The {meeting_words(meeting)} is like that already.")
    before = meeting.day
    meeting.day, meeting.starts_at, meeting.place = new
    meeting.sequence += 1
    desk.session.flush()
    events.record_of(
        desk,
        CHAIN,
        "meeting-moved",
        change.short_notice or "Moved with notice.",
        {"meeting": meeting.id, "from": before.isoformat(), "to": day.isoformat(), "sequence": meeting.sequence},
    )
    _count_again(desk)
    invitations.tell_of_change(desk, meeting, "moved")


def cancel_meeting(desk: Desk, meeting: Meeting, reason: str, short_notice: str = "") -> None:
    """Cancel a meeting; whoever was invited is told, with an .ics file that strikes it out.

    Raises:
        Refused: it was held or cancelled already, or there is not the notice that the council has set.
    """
    _still_planned(meeting)
    if not reason.strip():
        raise Refused("Say why the meeting is cancelled.")
    _enough_notice(desk, meeting, meeting.day, short_notice)
    move(meeting, MeetingState.CANCELLED, f"The {meeting_words(meeting)}")
    meeting.cancelled_because = reason
    meeting.sequence += 1
    desk.session.flush()
    events.record_of(
        desk,
        CHAIN,
        "meeting-cancelled",
        f"{reason} {short_notice}".strip(),
        {"meeting": meeting.id, "day": meeting.day.isoformat(), "sequence": meeting.sequence},
    )
    _count_again(desk)
    invitations.tell_of_change(desk, meeting, "cancelled")


def _still_planned(meeting: Meeting) -> None:
    if meeting.state is not MeetingState.PLANNED:
        raise Refused(
            f"The {meeting_words(meeting)} of {code_of(meeting)} was {meeting.state.value} and can no longer change."
        )


def _enough_notice(desk: Desk, meeting: Meeting, first: date, short_notice: str) -> None:
    wanted = desk.policy.board.notice_days
    if first < desk.as_of:
        raise Refused(f"The {meeting_words(meeting)} cannot lie on {first.isoformat()}: that is before {desk.as_of}.")
    if not short_notice and first < desk.calendars.area.add(desk.as_of, wanted):
        raise Refused(
            f"The {meeting_words(meeting)} of {code_of(meeting)} would change with fewer than {wanted} school days’ "
            "notice: say why, with --short-notice."
        )


def _check_day(desk: Desk, meeting: Meeting, day: date) -> None:
    area = desk.calendars.area
    if not area.is_school_day(day):
        raise Refused(f"{day.isoformat()} is no school day.")
    half_term = area.half_term_of(day)
    if meeting.number and (half_term is None or (half_term.academic_year, half_term.number) != (
        meeting.academic_year,
        meeting.number,
    )):  # fmt: skip
        raise Refused(f"{day.isoformat()} does not lie in {NAMES[meeting.number - 1]} {meeting.academic_year}.")
    other = desk.session.scalar(
        sa.select(Meeting.id).where(
            Meeting.day == day, Meeting.id != meeting.id, Meeting.state != MeetingState.CANCELLED
        )
    )
    if other is not None:
        raise Refused(f"The Board meets on {day.isoformat()} already.")


def _count_again(desk: Desk) -> None:
    """What is counted from meetings: the next rounds, by the next tick; and when an undecided priority is overdue."""
    desk.session.execute(
        sa.update(Commission)
        .where(Commission.state == CommissionState.ACTIVE, Commission.next_round_on > desk.as_of)
        .values(next_round_on=desk.as_of)
        .execution_options(synchronize_session="fetch")
    )
    for case in desk.session.scalars(
        sa.select(Commission).where(Commission.state == CommissionState.IDENTIFIED, Commission.next_due_on > desk.as_of)
    ):
        case.next_due_on = opening.carried_over_on(desk, case.identified_on)
