"""When a case has to be looked at next.

Worked out from its state, so that a tick can select it on or before that day.
"""

from datetime import date, timedelta

import sqlalchemy as sa

from casework.desk import Desk
from models.commissions import Commission, Offer, OfferState


def next_day_of(day: date) -> date:
    """The day after the last day to answer: the first on which silence counts."""
    return day + timedelta(days=1)


def pending_offer(desk: Desk, commission: Commission) -> Offer | None:
    """The offer of a case that waits for an answer; the database allows one at most."""
    return desk.session.scalars(
        sa.select(Offer).where(Offer.commission_id == commission.id, Offer.state == OfferState.PENDING)
    ).one_or_none()


def wait_on_offer(commission: Commission, offer: Offer) -> None:
    """Have the case looked at on the offer's next day: its reminder, then the day after its last day to answer."""
    commission.deadline_on = offer.answer_by
    if offer.reminder_on is not None and offer.reminded_on is None:
        commission.next_due_on = offer.reminder_on
    elif offer.escalated_on is None:
        commission.next_due_on = next_day_of(offer.answer_by)
    else:
        commission.next_due_on = None


def halfway(days: int) -> int:
    """School days after which a reminder is sent: half the wait, rounded up."""
    return (days + 1) // 2
