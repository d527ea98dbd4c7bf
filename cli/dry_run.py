"""What would be sent: days done in a transaction that is rolled back, and the e-mails that they would make."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from config import clock
from config.database import rolled_back
from config.settings import settings
from models.messages import MessageState
from rules.errors import Refused

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.messages import Message

FURTHEST = timedelta(days=400)
NOON = time(12)


@dataclass(frozen=True, slots=True)
class WouldBeSent:
    """An e-mail that a day would send, and what would become of it: sent, withheld, or held before it is sent."""

    day: date
    template: str
    recipient: str
    recipient_name: str
    reference: str | None
    subject: str
    fate: str
    kind: str
    message_id: str
    held_until: datetime | None


def foreseen(days: Sequence[date]) -> tuple[list[WouldBeSent], list[str]]:
    """The e-mails of these days, and what an operator would be told. Nothing is kept.

    A day to come is foreseen by doing every day until then, as it will be done: else all that falls due before would
    seem to go on that one day. That nobody answers meanwhile is assumed.

    Raises:
        Refused: a day so far off that nobody can say.
    """
    today, checks, lines = clock.today(), [], []
    if days[-1] > today + FURTHEST:
        raise Refused(f"{days[-1].isoformat()} is more than {FURTHEST.days} days away: that cannot be foreseen.")
    with rolled_back() as session:
        for day in _until(session, today, days[0]):
            _do(day)
            _gone(session, day)
        if days[0] > today:
            _gone(session, days[0] - timedelta(days=1))
        since = date.min if days[0] <= today <= days[-1] else days[0]
        for day in days:
            checks += _do(day)
            lines += [_line(message) for message in _going(session, since, day)]
            _gone(session, day)
        return lines, checks


def _until(session: "Session", today: date, first: date) -> "Sequence[date] | _Days":
    return _Days(session, today, first) if first > today else []


class _Days:
    """The days before one on which there is anything to do, asked anew after each."""

    def __init__(self, session: "Session", day: date, end: date) -> None:
        self._session, self._day, self._end = session, day, end

    def __iter__(self) -> "_Days":
        return self

    def __next__(self) -> date:
        from queries.due import next_due_day

        due = next_due_day(self._session)
        if due is None or max(due, self._day) >= self._end:
            raise StopIteration
        found = max(due, self._day)
        self._day = found + timedelta(days=1)
        return found


def _do(day: date) -> list[str]:
    from flows.tick import tick
    from tasks.reports import ChecksFailed

    try:
        asyncio.run(tick.fn(as_of=day))
    except ChecksFailed as error:
        return [str(error)]
    return []


def _going(session: "Session", since: date, day: date) -> "list[Message]":
    """What goes on a day: what it has made, and what waits since before."""
    import sqlalchemy as sa

    from models.messages import Message
    from rules.message_states import WAITING

    session.expire_all()
    wanted = sa.select(Message).where(Message.state.in_(WAITING), Message.day.between(since, day))
    return list(session.scalars(wanted.order_by(Message.day, Message.id)))


def _gone(session: "Session", day: date) -> None:
    """All that was to go by a day has gone: else the days after it would seem to tell it once more."""
    from casework import outbox
    from models.messages import Message

    by_now = (Message.day <= day,)
    outbox.move(session, MessageState.SENDING, where=by_now)
    outbox.move(session, MessageState.SENT, where=by_now, sent_at=clock.at(day, NOON))
    session.expire_all()


def _line(message: "Message") -> WouldBeSent:
    from mail.catalogue import for_reading
    from mail.rendering import subject_of

    return WouldBeSent(
        day=message.day,
        template=message.template,
        recipient=message.recipient,
        recipient_name=message.recipient_name,
        reference=message.reference,
        subject=subject_of(for_reading(message.template, message.context, settings().base_url)),
        fate=_fate(message),
        kind=message.kind.value,
        message_id=message.header_id,
        held_until=message.held_until,
    )


def _fate(message: "Message") -> str:
    from tasks.way_out import allowed

    found = settings()
    if found.trial and not allowed(message.recipient, found.trial_recipients):
        return "withheld: trial mode"
    if message.held_until is not None:
        return f"held until {clock.local(message.held_until):%H:%M}, then sent"
    return "sent"
