"""What each letter of the Board says: plain values out of rows, as its typed context (`mail.board_contexts`)."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from casework import links
from casework.desk import Desk
from casework.letters import head
from casework.notices import Letter
from config import clock
from mail import board_contexts as b
from mail import contexts as c
from mail.catalogue import letter_of
from mail.invitation import calendar_text
from models.board import AgendaItem, BoardMember, GroupLetter, Meeting, NominatingGroup
from models.commissions import Commission
from models.links import LinkPurpose
from queries.board import substitutes_on
from queries.people import Person
from rules.agenda import title_of
from rules.half_terms import NAMES

INVITATION = b.BoardInvitation.template
SHOWN = 8
"""Lines of an agenda in an e-mail; the papers have them all."""


def invitation(
    desk: Desk, meeting: Meeting, person: Person, *, uid: str, change: str, url: str, member: BoardMember | None
) -> Letter:
    """An invitation to a meeting, its change or its cancellation, with the .ics file that does the same."""
    stand_ins = substitutes_on(desk.session, meeting.day).get(member.id, []) if member is not None else []
    return _letter(
        b.BoardInvitation(
            head=head(desk, None, person),
            meeting=meeting_words(meeting),
            day=meeting.day,
            starts_at=meeting.starts_at,
            ends_at=(datetime.combine(meeting.day, meeting.starts_at) + _long(meeting)).time(),
            place=meeting.place,
            agenda=() if change else agenda_lines(desk, meeting),
            calendar=ics(
                desk, meeting, uid=uid, name=person.name, address=person.email, cancelled=change == "cancelled"
            ),
            substitute=stand_ins[0].name if stand_ins else "",
            change=change,
            url=url,
        )
    )


def ics(desk: Desk, meeting: Meeting, *, uid: str, name: str, address: str, cancelled: bool) -> str:
    """A meeting as it stands, as an .ics file for one person."""
    return calendar_text(
        uid=uid,
        sequence=meeting.sequence,
        title=f"{desk.council.service}: {meeting_words(meeting)}",
        starts_at=clock.at(meeting.day, meeting.starts_at),
        minutes=meeting.minutes_long,
        place=meeting.place,
        organiser=(f"{desk.council.name}, {desk.council.service}", desk.council.reply_to),
        attendee=(name, address),
        stamped_at=desk.now,
        cancelled=cancelled,
    )


def pack_ready(desk: Desk, meeting: Meeting, person: Person, url: str, agenda: tuple[str, ...]) -> Letter:
    """The papers are there."""
    return _letter(
        b.BoardPackReady(
            head=head(desk, None, person),
            meeting=meeting_words(meeting),
            day=meeting.day,
            starts_at=meeting.starts_at,
            place=meeting.place,
            agenda=agenda[:SHOWN],
            url=url,
        )
    )


def to_the_group(desk: Desk, letter: GroupLetter, person: Person, chair: str) -> Letter:
    """The Chair's letter to the nominating group [ToR]."""
    member = desk.session.get_one(BoardMember, letter.member_id)
    group = desk.session.get_one(NominatingGroup, letter.group_id)
    return _letter(
        b.MissedTwoMeetings(
            head=head(desk, None, person),
            chair=chair,
            group=group.name,
            member=member.contact.name,
            missed=missed_days(desk, letter),
            next_meeting=desk.session.scalar(
                sa.select(sa.func.min(Meeting.day)).where(Meeting.day > desk.as_of, Meeting.state == "planned")
            ),
        )
    )


def letter_to_send(desk: Desk, letter: GroupLetter, person: Person) -> Letter:
    """The Chair is shown the draft, and sends it by the link in the e-mail."""
    member = desk.session.get_one(BoardMember, letter.member_id)
    group = desk.session.get_one(NominatingGroup, letter.group_id)
    url = links.issue(
        desk,
        None,
        LinkPurpose.GROUP_LETTER,
        subject_id=letter.id,
        contact_id=person.contact_id,
        last_day=desk.as_of + timedelta(days=60),
    )
    return _letter(
        b.LetterToSend(
            head=head(desk, None, person),
            group=group.name,
            member=member.contact.name,
            missed=missed_days(desk, letter),
            url=url,
        )
    )


def missed_days(desk: Desk, letter: GroupLetter) -> tuple[date, ...]:
    """The days of the meetings that a letter is about."""
    days = [desk.session.get_one(Meeting, one).day for one in (letter.first_meeting_id, letter.second_meeting_id)]
    return tuple(days)


def minutes_published(
    desk: Desk, meeting: Meeting, person: Person, *, version: int, decisions: tuple[str, ...], url: str, stop: str
) -> Letter:
    """The minutes, to whoever is in a school network and has not said stop."""
    return _letter(
        b.MinutesPublished(
            head=head(desk, None, person),
            meeting=meeting_words(meeting),
            day=meeting.day,
            version=version,
            decisions=decisions[:SHOWN],
            url=url,
            unsubscribe_url=stop,
        )
    )


def decision_recorded(
    desk: Desk,
    commission: Commission,
    person: Person,
    *,
    decision: str,
    decided_on: date,
    decided_by: str,
    votes: str = "",
    follows: str = "",
    ratify_on: date | None = None,
) -> Letter:
    """What was decided on a case, and what follows."""
    return _letter(
        b.DecisionRecorded(
            head=head(desk, commission, person),
            about=f"support in {commission.theme_row.name.lower()} for {commission.school.name}",
            decision=decision,
            decided_on=decided_on,
            decided_by=decided_by,
            votes=votes,
            follows=follows,
            ratify_on=ratify_on,
        )
    )


def chair_line(desk: Desk, person: Person, said: str) -> Letter:
    """A line in the Chair's digest that is about no case."""
    return _letter(
        c.OverdueDigest(head=head(desk, None, person), lines=(c.DigestLine("Board", desk.council.service, said),))
    )


def meeting_words(meeting: Meeting) -> str:
    """A meeting's name in a sentence: `results review`, `autumn 2 meeting`."""
    return "results review" if meeting.number == 0 else f"{NAMES[meeting.number - 1]} meeting"


def agenda_lines(desk: Desk, meeting: Meeting) -> tuple[str, ...]:
    """The agenda so far, by kind of matter and how many; no school is named in an e-mail before its papers."""
    rows = desk.session.execute(
        sa.select(AgendaItem.kind, sa.func.count())
        .where(AgendaItem.settled_on.is_(None), AgendaItem.raised_on <= desk.as_of)
        .group_by(AgendaItem.kind)
        .order_by(AgendaItem.kind)
    ).all()
    lines = [f"{title_of(kind)}: {count}" for kind, count in rows]
    return tuple(["Review of the year’s results", *lines] if meeting.number == 0 else lines)


def _long(meeting: Meeting) -> timedelta:
    return timedelta(minutes=meeting.minutes_long)


def _letter(context: c.Context) -> Letter:
    template, values = letter_of(context)
    return Letter(template, values)
