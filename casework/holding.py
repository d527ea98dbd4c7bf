"""Holding a case's reminders: chasers and e-mails that have not gone wait until a day, or until they are released."""

from datetime import date

import sqlalchemy as sa

from casework import events
from casework.desk import Desk
from casework.outbox import move
from models.commissions import Commission
from models.messages import Message, MessageState, Notice
from models.rounds import ImpactUpdate, UpdateState
from rules.day_words import in_words
from rules.errors import Refused

HELD = "Held by an officer."


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
    held = hold_messages(desk, _not_gone(desk, commission))
    events.record(
        desk,
        commission,
        "reminders-held",
        f"Reminders held until {in_words(until)}: {reason}",
        {"until": until.isoformat(), "messages": held},
    )
    return len(waiting)


def release_reminders(desk: Desk, commission: Commission) -> int:
    """Chase again from today; how many updates. What was held of e-mails already made goes back into the queue.

    Raises:
        Refused: no reminder of the case is held.
    """
    waiting = [one for one in _awaited(desk, commission) if (one.next_step_on or desk.as_of) > desk.as_of]
    held = _held(desk, commission)
    if not waiting and not held:
        raise Refused(f"No reminder of {commission.reference} is held.")
    for update in waiting:
        update.next_step_on = desk.as_of
    release_messages(desk, held)
    events.record(desk, commission, "reminders-released", "Reminders released.", {"updates": len(waiting)})
    return len(waiting)


def hold_messages(desk: Desk, ids: list[int]) -> int:
    """Keep e-mails back that have not gone; how many there were."""
    if not ids:
        return 0
    free = sa.or_(Message.lease_until.is_(None), Message.lease_until < desk.now)
    return len(move(desk.session, MessageState.WITHHELD, ids, where=(free,), response=HELD))


def release_messages(desk: Desk, ids: list[int]) -> int:
    """Put e-mails that an officer held back into the queue; how many there were."""
    if not ids:
        return 0
    held = (Message.state == MessageState.WITHHELD, Message.response == HELD)
    return len(move(desk.session, MessageState.QUEUED, ids, where=held, response=None))


def _awaited(desk: Desk, commission: Commission) -> list[ImpactUpdate]:
    return list(
        desk.session.scalars(
            sa.select(ImpactUpdate).where(
                ImpactUpdate.commission_id == commission.id, ImpactUpdate.state == UpdateState.AWAITED
            )
        )
    )


def _not_gone(desk: Desk, commission: Commission) -> list[int]:
    return _messages(desk, commission, Message.state.in_([MessageState.QUEUED, MessageState.RETRY]))


def _held(desk: Desk, commission: Commission) -> list[int]:
    return _messages(desk, commission, sa.and_(Message.state == MessageState.WITHHELD, Message.response == HELD))


def _messages(desk: Desk, commission: Commission, condition: sa.ColumnElement[bool]) -> list[int]:
    """A digest to an officer, about many cases, is nobody's reminder: only e-mails about this case alone."""
    about = sa.select(Notice.message_id).where(Notice.commission_id == commission.id, Notice.message_id.is_not(None))
    return list(
        desk.session.scalars(
            sa.select(Message.id).where(Message.id.in_(about), Message.commission_id == commission.id, condition)
        )
    )
