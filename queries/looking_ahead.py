"""The day that the next e-mail about a case may go."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.commissions import Commission
from models.rounds import ImpactUpdate, UpdateState
from models.schools import School
from models.themes import Theme


@dataclass(frozen=True, slots=True)
class LookedAhead:
    """A case, and the next day on which something is due to it; None when nothing is."""

    id: int
    reference: str
    school: str
    theme: str
    next_on: date | None


def looked_ahead(session: Session, reference: str) -> LookedAhead | None:
    """The case of a reference: the next step of an update that is awaited, its own next day or its next round."""
    step = (
        sa.select(sa.func.min(ImpactUpdate.next_step_on))
        .where(ImpactUpdate.commission_id == Commission.id, ImpactUpdate.state == UpdateState.AWAITED)
        .scalar_subquery()
    )
    row = session.execute(
        sa.select(Commission.id, School.name, Theme.name, step, Commission.next_due_on, Commission.next_round_on)
        .join(School, School.urn == Commission.urn)
        .join(Theme, Theme.code == Commission.theme)
        .where(Commission.reference == reference)
    ).one_or_none()
    if row is None:
        return None
    number, school, theme, *days = row
    return LookedAhead(number, reference, school, theme, min((day for day in days if day), default=None))
