"""Referrals of academies, with their own dates."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.commissions import Commission
from models.referrals import Referral
from models.schools import School


@dataclass(frozen=True, slots=True)
class ReferralLine:
    reference: str
    school: str
    state: str
    concern: str
    opened_on: date
    sent_on: date | None
    sent_by: str | None
    answered_on: date | None
    answer: str | None
    closed_on: date | None


def referrals(session: Session) -> list[ReferralLine]:
    """Every referral, the newest first."""
    rows = session.execute(
        sa.select(Referral, Commission.reference, School.name)
        .join(Commission, Commission.id == Referral.commission_id)
        .join(School, School.urn == Commission.urn)
        .order_by(Referral.id.desc())
    )
    return [
        ReferralLine(
            reference=reference,
            school=school,
            state=one.state.value,
            concern=one.concern,
            opened_on=one.opened_on,
            sent_on=one.sent_on,
            sent_by=one.sent_by,
            answered_on=one.answered_on,
            answer=one.answer,
            closed_on=one.closed_on,
        )
        for one, reference, school in rows
    ]
