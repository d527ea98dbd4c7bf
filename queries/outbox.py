"""The outbox as a list: every message with what became of it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.commissions import Commission
from models.contacts import Contact
from models.messages import Message, MessageState, Notice
from queries.told import messages_about, said_by_another

LARGEST_KEY = 2**63 - 1  # what a database can be asked for


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One message. `message_id` is its `Message-ID`; `reference` the case or cases it is about; `unsettled` how often
    nobody could say whether it arrived.
    """

    id: int
    kind: str
    template: str
    recipient: str
    recipient_name: str
    day: date
    state: str
    message_id: str
    reference: str | None
    attempts: int
    response: str | None
    sent_at: datetime | None
    next_attempt_at: datetime | None = None
    unsettled: int = 0
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages: all that fit everything given. `unsettled`: those of whose fate nobody could ever be sure,
    resent ones included. `to` and `template` are looked for anywhere in the address and the template's name.
    `own_words`: none of which something is told by another.
    """

    states: tuple[str, ...] = ()
    unsettled: bool = False
    to: str = ""
    case: str = ""
    template: str = ""
    on: date | None = None
    own_words: bool = False

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """As conditions on messages."""
        found: list[sa.ColumnElement[bool]] = []
        if self.states:
            found.append(Message.state.in_(self.states))
        if self.unsettled:
            found.append(Message.unsettled > 0)
        if self.to:
            found.append(Message.recipient.icontains(self.to, autoescape=True))
        if self.template:
            found.append(Message.template.contains(self.template, autoescape=True))
        if self.case:
            found.append(Message.id.in_(_notices_of(self.case)))
        if self.on is not None:
            found.append(Message.day == self.on)
        if self.own_words:
            found.append(Message.id.not_in(said_by_another()))
        return found


def matching(session: Session, wanted: Wanted, *, limit: int | None = None) -> list[MessageLine]:
    """The messages that fit, in the order in which they were made; the last `limit` when given."""
    found = sa.select(Message).where(*wanted.conditions())
    if limit is not None:
        newest = session.scalars(found.order_by(Message.id.desc()).limit(limit)).all()
        return [line_of(message) for message in reversed(newest)]
    return [line_of(message) for message in session.scalars(found.order_by(Message.id))]


def ids_matching(session: Session, wanted: Wanted) -> list[int]:
    """The numbers of the messages that fit."""
    return list(session.scalars(sa.select(Message.id).where(*wanted.conditions()).order_by(Message.id)))


def unsettled(session: Session) -> int:
    """How many messages wait for a person because nobody can say whether they arrived."""
    return (
        session.scalar(sa.select(sa.func.count()).select_from(Message).where(Message.state == MessageState.UNKNOWN))
        or 0
    )


def outbox(session: Session, *, state: str | None = None, limit: int | None = None) -> list[MessageLine]:
    """Messages in the order in which they were made, all of them or those in one state; the last `limit` when given."""
    return matching(session, Wanted(states=(state,) if state is not None else ()), limit=limit)


def newest_id(session: Session) -> int:
    """The number of the newest message; 0 when there is none."""
    return session.scalar(sa.select(sa.func.max(Message.id))) or 0


def newest_after(session: Session, message_id: int) -> list[MessageLine]:
    """The messages made after one."""
    session.expire_all()
    return [
        line_of(message)
        for message in session.scalars(sa.select(Message).where(Message.id > message_id).order_by(Message.id))
    ]


def line_of(message: Message) -> MessageLine:
    """A message as a line of a list."""
    return MessageLine(
        id=message.id,
        kind=message.kind.value,
        template=message.template,
        recipient=message.recipient,
        recipient_name=message.recipient_name,
        day=message.day,
        state=message.state.value,
        message_id=message.header_id,
        reference=message.reference,
        attempts=message.attempts,
        response=message.response,
        sent_at=message.sent_at,
        held_until=message.held_until,
        next_attempt_at=message.next_attempt_at,
        unsettled=message.unsettled,
    )


def message(session: Session, number: int) -> Message | None:
    """A message by its number."""
    return session.get(Message, number) if number <= LARGEST_KEY else None


def newest_of_case(session: Session, reference: str) -> Message | None:
    """The newest message about a case, alone or in a digest."""
    return session.scalars(_of_case(reference).order_by(Message.id.desc()).limit(1)).first()


def of_case_after(session: Session, reference: str, number: int) -> list[Message]:
    """The messages about a case that came after a number, oldest first."""
    return list(session.scalars(_of_case(reference).where(Message.id > number).order_by(Message.id)))


def _of_case(reference: str) -> sa.Select[tuple[Message]]:
    return sa.select(Message).where(Message.id.in_(_notices_of(reference)))


def _notices_of(reference: str) -> sa.CompoundSelect[Any]:
    case = sa.select(Commission.id).where(Commission.reference == reference).scalar_subquery()
    return messages_about(Notice.commission_id == case)


def how_many(session: Session) -> dict[str, int]:
    """The number of messages in each state but `sent`, of which there may be a million."""
    rows = session.execute(
        sa.select(Message.state, sa.func.count())
        .where(Message.state.in_([state for state in MessageState if state is not MessageState.SENT]))
        .group_by(Message.state)
    )
    return {state.value: count for state, count in rows}


def messages_before(
    session: Session, before: int | None, limit: int, *, state: str | None = None, search: str = ""
) -> list[MessageLine]:
    """The newest messages, or the newest before one, in one state or any; however many there are, it is as quick.

    `search` is an address or the reference of a case.
    """
    wanted = sa.select(Message)
    if state is not None:
        wanted = wanted.where(Message.state == state)
    if before is not None:
        wanted = wanted.where(Message.id < before)
    if search:
        case = sa.select(Commission.id).where(Commission.reference == search.upper()).scalar_subquery()
        person = sa.select(Contact.id).where(Contact.email == search.lower()).scalar_subquery()
        wanted = wanted.where(sa.or_(Message.commission_id == case, Message.contact_id == person))
    return [line_of(message) for message in session.scalars(wanted.order_by(Message.id.desc()).limit(limit))]


def one_line(session: Session, number: int) -> MessageLine | None:
    """One message as a line of the list."""
    found = message(session, number)
    return line_of(found) if found is not None else None
