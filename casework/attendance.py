"""Who came to a meeting, and the Chair's letter to the group of a member who has missed two in a row [ToR]."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from casework import board_letters, events, notices
from casework.board_states import move
from casework.desk import Desk
from casework.invitations import check_substitute
from casework.notices import Subject
from models.board import (
    Attendance,
    BoardMember,
    GroupLetter,
    GroupLetterState,
    Meeting,
    MeetingReply,
    MeetingState,
    MemberKind,
    NominatingGroup,
    Presence,
    ReplyChoice,
)
from models.contacts import Contact, Role
from queries import people
from queries.board import members_on
from rules.attendance import COUNTS_AS_PRESENT, Sat, letters_due, quorum
from rules.errors import Refused


@dataclass(frozen=True, slots=True)
class Seat:
    """How a member's seat was taken. `substitute` is needed when somebody stood in, unless only one is designated."""

    presence: Presence
    substitute: Contact | None = None


def record(desk: Desk, meeting: Meeting, seats: Mapping[int, Seat]) -> int:
    """Record who came, by member; the meeting has then been held. How many counted as present.

    A member who is not named was away: with apologies when the invitation was answered so, else without. Recorded
    again, it corrects what was recorded, and letters that are no longer due are withdrawn while they are drafts.

    Raises:
        Refused: the meeting has not come, was cancelled, or somebody named is no member or no designated substitute.
    """
    if meeting.state is MeetingState.CANCELLED:
        raise Refused(f"The meeting of {meeting.day.isoformat()} was cancelled.")
    if desk.as_of < meeting.day:
        raise Refused(f"The meeting of {meeting.day.isoformat()} has not taken place yet on {desk.as_of.isoformat()}.")
    members = {member.id: member for member in members_on(desk.session, meeting.day)}
    if set(seats) - set(members):
        raise Refused(f"Somebody named was no member of the Board on {meeting.day.isoformat()}.")
    taken = {one: _seat(desk, meeting, member, seats.get(one)) for one, member in members.items()}
    _not_twice(taken)
    desk.session.execute(sa.delete(Attendance).where(Attendance.meeting_id == meeting.id))
    desk.session.add_all(
        Attendance(
            meeting_id=meeting.id,
            member_id=one,
            presence=seat.presence,
            substitute_id=seat.substitute.id if seat.substitute else None,
        )
        for one, seat in taken.items()
    )
    if meeting.state is not MeetingState.HELD:
        move(meeting, MeetingState.HELD, f"The meeting of {meeting.day.isoformat()}")
    desk.session.flush()
    present = sum(seat.presence in COUNTS_AS_PRESENT for seat in taken.values())
    events.record_of(
        desk,
        "board",
        "attendance-recorded",
        f"{present} of {len(taken)} members were present, themselves or by a substitute.",
        {"meeting": meeting.id, "present": present, "members": len(taken)},
    )
    for member in members.values():
        settle_letters(desk, member)
    return present


def is_quorate(desk: Desk, meeting: Meeting) -> bool:
    """Whether enough members were present at a held meeting for it to decide."""
    presences = desk.session.scalars(sa.select(Attendance.presence).where(Attendance.meeting_id == meeting.id)).all()
    board = desk.policy.board
    needed = quorum(len(presences), board.quorum_percent, board.quorum_least)
    return sum(one in COUNTS_AS_PRESENT for one in presences) >= needed


def history(desk: Desk, member: BoardMember) -> list[Sat]:
    """How a member attended the meetings that were held, in order of day."""
    rows = desk.session.execute(
        sa.select(Meeting.id, Attendance.presence)
        .join(Attendance, Attendance.meeting_id == Meeting.id)
        .where(Attendance.member_id == member.id, Meeting.state == MeetingState.HELD)
        .order_by(Meeting.day, Meeting.id)
    )
    return [Sat(meeting_id, presence) for meeting_id, presence in rows]


