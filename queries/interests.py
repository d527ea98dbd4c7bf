"""Whom a person works for or has declared an interest in, and whom a case touches."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.board import MemberInterest
from models.commissions import Commission
from models.contacts import ContactRole
from models.providers import Provider
from models.schools import TrustMembership
from rules.interests import Interests, Matter


def interests_of(session: Session, contact_id: int, day: date) -> Interests:
    """A person's interests on a day: roles at schools and providers, what they have declared, and the trusts behind."""
    urns: set[int] = set()
    providers: set[int] = set()
    trusts: set[str] = set()
    for table in (ContactRole, MemberInterest):
        rows = session.execute(
            sa.select(table.urn, table.provider_id).where(
                table.contact_id == contact_id,
                table.starts_on <= day,
                sa.or_(table.ends_on.is_(None), table.ends_on >= day),
            )
        )
        for urn, provider_id in rows:
            urns |= {urn} - {None}
            providers |= {provider_id} - {None}
    trusts |= set(
        session.scalars(
            sa.select(MemberInterest.trust_uid).where(
                MemberInterest.contact_id == contact_id,
                MemberInterest.trust_uid.is_not(None),
                MemberInterest.starts_on <= day,
                sa.or_(MemberInterest.ends_on.is_(None), MemberInterest.ends_on >= day),
            )
        )
    )
    trusts |= _trusts_of(session, urns, day)
    return Interests(frozenset(urns), frozenset(providers), frozenset(trusts))


def matter_of(session: Session, commission: Commission, day: date) -> Matter:
    """Whom a case touches on a day."""
    provider = session.get(Provider, commission.provider_id) if commission.provider_id else None
    return Matter(
        school=commission.school.name,
        urn=commission.urn,
        trusts=frozenset(_trusts_of(session, {commission.urn}, day)),
        provider=provider.name if provider else "",
        provider_id=provider.id if provider else None,
        provider_urn=provider.urn if provider else None,
        provider_trust=provider.trust_uid if provider else None,
    )


def _trusts_of(session: Session, urns: set[int], day: date) -> set[str]:
    return set(
        session.scalars(
            sa.select(TrustMembership.uid).where(
                TrustMembership.urn.in_(urns),
                TrustMembership.starts_on <= day,
                sa.or_(TrustMembership.ends_on.is_(None), TrustMembership.ends_on >= day),
            )
        )
    )
