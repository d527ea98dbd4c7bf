"""The outbox: `move`, which alone changes a message's state; claims; what a person may have done with messages.

A claim is a lease. `sending` is committed before a message's body goes over the wire, so that after a death everybody
knows which messages are in the one moment that cannot be settled.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.messages import Message, MessageState, Notice, NoticeState, TakenBack
from rules.errors import Refused
from rules.message_states import CHASERS, WAITING, IllegalMessageState, sources

LEASE = timedelta(minutes=30)
"""How long a worker may hold what it has claimed: twice as long as it goes on starting to send, so that the slowest
answer (ten minutes, RFC 5321, 4.5.3.2.6) comes inside it."""

CLAIMED = ("id", "template", "recipient", "recipient_name", "commission_id", "context", "header_id")
RESENT = "Its fate is unknown, and it is of a kind that is sent once more."


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that a worker has leased, as plain values."""

    id: int
    template: str
    recipient: str
    recipient_name: str
    commission_id: int | None
    context: dict[str, Any]
    header_id: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one message that was being sent."""

    id: int
    state: MessageState
    response: str
    next_attempt_at: datetime | None = None


def move(
    session: Session,
    to: MessageState,
    ids: Sequence[int] | None = None,
    *,
    where: Sequence[sa.ColumnElement[bool]] = (),
    **values: Any,
) -> list[int]:
    """Put messages into a state that the table lets follow theirs, and give their leases back; the ids that moved.

    `ids` narrows it to some, `where` to those that fit. Whichever the table does not let go there stay as they are: the
    same statement reads the state and writes it, so that no other worker comes between.
    """
    moved = _moving(to, where, values)
    return list(session.scalars((moved if ids is None else moved.where(Message.id.in_(ids))).returning(Message.id)))


def move_each(
    session: Session, to: MessageState, rows: Sequence[Mapping[str, Any]], *, where: Sequence[sa.ColumnElement[bool]]
) -> None:
    """`move` for messages that each bring values of their own: mappings of `message_id` and columns, all alike."""
    if rows:
        columns: dict[str, Any] = {name: sa.bindparam(name) for name in rows[0] if name != "message_id"}
        statement = _moving(to, (*where, Message.id == sa.bindparam("message_id")), columns)
        session.connection().execute(statement, [dict(row) for row in rows])


def _moving(to: MessageState, where: Sequence[sa.ColumnElement[bool]], values: Mapping[str, Any]) -> sa.Update:
    keeps_lease = to is MessageState.SENDING
    freed: dict[str, Any] = {} if keeps_lease else {"lease_until": None, "leased_by": None}
    if to is not MessageState.SENT:
        freed["sent_at"] = None
    if to is not MessageState.RETRY:
        freed["next_attempt_at"] = None
    return (
        sa.update(Message)
        .where(sa.or_(*(Message.state == before for before in sources(to))), *where)
        .values(state=to, **{**freed, **values})
        .execution_options(synchronize_session=False)
    )


def claim(session: Session, *, day: date, now: datetime, worker: str, limit: int, after: int = 0) -> Sequence[Claimed]:
    """Lease up to `limit` messages that are to go on or before `day` and are nobody else's: first those whose next try
    has come, then the oldest with a number above `after`.

    One statement chooses and leases. PostgreSQL skips the rows that another worker is at; on SQLite the writing
    transaction is the lock.
    """
    free = sa.and_(Message.day <= day, sa.or_(Message.lease_until.is_(None), Message.lease_until < now))
    due = (
        sa.select(Message.id)
        # Written out and not bound: SQLite uses a partial index only where it can see its condition.
        .where(sa.text("state = 'retry'"), sa.func.coalesce(Message.next_attempt_at, now) <= now, free)
        .order_by(Message.next_attempt_at)
    )
    fresh = (
        sa.select(Message.id)
        .where(
            Message.state == MessageState.QUEUED,
            Message.id > after,
            sa.or_(Message.next_attempt_at.is_(None), Message.next_attempt_at <= now),
            free,
        )
        .order_by(Message.state, Message.id)  # as the index has it, so that nothing is sorted
    )
    found = _lease(session, due, now, worker, limit)
    if len(found) < limit:
        found = [*found, *_lease(session, fresh, now, worker, limit - len(found))]
    return found


def claim_one(session: Session, message_id: int, *, now: datetime, worker: str) -> Claimed | None:
    """Lease one message that waits and is nobody else's; None when it is."""
    free = sa.or_(Message.lease_until.is_(None), Message.lease_until < now)
    wanted = sa.select(Message.id).where(Message.id == message_id, Message.state == MessageState.QUEUED, free)
    return next(iter(_lease(session, wanted, now, worker, 1)), None)