def settle_letters(desk: Desk, member: BoardMember) -> list[GroupLetter]:
    """Draft the letters that a member's misses ask for, and withdraw the drafts that they no longer do; the new ones.

    The Chair has nobody to be written to, and who is co-opted was nominated by no group.
    """
    if member.kind is MemberKind.CHAIR or member.group_id is None:
        return []
    due = {last: first for first, last in letters_due(history(desk, member), desk.policy.board.missed_meetings)}
    known = {
        letter.second_meeting_id: letter
        for letter in desk.session.scalars(sa.select(GroupLetter).where(GroupLetter.member_id == member.id))
    }
    new = []
    for last, first in due.items():
        letter = known.get(last)
        if letter is None:
            letter = GroupLetter(
                member_id=member.id,
                group_id=member.group_id,
                first_meeting_id=first,
                second_meeting_id=last,
                drafted_on=desk.as_of,
            )
            desk.session.add(letter)
        elif letter.state is GroupLetterState.WITHDRAWN:
            move(letter, GroupLetterState.DRAFT, "The letter")
        else:
            continue
        desk.session.flush()
        new.append(letter)
        _tell_chair(desk, letter)
    for last, letter in known.items():
        if last not in due and letter.state is GroupLetterState.DRAFT:
            move(letter, GroupLetterState.WITHDRAWN, "The letter")
    return new


def send_letter(desk: Desk, letter_id: int, by: str) -> GroupLetter:
    """The Chair sends a draft: it goes to the group's correspondent with the next mail.

    Raises:
        Refused: there is no such letter, it was sent or withdrawn, or nobody is known at the group.
    """
    letter = desk.session.scalars(
        sa.select(GroupLetter).where(GroupLetter.id == letter_id).with_for_update()
    ).one_or_none()
    if letter is None:
        raise Refused(f"There is no letter number {letter_id}: `sib board letters` lists them.")
    group = desk.session.get_one(NominatingGroup, letter.group_id)
    person = (
        people.by_id(desk.session, [group.contact_id], desk.as_of).get(group.contact_id) if group.contact_id else None
    )
    if letter.state is GroupLetterState.DRAFT and person is None:
        raise Refused(
            f"Nobody is known at {group.name} to write to: `sib board group {group.code} --email …` says who."
        )
    move(letter, GroupLetterState.SENT, "The letter")
    letter.sent_on, letter.sent_by = desk.as_of, by
    chairs = people.with_role(desk.session, Role.CHAIR, desk.as_of)
    chair = chairs[0].name if chairs else "The Chair"
    notices.tell(
        desk,
        person,
        Subject("group-letter", letter.id),
        "sent",
        lambda one: board_letters.to_the_group(desk, letter, one, chair),
        commission=None,
        calendar=desk.calendars.area,
    )
    events.record_of(
        desk, "board", "group-letter-sent", "The Chair wrote to a nominating group.", {"letter": letter.id}
    )
    return letter


def _seat(desk: Desk, meeting: Meeting, member: BoardMember, seat: Seat | None) -> Seat:
    if seat is None:
        choice = desk.session.scalar(
            sa.select(MeetingReply.choice).where(
                MeetingReply.meeting_id == meeting.id, MeetingReply.member_id == member.id
            )
        )
        return Seat(Presence.APOLOGIES if choice is ReplyChoice.APOLOGIES else Presence.ABSENT)
    if seat.presence is not Presence.SUBSTITUTE:
        return Seat(seat.presence)
    return Seat(Presence.SUBSTITUTE, check_substitute(desk, meeting, member, seat.substitute))


def _not_twice(taken: Mapping[int, Seat]) -> None:
    """One person stands in for one member: two votes in one hand were never meant [ToR]."""
    names = [seat.substitute.name for seat in taken.values() if seat.substitute is not None]
    for name in names:
        if names.count(name) > 1:
            raise Refused(f"{name} cannot stand in for two members at one meeting.")


def _tell_chair(desk: Desk, letter: GroupLetter) -> None:
    chairs = people.with_role(desk.session, Role.CHAIR, desk.as_of)
    subject = Subject("group-letter", letter.id)
    if not chairs:
        notices.ask_officer(
            desk,
            None,
            "no-chair",
            "A letter to a nominating group waits, and there is no Chair to send it.",
            subject=subject,
        )
    for chair in chairs:
        notices.tell(
            desk,
            chair,
            subject,
            f"draft-{letter.drafted_on.isoformat()}",
            lambda person: board_letters.letter_to_send(desk, letter, person),
            commission=None,
            calendar=desk.calendars.area,
        )
