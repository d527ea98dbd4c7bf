"""Referring a concern about an academy to the regional director [1.6].

Beside the case, as a draft that a person sends.
"""

import sqlalchemy as sa

from casework import events, notices
from casework.desk import Desk
from models.commissions import Commission
from models.referrals import Referral, ReferralState
from rules.errors import Refused


def open_if_academy_with_concern(desk: Desk, commission: Commission, because: str) -> Referral | None:
    """Open a referral when the school is an academy and the evidence makes it a cause for concern; once a case."""
    priority = commission.priority
    if not commission.school.is_academy or priority is None or not priority.is_concern:
        return None
    if desk.session.scalar(sa.select(Referral.id).where(Referral.commission_id == commission.id)) is not None:
        return None
    made = Referral(commission_id=commission.id, opened_on=desk.as_of, concern=f"{because} {priority.sentence}")
    desk.session.add(made)
    desk.session.flush()
    events.record(desk, commission, "referral-opened", because, {"referral": made.id})
    notices.ask_officer(
        desk, commission, "send-referral", "A draft letter to the regional director waits for a person to send it."
    )
    return made


def mark_sent(desk: Desk, commission: Commission, by: str) -> Referral:
    """Record that a person has sent the letter.

    Raises:
        Refused: the case has no referral, or its letter went already.
    """
    found = desk.session.scalars(sa.select(Referral).where(Referral.commission_id == commission.id)).one_or_none()
    if found is None:
        raise Refused(f"{commission.reference} has no referral.")
    if found.state is not ReferralState.DRAFT:
        raise Refused(f"The referral of {commission.reference} was sent on {found.sent_on}.")
    found.state = ReferralState.SENT
    found.sent_on = desk.as_of
    found.sent_by = by
    events.record(desk, commission, "referral-sent", "The letter to the regional director was sent by a person.")
    notices.settle_tasks(desk, commission, "send-referral")
    return found
