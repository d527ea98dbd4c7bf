"""The position of the Fund, in pence."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.fund import FundYear


@dataclass(frozen=True, slots=True)
class FundPosition:
    """`budget` is what may be commissioned with: grant + contributions + carried_in - carried_out - ring_fenced. It
    always equals reserved + committed + spent + free. The Chair is paid from the ring-fence: `ring_spent` of it.
    """

    label: str
    starts_on: date
    grant: int
    contributions: int
    ring_fenced: int
    budget: int
    reserved: int
    committed: int
    spent: int
    free: int
    carried_in: int = 0
    carried_out: int = 0
    ring_spent: int = 0


def fund_years(session: Session) -> list[FundPosition]:
    """Every Fund year, the latest first."""
    return [
        FundPosition(
            label=year.label,
            starts_on=year.starts_on,
            grant=year.grant_pence,
            contributions=year.contributions_pence,
            ring_fenced=year.ring_fenced_pence,
            budget=year.budget_pence,
            reserved=year.reserved_pence,
            committed=year.committed_pence,
            spent=year.spent_pence,
            free=year.free_pence,
            carried_in=year.carried_in_pence,
            carried_out=year.carried_out_pence,
            ring_spent=year.ring_spent_pence,
        )
        for year in session.scalars(sa.select(FundYear).order_by(FundYear.starts_on.desc()))
    ]
