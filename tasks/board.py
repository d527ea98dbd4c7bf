"""What the Board's days ask for: invitations, letters to groups, co-options that end; each once."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from prefect import task
from prefect.cache_policies import NO_CACHE

from casework import attendance, circulation, invitations, members, notices, packs
from casework.desk import Desk
from casework.notices import Subject
from models.board import BoardMember, Meeting, MeetingState
from tasks.batch import BatchOutcome, at_a_desk


@dataclass(frozen=True, slots=True)
class BoardDay:
    """What a day found: letters newly drafted, co-options newly told of, past meetings without an attendance."""

    letters: int
    co_options: int
    unrecorded: int
    failed_checks: tuple[str, ...] = ()


@task(name="invite-members", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=2)
def invite_members(as_of: date) -> BatchOutcome:
    """Invite to every meeting that is near enough."""
    with at_a_desk(as_of) as desk:
        meetings = invitations.due(desk)
        made = sum(invitations.invite(desk, meeting) for meeting in meetings)
        return BatchOutcome(len(meetings), made, tuple(desk.failed_checks))


@task(name="make-packs", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=2)
def make_packs(as_of: date) -> BatchOutcome:
    """Make the papers of every meeting that is near and has none."""
    with at_a_desk(as_of) as desk:
        near = packs.due(desk)
        for meeting in near:
            packs.make(desk, meeting)
        return BatchOutcome(len(near), len(near), tuple(desk.failed_checks))


@task(name="board-day", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=2)
def board_day(as_of: date) -> BoardDay:
    """Draft the letters that misses ask for, tell of co-options that end, ask for attendance that was not recorded."""
    with at_a_desk(as_of) as desk:
        letters = sum(
            len(attendance.settle_letters(desk, member))
            for member in desk.session.scalars(sa.select(BoardMember).order_by(BoardMember.id))
        )
        ending = sum(members.say_co_option_ends(desk, member) for member in members.co_options_ending(desk))
        unrecorded = _ask_for_attendance(desk)
        return BoardDay(letters, ending, unrecorded, tuple(desk.failed_checks))


@task(name="circulate-published", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=2)
def circulate_published(as_of: date) -> BatchOutcome:
    """Send published minutes round, once a version."""
    with at_a_desk(as_of) as desk:
        waiting = circulation.to_circulate(desk)
        sent = sum(circulation.circulate(desk, minutes) for minutes in waiting)
        return BatchOutcome(len(waiting), sent, tuple(desk.failed_checks))


def _ask_for_attendance(desk: Desk) -> int:
    past = desk.session.scalars(
        sa.select(Meeting).where(Meeting.state == MeetingState.PLANNED, Meeting.day < desk.as_of).order_by(Meeting.day)
    ).all()
    for meeting in past:
        notices.ask_officer(
            desk,
            None,
            "record-attendance",
            f"Record who came to the Board meeting of {meeting.day.isoformat()}, or that it was cancelled.",
            subject=Subject("meeting", meeting.id),
        )
    return len(past)
