"""A meeting as its page shows it: its agenda, its seats, its decisions, where its minutes and papers stand."""

from dataclasses import dataclass
from datetime import date, time

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from models.board import (
    AgendaItem,
    Attendance,
    BoardMember,
    Decision,
    DecisionState,
    Meeting,
    MeetingState,
    Minutes,
    NominatingGroup,
)
from models.board_papers import Pack
from models.commissions import Commission
from models.contacts import Contact
from models.schools import School
from queries.board import SeatLine, code_of, seats

AGENDA_SHOWN = 100


@dataclass(frozen=True, slots=True)
class AgendaLine:
    id: int
    kind: str
    text: str
    raised_on: date
    reference: str | None
    school: str | None


@dataclass(frozen=True, slots=True)
class WaitsToBeRatified:
    id: int
    kind: str
    text: str
    decided_on: date
    reference: str | None


@dataclass(frozen=True, slots=True)
class MeetingView:
    """`minutes_state` and `papers` (the version of the papers) are empty while there are none."""

    id: int
    code: str
    academic_year: str
    number: int
    day: date
    state: str
    place: str
    starts_at: time
    agenda: tuple[AgendaLine, ...]
    seats: tuple[SeatLine, ...]
    ratify: tuple[WaitsToBeRatified, ...]
    minutes_state: str
    minutes_version: int
    markdown: str
    papers: int


@dataclass(frozen=True, slots=True)
class AttendanceRow:
    """A member and what is known of each meeting, by the meeting's id."""

    name: str
    presence: dict[int, str]


def next_or_latest(session: Session, as_of: date) -> Meeting | None:
    """The next meeting that is planned, on or after a day; else the last one there was."""
    ahead = session.scalars(
        sa.select(Meeting)
        .where(Meeting.day >= as_of, Meeting.state != MeetingState.CANCELLED)
        .order_by(Meeting.day)
        .limit(1)
    ).first()
    return ahead or session.scalars(sa.select(Meeting).order_by(Meeting.day.desc()).limit(1)).first()


def meeting_by_code(session: Session, year: str, number: int) -> Meeting | None:
    """The meeting of an academic year with a number."""
    return session.scalars(
        sa.select(Meeting).where(Meeting.academic_year == year, Meeting.number == number)
    ).one_or_none()


def meeting_view(session: Session, meeting: Meeting) -> MeetingView:
    """A meeting whole. Matters that are open stand on the agenda of every meeting that has not been held."""
    minutes = session.scalars(
        sa.select(Minutes).where(Minutes.meeting_id == meeting.id).order_by(Minutes.version.desc()).limit(1)
    ).first()
    papers = session.scalar(sa.select(sa.func.max(Pack.version)).where(Pack.meeting_id == meeting.id))
    items = session.execute(
        sa.select(AgendaItem, Commission.reference, School.name)
        .outerjoin(Commission, Commission.id == AgendaItem.commission_id)
        .outerjoin(School, School.urn == Commission.urn)
        .where(
            sa.or_(
                AgendaItem.meeting_id == meeting.id,
                sa.and_(AgendaItem.settled_on.is_(None), sa.literal(meeting.state is MeetingState.PLANNED)),
            )
        )
        .order_by(AgendaItem.kind, AgendaItem.raised_on, AgendaItem.id)
        .limit(AGENDA_SHOWN)
    )
    waiting = session.execute(
        sa.select(Decision, Commission.reference)
        .outerjoin(Commission, Commission.id == Decision.commission_id)
        .where(Decision.state == DecisionState.DELEGATED, Decision.decided_on <= meeting.day)
        .order_by(Decision.id)
        .limit(AGENDA_SHOWN)
    )
    return MeetingView(
        id=meeting.id,
        code=code_of(meeting),
        academic_year=meeting.academic_year,
        number=meeting.number,
        day=meeting.day,
        state=meeting.state.value,
        place=meeting.place,
        starts_at=meeting.starts_at,
        agenda=tuple(
            AgendaLine(item.id, item.kind, item.text, item.raised_on, reference, school)
            for item, reference, school in items
        ),
        seats=tuple(seats(session, meeting)),
        ratify=tuple(
            WaitsToBeRatified(one.id, one.kind, one.text, one.decided_on, reference) for one, reference in waiting
        ),
        minutes_state=minutes.state.value if minutes else "",
        minutes_version=minutes.version if minutes else 0,
        markdown=minutes.markdown if minutes else "",
        papers=papers or 0,
    )


@dataclass(frozen=True, slots=True)
class Came:
    """A member at a meeting that was held; `substitute` is who came for them."""

    day: date
    code: str
    member: str
    group: str | None
    presence: str
    substitute: str | None


def every_attendance(session: Session) -> list[Came]:
    """Who came to every meeting there has been, the latest meeting first."""
    instead = aliased(Contact)
    rows = session.execute(
        sa.select(Meeting, Contact, NominatingGroup.name, Attendance.presence, instead)
        .join(Attendance, Attendance.meeting_id == Meeting.id)
        .join(BoardMember, BoardMember.id == Attendance.member_id)
        .join(Contact, Contact.id == BoardMember.contact_id)
        .outerjoin(NominatingGroup, NominatingGroup.id == BoardMember.group_id)
        .outerjoin(instead, instead.id == Attendance.substitute_id)
        .order_by(Meeting.day.desc(), Contact.surname, BoardMember.id)
    )
    return [
        Came(meeting.day, code_of(meeting), one.name, group, presence.value, other.name if other else None)
        for meeting, one, group, presence, other in rows
    ]


def attendance_rows(session: Session, meetings: list[int]) -> list[AttendanceRow]:
    """Every member who was ever to be at one of these meetings, with what is known of each."""
    rows = session.execute(
        sa.select(BoardMember.id, Contact, Attendance)
        .join(Contact, Contact.id == BoardMember.contact_id)
        .join(Attendance, Attendance.member_id == BoardMember.id)
        .where(Attendance.meeting_id.in_(meetings))
        .order_by(Contact.surname, BoardMember.id)
    )
    found: dict[int, AttendanceRow] = {}
    for member_id, contact, one in rows:
        row = found.setdefault(member_id, AttendanceRow(contact.name, {}))
        row.presence[one.meeting_id] = one.presence.value
    return list(found.values())
