"""The Board: its meetings, its members on a day, who stands in for whom, the expertise it has and lacks."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, time

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from models.board import (
    Attendance,
    BoardMember,
    GroupLetter,
    Meeting,
    MeetingReply,
    MemberSubstitute,
    NominatingGroup,
)
from models.contacts import Contact


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """One meeting; number 0 reviews results, 1 to 6 are those of the half terms."""

    day: date
    academic_year: str
    number: int
    state: str
    code: str
    starts_at: time
    minutes_long: int
    place: str


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member on a day. `substitutes` may stand in; `ends_on` is set of who is co-opted for a time."""

    id: int
    contact_id: int
    name: str
    email: str
    kind: str
    group: str | None
    stages: tuple[str, ...]
    substitutes: tuple[str, ...]
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class StageLine:
    """A key stage, and who on the Board has expertise in it; nobody is a gap, to be filled by co-option [ToR]."""

    stage: str
    members: tuple[str, ...]

    @property
    def is_gap(self) -> bool:
        return not self.members


@dataclass(frozen=True, slots=True)
class SeatLine:
    """A member at one meeting: what they said they would do, and what happened; empty while nobody knows."""

    member_id: int
    name: str
    group: str | None
    reply: str
    presence: str
    substitute: str | None


@dataclass(frozen=True, slots=True)
class GroupLetterLine:
    """A letter of the Chair to a group about a member."""

    id: int
    member: str
    group: str
    missed: tuple[date, ...]
    state: str
    drafted_on: date
    sent_on: date | None


def code_of(meeting: Meeting) -> str:
    """How a meeting is named on the command line and in addresses: `2026-27/2`."""
    return f"{meeting.academic_year}/{meeting.number}"


def meetings(session: Session) -> list[MeetingLine]:
    """Every meeting, in order of day."""
    return [
        MeetingLine(m.day, m.academic_year, m.number, m.state.value, code_of(m), m.starts_at, m.minutes_long, m.place)
        for m in session.scalars(sa.select(Meeting).order_by(Meeting.day))
    ]


def members_on(session: Session, day: date) -> list[BoardMember]:
    """Everybody who is on the Board on a day, the Chair first: those whose time, or co-option, has ended are not."""
    found = session.scalars(
        sa.select(BoardMember)
        .where(
            BoardMember.starts_on <= day,
            sa.or_(BoardMember.ends_on.is_(None), BoardMember.ends_on >= day),
        )
        .options(joinedload(BoardMember.contact), joinedload(BoardMember.group))
        .order_by(BoardMember.id)
    ).all()
    return sorted(found, key=lambda member: (member.kind.value != "chair", member.id))


def substitutes_on(session: Session, day: date) -> dict[int, list[Contact]]:
    """Who is designated to stand in for each member on a day."""
    found: dict[int, list[Contact]] = defaultdict(list)
    for member_id, contact in session.execute(
        sa.select(MemberSubstitute.member_id, Contact)
        .join(Contact, Contact.id == MemberSubstitute.contact_id)
        .where(
            MemberSubstitute.starts_on <= day,
            sa.or_(MemberSubstitute.ends_on.is_(None), MemberSubstitute.ends_on >= day),
        )
        .order_by(MemberSubstitute.id)
    ):
        found[member_id].append(contact)
    return dict(found)


def member_lines(session: Session, day: date) -> list[MemberLine]:
    """The members on a day as plain values."""
    stand_ins = substitutes_on(session, day)
    return [
        MemberLine(
            id=member.id,
            contact_id=member.contact_id,
            name=member.contact.name,
            email=member.contact.email,
            kind=member.kind.value,
            group=member.group.name if member.group else None,
            stages=stages_of(member),
            substitutes=tuple(contact.email for contact in stand_ins.get(member.id, [])),
            starts_on=member.starts_on,
            ends_on=member.ends_on,
        )
        for member in members_on(session, day)
    ]


def stages_of(member: BoardMember) -> tuple[str, ...]:
    """The key stages of a member's expertise."""
    return tuple(stage for stage in member.stages.split(";") if stage)


def expertise(session: Session, day: date, stages: tuple[str, ...]) -> list[StageLine]:
    """For each key stage who on the Board knows it on a day; without anybody it is a gap."""
    members = [(member.contact.name, stages_of(member)) for member in members_on(session, day)]
    return [StageLine(stage, tuple(name for name, has in members if stage in has)) for stage in stages]


def seats(session: Session, meeting: Meeting) -> list[SeatLine]:
    """Each member at a meeting: the reply to the invitation, and the attendance when it is recorded."""
    replies = {
        reply.member_id: reply
        for reply in session.scalars(sa.select(MeetingReply).where(MeetingReply.meeting_id == meeting.id))
    }
    sat = {
        one.member_id: one for one in session.scalars(sa.select(Attendance).where(Attendance.meeting_id == meeting.id))
    }
    named = [*(one.substitute_id for one in replies.values()), *(one.substitute_id for one in sat.values())]
    stood_in = {one for one in named if one is not None}
    substitutes = {one.id: one for one in session.scalars(sa.select(Contact).where(Contact.id.in_(stood_in)))}
    lines = []
    for member in members_on(session, meeting.day):
        reply, presence = replies.get(member.id), sat.get(member.id)
        substitute_id = presence.substitute_id if presence else (reply.substitute_id if reply else None)
        substitute = substitutes.get(substitute_id) if substitute_id else None
        lines.append(
            SeatLine(
                member_id=member.id,
                name=member.contact.name,
                group=member.group.name if member.group else None,
                reply=reply.choice.value if reply else "",
                presence=presence.presence.value if presence else "",
                substitute=substitute.name if substitute else None,
            )
        )
    return lines


def group_letters(session: Session) -> list[GroupLetterLine]:
    """Every letter of the Chair to a group, the newest first."""
    days = dict(session.execute(sa.select(Meeting.id, Meeting.day)).tuples().all())
    rows = session.execute(
        sa.select(GroupLetter, Contact, NominatingGroup.name)
        .join(BoardMember, BoardMember.id == GroupLetter.member_id)
        .join(Contact, Contact.id == BoardMember.contact_id)
        .join(NominatingGroup, NominatingGroup.id == GroupLetter.group_id)
        .order_by(GroupLetter.id.desc())
    )
    return [
        GroupLetterLine(
            id=letter.id,
            member=contact.name,
            group=group,
            missed=(days[letter.first_meeting_id], days[letter.second_meeting_id]),
            state=letter.state.value,
            drafted_on=letter.drafted_on,
            sent_on=letter.sent_on,
        )
        for letter, contact, group in rows
    ]
