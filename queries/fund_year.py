"""A year of the Fund with what moved its money: contributions, commitments, payments, and the cases that hold it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.commissions import Commission
from models.fund import Commitment, Contribution, FundYear, HoldState, Reservation, Spend
from models.schools import School
from queries.money import FundPosition, fund_years

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Given:
    contributor: str
    basis: str
    pence: int
    received_on: date


@dataclass(frozen=True, slots=True)
class Held:
    """What one case has of the Fund, in pence."""

    reference: str
    school: str
    state: str
    reserved: int
    committed: int
    spent: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A month's movements: what was reserved, committed and spent in it, and what went back."""

    month: date
    promised: int
    spent: int
    released: int


@dataclass(frozen=True, slots=True)
class YearView:
    """A year whole. `holds` are the largest; `moves` are months, in order, those without a movement left out."""

    position: FundPosition
    ends_on: date
    given: tuple[Given, ...]
    holds: tuple[Held, ...]
    moves: tuple[Moved, ...]


def year_views(session: Session) -> list[YearView]:
    """Every Fund year, the latest first."""
    numbers = dict(session.execute(sa.select(FundYear.label, FundYear.id)).tuples().all())
    ends = dict(session.execute(sa.select(FundYear.label, FundYear.ends_on)).tuples().all())
    return [
        YearView(
            position=one,
            ends_on=ends[one.label],
            given=_given(session, numbers[one.label]),
            holds=_holds(session, numbers[one.label]),
            moves=_moves(session, numbers[one.label]),
        )
        for one in fund_years(session)
    ]


def _given(session: Session, year: int) -> tuple[Given, ...]:
    rows = session.scalars(
        sa.select(Contribution)
        .where(Contribution.fund_year_id == year)
        .order_by(Contribution.received_on, Contribution.id)
        .limit(SHOWN)
    )
    return tuple(Given(one.contributor, one.basis, one.pence, one.received_on) for one in rows)


def _holds(session: Session, year: int) -> tuple[Held, ...]:
    rows = session.execute(
        sa.select(Commission.reference, School.name, Commission.state, Reservation, Commitment)
        .join(Reservation, Reservation.commission_id == Commission.id)
        .join(School, School.urn == Commission.urn)
        .outerjoin(Commitment, Commitment.commission_id == Commission.id)
        .where(Reservation.fund_year_id == year, Reservation.state != HoldState.RELEASED)
        .order_by(Reservation.pence.desc(), Commission.id)
        .limit(SHOWN)
    )
    return tuple(
        Held(
            reference=reference,
            school=school,
            state=state.value,
            reserved=reservation.pence if reservation.state is HoldState.HELD else 0,
            committed=max(commitment.pence - commitment.spent_pence - commitment.released_pence, 0)
            if commitment
            else 0,
            spent=commitment.spent_pence if commitment else 0,
        )
        for reference, school, state, reservation, commitment in rows
    )


def _moves(session: Session, year: int) -> tuple[Moved, ...]:
    """By month, summed by day in the database: there may be thousands of cases."""
    months: dict[date, list[int]] = {}
    promised = (
        sa.select(Reservation.reserved_on, sa.func.sum(Reservation.pence))
        .where(Reservation.fund_year_id == year)
        .group_by(Reservation.reserved_on)
    )
    spent = (
        sa.select(Spend.spent_on, sa.func.sum(Spend.pence))
        .join(Commitment, Commitment.id == Spend.commitment_id)
        .where(Commitment.fund_year_id == year)
        .group_by(Spend.spent_on)
    )
    not_needed = (
        sa.select(Reservation.settled_on, sa.func.sum(Reservation.pence))
        .where(Reservation.fund_year_id == year, Reservation.state == HoldState.RELEASED)
        .group_by(Reservation.settled_on)
    )
    movements: tuple[sa.Select[Any], ...] = (promised, spent, not_needed)
    for place, rows in enumerate(movements):
        for day, pence in session.execute(rows):
            if day is not None:
                months.setdefault(day.replace(day=1), [0, 0, 0])[place] += int(pence)
    unspent = (
        sa.select(Commission.ended_on, sa.func.sum(Commitment.released_pence))
        .join(Commitment, Commitment.commission_id == Commission.id)
        .where(Commitment.fund_year_id == year, Commitment.released_pence > 0, Commission.ended_on.is_not(None))
        .group_by(Commission.ended_on)
    )
    for day, pence in session.execute(unspent):
        if day is not None:
            months.setdefault(day.replace(day=1), [0, 0, 0])[2] += int(pence)
    return tuple(Moved(month, *parts) for month, parts in sorted(months.items()))