def _lease(session: Session, wanted: sa.Select[tuple[int]], now: datetime, worker: str, limit: int) -> list[Claimed]:
    chosen = wanted.limit(limit).with_for_update(skip_locked=True)
    if session.get_bind().dialect.name == "postgresql":
        # Materialised: PostgreSQL may run a subquery that locks more than once, and lease more than it was asked for.
        picked = chosen.cte("picked").prefix_with("MATERIALIZED")
        inside: Any = sa.select(picked.c.id)
    else:
        inside = chosen
    rows = session.execute(
        sa.update(Message)
        .where(Message.id.in_(inside))
        .values(lease_until=now + LEASE, leased_by=worker)
        .returning(*(getattr(Message, name) for name in CLAIMED))
        .execution_options(synchronize_session=False)
    )
    return sorted((Claimed(*row) for row in rows), key=lambda one: one.id)


def release(session: Session, ids: Sequence[int], *, worker: str) -> None:
    """Give back leases on messages that still wait."""
    if ids:
        session.execute(_released(worker).where(Message.id.in_(ids)))


def put_off(session: Session, until: Mapping[int, datetime], *, worker: str) -> None:
    """Give back leases on messages that still wait; each is nobody's before its time."""
    if until:
        statement = _released(worker).where(Message.id == sa.bindparam("message_id"))
        rows = [{"message_id": number, "until": at} for number, at in until.items()]
        session.connection().execute(statement.values(next_attempt_at=sa.bindparam("until")), rows)


def _released(worker: str) -> sa.Update:
    return (
        sa.update(Message)
        .where(Message.leased_by == worker, sa.or_(*(Message.state == one for one in WAITING)))
        .values(lease_until=None, leased_by=None)
        .execution_options(synchronize_session=False)
    )


def mark_sending(session: Session, ids: Sequence[int], *, worker: str, now: datetime) -> set[int]:
    """Mark leased messages as being sent, and lease them anew; the ids that are still this worker's.

    To be committed before the first body goes.
    """
    return set(
        move(
            session,
            MessageState.SENDING,
            ids,
            where=(Message.leased_by == worker, Message.lease_until > now),
            attempts=Message.attempts + 1,
            first_attempt_at=sa.func.coalesce(Message.first_attempt_at, now),
            lease_until=now + LEASE,
        )
    )


def settle(session: Session, settled: Sequence[Settled], *, worker: str, now: datetime) -> None:
    """Keep what became of messages that this worker was sending.

    One that is no longer its own, because its lease ran out, stays as it is.
    """
    mine = (Message.leased_by == worker, Message.state == MessageState.SENDING)
    for state in dict.fromkeys(one.state for one in settled):
        more: dict[str, Any] = {}
        if state is MessageState.SENT:
            more["sent_at"] = now
        rows = [
            {"message_id": one.id, "response": one.response[:1000], **more}
            | ({"next_attempt_at": one.next_attempt_at} if state is MessageState.RETRY else {})
            | ({"next_attempt_at": now + LEASE} if state is MessageState.UNKNOWN else {})
            for one in settled
            if one.state is state
        ]
        move_each(session, state, rows, where=mine)
        if state is MessageState.UNKNOWN:
            _count_unsettled(session, [one.id for one in settled if one.state is state])


def attempts_of(session: Session, ids: Sequence[int]) -> dict[int, tuple[int, datetime]]:
    """How often messages have been tried, and since when."""
    rows = session.execute(sa.select(Message.id, Message.attempts, Message.first_attempt_at).where(Message.id.in_(ids)))
    return {number: (attempts, first) for number, attempts, first in rows if first is not None}


