"""The outbox: claiming messages to send, and keeping what became of them.

A claim is a lease. `sending` is committed before a message's body goes over the wire, so that after a death everybody
knows which messages are in the one moment that cannot be settled; they become `unknown` and are never sent again
silently.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.messages import Message, MessageState
from rules.errors import Refused

LEASE = timedelta(minutes=15)
_WAITING = (MessageState.QUEUED, MessageState.RETRY)


def claim(session: Session, *, day: date, now: datetime, worker: str, limit: int) -> list[Message]:
    """Lease up to `limit` messages that are to go on or before `day` and are not somebody else's, oldest first.

    On PostgreSQL other workers' rows are skipped; on SQLite the writing transaction is the lock.
    """
    ids = session.scalars(
        sa.select(Message.id)
        .where(
            Message.state.in_(_WAITING),
            Message.day <= day,
            sa.or_(Message.next_attempt_at.is_(None), Message.next_attempt_at <= now),
            sa.or_(Message.lease_until.is_(None), Message.lease_until < now),
        )
        .order_by(Message.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if not ids:
        return []
    session.execute(
        sa.update(Message)
        .where(Message.id.in_(ids))
        .values(lease_until=now + LEASE, leased_by=worker)
        .execution_options(synchronize_session=False)
    )
    return list(session.scalars(sa.select(Message).where(Message.id.in_(ids)).order_by(Message.id)))


def mark_sending(session: Session, ids: Sequence[int], *, worker: str) -> set[int]:
    """Mark leased messages as being sent; the ids that are still this worker's.

    To be committed before the first body goes.
    """
    session.execute(
        sa.update(Message)
        .where(Message.id.in_(ids), Message.leased_by == worker, Message.state.in_(_WAITING))
        .values(state=MessageState.SENDING, attempts=Message.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    return set(
        session.scalars(
            sa.select(Message.id).where(
                Message.id.in_(ids), Message.leased_by == worker, Message.state == MessageState.SENDING
            )
        )
    )


def settle(
    session: Session,
    message_id: int,
    state: MessageState,
    response: str,
    *,
    now: datetime,
    next_attempt_at: datetime | None = None,
) -> None:
    """Keep what became of one message, and give its lease back."""
    session.execute(
        sa.update(Message)
        .where(Message.id == message_id)
        .values(
            state=state,
            response=response[:1000],
            sent_at=now if state is MessageState.SENT else None,
            next_attempt_at=next_attempt_at,
            lease_until=None,
            leased_by=None,
        )
        .execution_options(synchronize_session=False)
    )


def leave_behind(session: Session, *, now: datetime) -> int:
    """Messages that a dead worker was sending become `unknown`: whether they arrived, nobody can say.

    How many there were.
    """
    left = session.scalars(
        sa.update(Message)
        .where(Message.state == MessageState.SENDING, Message.lease_until < now)
        .values(
            state=MessageState.UNKNOWN,
            response="The sender died between handing the message over and the server's answer.",
            lease_until=None,
            leased_by=None,
        )
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return len(left.all())


def send_again(session: Session, message_id: int) -> None:
    """A person has a message tried again: one that failed, was withheld or aborted, or whose fate is unknown.

    Raises:
        Refused: there is no such message, or it is in a state that needs no second try.
    """
    message = _found(session, message_id)
    if message.state not in (
        MessageState.FAILED,
        MessageState.WITHHELD,
        MessageState.ABORTED,
        MessageState.UNKNOWN,
        MessageState.RETRY,
    ):
        raise Refused(f"Message {message_id} is {message.state.value} and is not sent again.")
    message.state = MessageState.QUEUED
    message.next_attempt_at = None
    message.lease_until = None


def abort(session: Session, message_id: int) -> None:
    """A person stops a message that has not gone.

    Raises:
        Refused: it is being sent, or has gone.
    """
    message = _found(session, message_id)
    if message.state not in (MessageState.QUEUED, MessageState.RETRY, MessageState.WITHHELD):
        raise Refused(f"Message {message_id} is {message.state.value} and can no longer be stopped.")
    message.state = MessageState.ABORTED


def _found(session: Session, message_id: int) -> Message:
    found = session.get(Message, message_id)
    if found is None:
        raise Refused(f"There is no message number {message_id}.")
    return found
