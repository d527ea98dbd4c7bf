"""Spending whose VAT finance has to check."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.commissions import Commission
from models.plans import Plan, VatTreatment
from models.providers import Provider
from models.schools import School


@dataclass(frozen=True, slots=True)
class VatLine:
    """A case whose VAT is not settled."""

    reference: str
    school: str
    school_type: str
    provider: str
    pence: int
    reason: str


def to_check(session: Session) -> list[VatLine]:
    """Every plan whose treatment is still to be checked."""
    rows = session.execute(
        sa.select(Commission.reference, School.name, School.type_name, Provider.name, Plan)
        .join(Commission, Commission.id == Plan.commission_id)
        .join(School, School.urn == Commission.urn)
        .outerjoin(Provider, Provider.id == Commission.provider_id)
        .where(Plan.vat == VatTreatment.TO_CHECK)
        .order_by(Commission.id)
    )
    return [
        VatLine(
            reference,
            school,
            school_type,
            provider or "",
            plan.cost_pence,
            str(plan.due_diligence.get("vat_reason", "")),
        )
        for reference, school, school_type, provider, plan in rows
    ]