def leave_behind(session: Session, *, now: datetime) -> int:
    """Messages that a dead worker was sending become `unknown`: whether they arrived, nobody can say. How many."""
    left = move(
        session,
        MessageState.UNKNOWN,
        where=(Message.state == MessageState.SENDING, Message.lease_until < now),
        response="The sender died between handing the message over and the server's answer.",
        next_attempt_at=now,
    )
    _count_unsettled(session, left)
    return len(left)


def resend_unsettled(session: Session, *, now: datetime) -> int:
    """Have chasers whose fate is unknown tried once more, when the time of a lease has passed; how many.

    The same message with the same `Message-ID`. A second time, and for every letter that is no chaser, a person
    decides (ADR 0009).
    """
    letters = sa.exists().where(Notice.message_id == Message.id, Notice.template.not_in(CHASERS))
    items = sa.exists().where(Notice.message_id == Message.id)
    return len(
        move(
            session,
            MessageState.RETRY,
            where=(
                Message.state == MessageState.UNKNOWN,
                Message.unsettled == 1,
                Message.next_attempt_at <= now,
                sa.or_(Message.template.in_(CHASERS), sa.and_(Message.template == "digest", items, ~letters)),
            ),
            next_attempt_at=now,
            response=RESENT,
        )
    )


def send_again(session: Session, *message_ids: int) -> None:
    """A person has messages tried again: failed, bounced, withheld, aborted, unsettled, or now instead of later.

    Raises:
        Refused: there is no such message, one is in a state that needs no second try, or what it was to say goes with
            another e-mail; nothing has changed.
    """
    _refuse_what_another_says(session, message_ids)
    _by_a_person(
        session, MessageState.QUEUED, message_ids, attempts=0, first_attempt_at=None, told_on=None, response=None
    )


def abort(session: Session, *message_ids: int) -> None:
    """A person stops messages that have not gone, or lets the matter of a failed or unsettled one rest.

    Raises:
        Refused: there is no such message, or one is being sent or has gone; nothing has changed.
    """
    _by_a_person(session, MessageState.ABORTED, message_ids)


def keep_until(
    session: Session, message_ids: Sequence[int], until: datetime | None, *, now: datetime, response: str | None = None
) -> list[int]:
    """Keep messages that wait, and that no worker has, until an instant; None lets go of those that are held.

    The ids of those that this could be done to.
    """
    free = sa.or_(Message.lease_until.is_(None), Message.lease_until < now)
    fits = free if until is not None else Message.held_until.is_not(None)
    kept = session.scalars(
        sa.update(Message)
        .where(Message.id.in_(message_ids), Message.state.in_(WAITING), fits)
        .values(held_until=until, next_attempt_at=until, response=response)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return list(kept)


def _by_a_person(session: Session, to: MessageState, message_ids: Sequence[int], **values: Any) -> None:
    rows = session.execute(sa.select(Message.id, Message.state).where(Message.id.in_(message_ids)).with_for_update())
    states = dict(rows.tuples().all())
    for number in message_ids:
        if number not in states:
            raise Refused(f"There is no message number {number}.")
        if states[number] not in sources(to):
            raise IllegalMessageState(number, states[number], to)
    move(session, to, message_ids, **values)
    session.expire_all()


def _refuse_what_another_says(session: Session, message_ids: Sequence[int]) -> None:
    others = session.execute(
        sa.select(
            TakenBack.message_id,
            sa.func.max(Notice.message_id),
            sa.func.max(sa.case((Notice.state == NoticeState.PENDING, 1), else_=0)),
        )
        .join(Notice, Notice.id == TakenBack.notice_id)
        .where(TakenBack.message_id.in_(message_ids))
        .group_by(TakenBack.message_id)
        .order_by(TakenBack.message_id)
    )
    for number, other, waits in others:
        goes = f"goes with message {other}" if other is not None else "has been overtaken since"
        goes = "goes with that person’s next e-mail" if waits else goes
        raise Refused(f"Message {number} is not tried again: what it was to say {goes}.")


def _count_unsettled(session: Session, ids: Sequence[int]) -> None:
    if ids:
        session.execute(
            sa.update(Message)
            .where(Message.id.in_(ids))
            .values(unsettled=Message.unsettled + 1)
            .execution_options(synchronize_session=False)
        )
