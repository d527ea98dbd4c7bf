"""Holding e-mails that have not gone until an instant, or until they are released; and a case's reminders with them.

There is one way of holding, `held_until` on the message: an escalation gets it as it is made (`casework.escalating`),
anything else from an officer. When the time is over it goes by itself.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework import events, outbox
from casework.desk import Desk
from config import clock
from models.commissions import Commission
from models.messages import Message
from models.rounds import ImpactUpdate, UpdateState
from rules.day_words import in_words
from rules.errors import Refused
from rules.message_states import WAITING, words

HELD = "Held by an officer."
LONGEST = timedelta(days=14)
"""What nobody releases goes after this: a reminder that is held for ever is a reminder forgotten."""


def hold(session: Session, message_ids: Sequence[int], until: datetime, now: datetime) -> None:
    """Keep messages that have not gone until an instant.

    Raises:
        Refused: there is no such message, or one is being sent or has gone; to be rolled back.
    """
    held = outbox.keep_until(session, message_ids, until, now=now, response=HELD)
    all_done(session, message_ids, held, "can no longer be held")


def release(session: Session, message_ids: Sequence[int], now: datetime) -> None:
    """Let held messages go.

    Raises:
        Refused: one is not held; to be rolled back.
    """
    freed = outbox.keep_until(session, message_ids, None, now=now)
    all_done(session, message_ids, freed, "is not held")


def all_done(session: Session, wanted: Sequence[int], done: Sequence[int], complaint: str) -> None:
    """Refuse when something could not be done to one of these messages, and say in which state that one is."""
    for number in wanted:
        if number in done:
            continue
        state = session.scalar(sa.select(Message.state).where(Message.id == number))
        if state is None:
            raise Refused(f"There is no message number {number}.")
        raise Refused(f"Message {number} is {words(state)} and {complaint}.")
    session.expire_all()


def hold_reminders(desk: Desk, commission: Commission, until: date, reason: str) -> int:
    """Write nothing more about a case's open updates before a day; how many updates wait.

    The ladder takes up on that day: of the rungs passed over meanwhile, only the latest is sent.

    Raises:
        Refused: the day is not after today, or nothing is being chased.
    """
    if until <= desk.as_of:
        raise Refused(f"Reminders can be held until a day after {in_words(desk.as_of)}.")
    waiting = _awaited(desk, commission)
    if not waiting:
        raise Refused(f"Nothing of {commission.reference} is being chased, so there is no reminder to hold.")
    for update in waiting:
        update.next_step_on = max(until, update.next_step_on or until)
    again = clock.at(until, time.min)  # before that day's e-mails are made, which take up what waits
    held = outbox.keep_until(desk.session, _waiting(desk, commission), again, now=desk.now, response=HELD)
    events.record(
        desk,
        commission,
        "reminders-held",
        f"Reminders held until {in_words(until)}: {reason}",
        {"until": until.isoformat(), "messages": len(held)},
    )
    return len(waiting)


def release_reminders(desk: Desk, commission: Commission) -> int:
    """Chase again from today; how many updates. What an officer held of e-mails already made may go.

    Raises:
        Refused: no reminder of the case is held.
    """
    waiting = [one for one in _awaited(desk, commission) if (one.next_step_on or desk.as_of) > desk.as_of]
    held = _waiting(desk, commission, Message.held_until.is_not(None), Message.response == HELD)
    if not waiting and not held:
        raise Refused(f"No reminder of {commission.reference} is held.")
    for update in waiting:
        update.next_step_on = desk.as_of
    outbox.keep_until(desk.session, held, None, now=desk.now)
    events.record(desk, commission, "reminders-released", "Reminders released.", {"updates": len(waiting)})
    return len(waiting)


def _awaited(desk: Desk, commission: Commission) -> list[ImpactUpdate]:
    return list(
        desk.session.scalars(
            sa.select(ImpactUpdate).where(
                ImpactUpdate.commission_id == commission.id, ImpactUpdate.state == UpdateState.AWAITED
            )
        )
    )


def _waiting(desk: Desk, commission: Commission, *which: sa.ColumnElement[bool]) -> list[int]:
    """E-mails about this case alone that have not gone: a digest about many cases is nobody's reminder."""
    wanted = sa.select(Message.id).where(Message.commission_id == commission.id, Message.state.in_(WAITING), *which)
    return list(desk.session.scalars(wanted))
