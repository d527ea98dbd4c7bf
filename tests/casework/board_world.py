"""The small world's Board: a Chair, six members of three groups with substitutes, one co-opted."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework import attendance
from casework.attendance import Seat
from casework.desk import Desk
from models.board import BoardMember, Meeting, MemberKind, MemberSubstitute, NominatingGroup, Presence
from models.contacts import Contact
from tests.casework.world import LONG_AGO, START, desk_at, make_world

GROUPS = (("PRI", "Primary heads"), ("SEC", "Secondary heads"), ("DIO", "Diocese"))
STAGES = ("EYFS;KS1", "KS2", "KS3;KS4", "KS4", "KS1;KS2", "KS2;KS3")
CO_OPTED_UNTIL = date(2026, 4, 30)


@dataclass(slots=True)
class Board:
    """The Board of the small world: ids of members, in their order, and of each one's substitute."""

    chair: int
    members: list[int]
    substitutes: list[int]
    co_opted: int

    @property
    def everybody(self) -> list[int]:
        return [self.chair, *self.members, self.co_opted]


def make_board(session: Session) -> Board:
    """Write the world and its Board; the caller commits."""
    make_world(session)
    return add_board(session)


def add_board(session: Session) -> Board:
    """Write the Board of a world that is there."""
    chair = session.scalars(sa.select(Contact).where(Contact.email == "chair@board.example")).one()
    groups = []
    for code, name in GROUPS:
        correspondent = _contact(session, f"secretary@{code.lower()}.example", "Sal", f"Secretary {code}")
        groups.append(NominatingGroup(code=code, name=name, contact_id=correspondent.id))
    session.add_all(groups)
    session.flush()
    chairing = BoardMember(contact_id=chair.id, kind=MemberKind.CHAIR, starts_on=LONG_AGO)
    session.add(chairing)
    session.flush()
    members, substitutes = [], []
    for n in range(6):
        group = groups[n % 3]
        contact = _contact(session, f"member{n}@board.example", "Mo", f"Member {n}")
        member = BoardMember(
            contact_id=contact.id, group_id=group.id, kind=MemberKind.MEMBER, stages=STAGES[n], starts_on=LONG_AGO
        )
        session.add(member)
        session.flush()
        instead = _contact(session, f"instead{n}@board.example", "Su", f"Instead {n}")
        session.add(MemberSubstitute(member_id=member.id, contact_id=instead.id, starts_on=LONG_AGO))
        members.append(member.id)
        substitutes.append(instead.id)
    expert = _contact(session, "expert@university.example", "Ed", "Expert")
    co_opted = BoardMember(
        contact_id=expert.id, kind=MemberKind.CO_OPTED, stages="KS5", starts_on=LONG_AGO, ends_on=CO_OPTED_UNTIL
    )
    session.add(co_opted)
    session.flush()
    return Board(chairing.id, members, substitutes, co_opted.id)


def held(session: Session, board: Board, day: date = START, *, absent: tuple[int, ...] = ()) -> tuple[Desk, Meeting]:
    """A meeting that everybody but some came to, and a desk on its day."""
    desk = desk_at(session, day, "officer")
    meeting = session.scalars(sa.select(Meeting).where(Meeting.day == day)).one()
    there = [one for one in board.everybody if one not in absent]
    if day > CO_OPTED_UNTIL:
        there = [one for one in there if one != board.co_opted]
    attendance.record(desk, meeting, {one: Seat(Presence.PRESENT) for one in there})
    return desk, meeting


def _contact(session: Session, email: str, first_name: str, surname: str) -> Contact:
    made = Contact(email=email, first_name=first_name, surname=surname)
    session.add(made)
    session.flush()
    return made
