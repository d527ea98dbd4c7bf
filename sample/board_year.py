"""The Board's year in the demo: it is invited, gets its papers, meets, decides, ratifies, writes its minutes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from casework import attendance, circulation, composing, decisions, invitations, members, minutes
from casework.attendance import Seat
from casework.decisions import Motion
from casework.desk import Desk, desk_for
from config.database import session_scope
from models.board import (
    AgendaItem,
    BoardMember,
    GroupLetter,
    GroupLetterState,
    Meeting,
    MeetingState,
    Minutes,
    MinutesState,
    NominatingGroup,
    Presence,
    ReplyChoice,
)
from models.commissions import Commission, CommissionState
from models.contacts import Contact, ContactRole, Role
from models.priorities import Priority
from models.providers import Provider, ProviderType
from queries.board import members_on, substitutes_on

Run = Callable[..., Any]

MISSES = {3: (2, 3), 6: (1, 4)}
"""Member by place, and the meetings that neither they nor anybody for them come to: the first misses two in a row."""
SENDS_SOMEBODY = {1: (3,), 2: (5,)}
"""Member by place, and the meetings to which their substitute comes."""


@dataclass(slots=True)
class BoardYear:
    """The Board as the demo plays it. `run` starts a flow on Prefect's server."""

    run: Run
    academic_year: str
    done: int = 0
    _diary: list[tuple[date, str]] = field(default_factory=list)
    _seen: set[tuple[str, int]] = field(default_factory=set)

    def begin(self, today: date) -> None:
        """Each group names its correspondent; the teaching school alliances are sent the minutes."""
        with session_scope() as session:
            desk = desk_for(session, today, actor="officer")
            for group in session.scalars(sa.select(NominatingGroup).order_by(NominatingGroup.id)).all():
                address = f"secretary@{group.code.lower()}-group.example"
                members.set_correspondent(desk, group.code, members.person(desk, address, f"Secretary {group.code}"))
            leads = session.scalars(
                sa.select(Contact)
                .join(ContactRole)
                .join(Provider, Provider.id == ContactRole.provider_id)
                .where(ContactRole.role == Role.PROVIDER_LEAD, Provider.type == ProviderType.TSA)
                .distinct()
                .order_by(Contact.id)
            ).all()
            for contact in leads:
                circulation.subscribe(desk, contact, "teaching school alliances")
            self._plan(desk)

    def review_results(self, today: date, most: int) -> tuple[int, int]:
        """The results review: the highest priorities are confirmed, the rest rejected; how many of each."""
        with session_scope() as session:
            desk = desk_for(session, today, actor="board")
            meeting = session.scalars(sa.select(Meeting).where(Meeting.day == today)).one()
            self._hold(desk, meeting)
            cases = session.scalars(
                sa.select(Commission)
                .join(Priority, Priority.id == Commission.priority_id)
                .where(Commission.state == CommissionState.IDENTIFIED)
                .order_by(Priority.rank)
            ).all()
            for place, case in enumerate(cases):
                kind = "confirm-priority" if place < most else "reject-priority"
                text = (
                    "The Board agrees with the evidence."
                    if place < most
                    else "Others come first with the money there is this year."
                )
                decisions.decide(desk, meeting, kind, self._motion(desk, meeting, text), case)
            minutes.draft(desk, meeting)
            session.flush()
            composing.compose(desk)
            return len(cases[:most]), len(cases[most:])

    def play(self, today: date) -> None:
        """What the Board, its Chair and its clerk do on a day; on most days nothing."""
        asked = [what for day, what in self._diary if day <= today]
        if not asked:
            return
        self._diary = [(day, what) for day, what in self._diary if day > today]
        for flow in ("prepare-board", "circulate-minutes"):
            if flow in asked:
                self.run(flow, today)
        with session_scope() as session:
            desk = desk_for(session, today, actor="board")
            self._reply(desk)
            meeting = session.scalars(
                sa.select(Meeting).where(Meeting.day == today, Meeting.state == MeetingState.PLANNED)
            ).one_or_none()
            if meeting is not None:
                self._meet(desk, meeting)
                self._diary.append((today + timedelta(days=1), "circulate-minutes"))
            self._send_letters(desk)
            session.flush()
            composing.compose(desk)

    def _plan(self, desk: Desk) -> None:
        """The days on which anything happens: invitations, papers, the meeting itself."""
        area, board = desk.calendars.area, desk.policy.board
        for meeting in desk.session.scalars(sa.select(Meeting).where(Meeting.number > 0).order_by(Meeting.day)):
            if meeting.academic_year == self.academic_year:
                for days in (board.invite_days, board.pack_days):
                    self._diary.append((area.add(meeting.day, -days), "prepare-board"))
                self._diary.append((meeting.day, "meet"))

    def _reply(self, desk: Desk) -> None:
        """Who knows already that they cannot come says so, or who comes instead, once they are invited."""
        for meeting in invitations.due(desk):
            if ("replied", meeting.id) in self._seen:
                continue
            self._seen.add(("replied", meeting.id))
            for place, member in enumerate(self._ordinary(desk, meeting)):
                if meeting.number in SENDS_SOMEBODY.get(place, ()) and self._stand_in(desk, meeting, member):
                    invitations.reply(desk, meeting, member, ReplyChoice.SUBSTITUTE, by="demo")
                elif meeting.number in MISSES.get(place, ()) and place % 2 == 0:
                    invitations.reply(desk, meeting, member, ReplyChoice.APOLOGIES, by="demo")

    def _meet(self, desk: Desk, meeting: Meeting) -> None:
        """Attendance; the last minutes agreed; delegated decisions ratified; what is only to be known, noted."""
        self._hold(desk, meeting)
        for drafted in desk.session.scalars(sa.select(Minutes).where(Minutes.state == MinutesState.DRAFT)).all():
            of = desk.session.get_one(Meeting, drafted.meeting_id)
            minutes.agree(desk, of, "the Board")
            minutes.publish(desk, of)
            self.done += 1
        for waiting in decisions.delegated(desk):
            decisions.ratify(desk, meeting, waiting, self._motion(desk, meeting, "Ratified."))
            self.done += 1
        noted = desk.session.scalars(
            sa.select(AgendaItem.commission_id)
            .where(
                AgendaItem.settled_on.is_(None),
                AgendaItem.commission_id.is_not(None),
                AgendaItem.kind.in_(["update-overdue", "updates-missed", "referral"]),
            )
            .distinct()
            .order_by(AgendaItem.commission_id)
        ).all()
        for commission_id in noted:
            case = desk.session.get_one(Commission, commission_id)
            motion = self._motion(desk, meeting, "Noted; the officers follow it up.")
            decisions.decide(desk, meeting, "note", motion, case)
            self.done += 1
        minutes.draft(desk, meeting)

    def _hold(self, desk: Desk, meeting: Meeting) -> None:
        seats = {}
        for member in members_on(desk.session, meeting.day):
            seats[member.id] = Seat(Presence.PRESENT)
        for place, member in enumerate(self._ordinary(desk, meeting)):
            if meeting.number in MISSES.get(place, ()):
                del seats[member.id]
            elif meeting.number in SENDS_SOMEBODY.get(place, ()) and self._stand_in(desk, meeting, member):
                seats[member.id] = Seat(Presence.SUBSTITUTE)
        attendance.record(desk, meeting, seats)

    def _send_letters(self, desk: Desk) -> None:
        """The Chair sends each draft on the day after."""
        for letter in desk.session.scalars(
            sa.select(GroupLetter).where(
                GroupLetter.state == GroupLetterState.DRAFT, GroupLetter.drafted_on < desk.as_of
            )
        ).all():
            attendance.send_letter(desk, letter.id, "the Chair")
            self.done += 1

    def _motion(self, desk: Desk, meeting: Meeting, text: str) -> Motion:
        """Moved and seconded by members who came."""
        here = [
            m.id for place, m in enumerate(self._ordinary(desk, meeting)) if place not in {*MISSES, *SENDS_SOMEBODY}
        ]
        return Motion(text=text, mover_id=here[0], seconder_id=here[1], agreed=True)

    def _ordinary(self, desk: Desk, meeting: Meeting) -> list[BoardMember]:
        return [one for one in members_on(desk.session, meeting.day) if one.kind.value == "member"]

    def _stand_in(self, desk: Desk, meeting: Meeting, member: BoardMember) -> bool:
        return len(substitutes_on(desk.session, meeting.day).get(member.id, [])) == 1
