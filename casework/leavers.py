"""Closing the links of people who have left a school or a provider: their successor has links of their own."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from casework.desk import Desk
from models.commissions import Commission
from models.contacts import ContactRole, Substitute
from models.links import Link


def close_links(desk: Desk) -> int:
    """Close the open links of everybody whose role at the case's school or provider has ended; how many.

    Not of one who holds another role there, or who stands in for somebody who does.
    """
    role, held, stood_in_for = aliased(ContactRole), aliased(ContactRole), aliased(ContactRole)
    standing_in = sa.exists().where(
        Substitute.substitute_id == Link.contact_id,
        sa.or_(Substitute.starts_on.is_(None), Substitute.starts_on <= desk.as_of),
        sa.or_(Substitute.ends_on.is_(None), Substitute.ends_on >= desk.as_of),
        stood_in_for.contact_id == Substitute.contact_id,
        *_current(desk, stood_in_for),
        _at_the_place_of(stood_in_for),
        Commission.id == Link.commission_id,
    )
    closed = desk.session.scalars(
        sa.update(Link)
        .where(
            Link.revoked_at.is_(None),
            Link.expires_on >= desk.as_of,
            Link.contact_id.in_(sa.select(ContactRole.contact_id).where(ContactRole.ends_on < desk.as_of)),
            sa.exists().where(
                role.contact_id == Link.contact_id,
                role.ends_on < desk.as_of,
                _at_the_place_of(role),
                Commission.id == Link.commission_id,
            ),
            ~sa.exists().where(
                held.contact_id == Link.contact_id,
                *_current(desk, held),
                _at_the_place_of(held),
                Commission.id == Link.commission_id,
            ),
            ~standing_in,
        )
        .values(revoked_at=desk.now)
        .returning(Link.id)
        .execution_options(synchronize_session=False)
    )
    return len(closed.all())


def _current(desk: Desk, role: Any) -> tuple[sa.ColumnElement[bool], ...]:
    return (role.starts_on <= desk.as_of, sa.or_(role.ends_on.is_(None), role.ends_on >= desk.as_of))


def _at_the_place_of(role: Any) -> sa.ColumnElement[bool]:
    return sa.or_(role.urn == Commission.urn, role.provider_id == Commission.provider_id)
