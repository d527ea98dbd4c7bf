"""VAT on a case's spending: a first treatment from the status of school and provider, settled by finance [Budget]."""

import sqlalchemy as sa

from casework import events
from casework.desk import Desk
from models.commissions import Commission
from models.plans import Plan, VatTreatment
from models.providers import Provider, ProviderType
from models.schools import School
from rules.errors import Refused
from rules.vat import VatRuling, ruling


def ruling_of(desk: Desk, commission: Commission) -> VatRuling:
    """The treatment that the status of a case's school and provider ask for today."""
    provider = desk.session.get(Provider, commission.provider_id) if commission.provider_id else None
    base = desk.session.get(School, provider.urn) if provider is not None and provider.urn else None
    return ruling(
        school_is_academy=commission.school.is_academy,
        provider_is_council=provider is not None and provider.type is ProviderType.COUNCIL,
        provider_is_academy=provider is not None
        and (
            provider.type is ProviderType.MAT
            or provider.trust_uid is not None
            or (base is not None and base.is_academy)
        ),
        provider_is_maintained=base is not None and not base.is_academy and base.la_code == int(desk.council.area),
    )


def settle(desk: Desk, commission: Commission, treatment: VatTreatment, reason: str) -> Plan:
    """Finance says how VAT falls on a case's spending.

    Raises:
        Refused: the case has no plan, or nothing is settled by saying that it is to be checked.
    """
    if treatment is VatTreatment.TO_CHECK:
        raise Refused("Settle it as recoverable or as outside-scope.")
    if not reason.strip():
        raise Refused("Say why.")
    plan = desk.session.scalars(sa.select(Plan).where(Plan.commission_id == commission.id)).one_or_none()
    if plan is None:
        raise Refused(f"{commission.reference} has no plan yet.")
    before, plan.vat = plan.vat, treatment
    events.record(desk, commission, "vat-settled", reason, {"from": before.value, "to": treatment.value})
    return plan
