"""The outbox as a list: every message with what became of it."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.commissions import Commission
from models.contacts import Contact
from models.messages import Message, MessageState, Notice

LARGEST_KEY = 2**63 - 1  # what a database can be asked for


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One message. `message_id` is its `Message-ID`; `reference` the case or cases it is about."""

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


def outbox(session: Session, *, state: str | None = None, limit: int | None = None) -> list[MessageLine]:
    """Messages in the order in which they were made, all of them or those in one state; the last `limit` when given."""
    wanted = sa.select(Message)
    if state is not None:
        wanted = wanted.where(Message.state == state)
    if limit is not None:
        newest = session.scalars(wanted.order_by(Message.id.desc()).limit(limit)).all()
        return [line_of(message) for message in reversed(newest)]
    return [line_of(message) for message in session.scalars(wanted.order_by(Message.id))]


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
    notices = (
        sa.select(Notice.message_id)
        .join(Commission, Commission.id == Notice.commission_id)
        .where(Commission.reference == reference)
    )
    return sa.select(Message).where(Message.id.in_(notices))


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
