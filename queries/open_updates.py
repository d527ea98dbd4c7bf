"""Updates whose ladder goes on, with all that a letter about one says, as plain values: a national round is 24,000."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.commissions import Commission, CommissionState
from models.contacts import Contact
from models.providers import Provider
from models.rounds import ImpactUpdate, Round, UpdateParty, UpdateState
from models.schools import School
from models.themes import Theme
from queries.in_parts import in_parts
from queries.people import Place


@dataclass(frozen=True, slots=True)
class OpenUpdate:
    """One update that a party is asked for. `awaited` is whether its ladder goes on at all."""

    id: int
    awaited: bool
    party: UpdateParty
    academic_year: str
    number: int
    opened_on: date
    due_on: date
    closes_on: date
    last_rung: str | None
    commission_id: int
    reference: str
    urn: int
    school: str
    theme: str
    provider_id: int | None
    provider: str
    officer: str | None
    officer_phone: str | None

    @property
    def place(self) -> Place:
        """Where its party is: a school, or a provider."""
        return (self.party, self.urn if self.party is UpdateParty.SCHOOL else self.provider_id or 0)


def lock(session: Session, update_ids: Collection[int]) -> list[OpenUpdate]:
    """These updates in the order of their numbers, kept from everybody else until the transaction ends."""
    return [one for some in in_parts(sorted(update_ids)) for one in _read(session, ImpactUpdate.id.in_(some))]


def lock_due(session: Session, commission_id: int, as_of: date) -> list[OpenUpdate]:
    """The updates of one case of which a day asks something, kept in the same way."""
    return _read(
        session,
        ImpactUpdate.commission_id == commission_id,
        ImpactUpdate.state == UpdateState.AWAITED,
        ImpactUpdate.next_step_on <= as_of,
    )


def _read(session: Session, *which: sa.ColumnElement[bool]) -> list[OpenUpdate]:
    rows = session.execute(
        sa.select(
            ImpactUpdate.id,
            sa.and_(ImpactUpdate.state == UpdateState.AWAITED, Commission.state != CommissionState.PAUSED),
            ImpactUpdate.party,
            Round.academic_year,
            Round.number,
            ImpactUpdate.opened_on,
            ImpactUpdate.due_on,
            ImpactUpdate.closes_on,
            ImpactUpdate.last_rung,
            Commission.id,
            Commission.reference,
            Commission.urn,
            School.name,
            Theme.name,
            Commission.provider_id,
            sa.func.coalesce(Provider.name, ""),
            Contact.first_name + " " + Contact.surname,
            Contact.phone,
        )
        .join(Round, Round.id == ImpactUpdate.round_id)
        .join(Commission, Commission.id == ImpactUpdate.commission_id)
        .join(School, School.urn == Commission.urn)
        .join(Theme, Theme.code == Commission.theme)
        .outerjoin(Provider, Provider.id == Commission.provider_id)
        .outerjoin(Contact, Contact.id == Commission.officer_id)
        .where(*which)
        .order_by(ImpactUpdate.id)
        .with_for_update(of=ImpactUpdate)
    )
    return [OpenUpdate(*row) for row in rows]
