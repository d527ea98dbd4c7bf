"""A round as its page shows it: how many have answered, who has not, and what goes to whom next."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.commissions import Commission, CommissionState
from models.providers import Provider
from models.rounds import ImpactUpdate, Round, UpdateParty, UpdateState
from models.schools import School
from rules.half_terms import NAMES

STANDINGS = ("waiting", "overdue", "answered", "missed", "cancelled")
SORTS: dict[str, Any] = {
    "due": ImpactUpdate.due_on,
    "school": School.name,
    "reference": ImpactUpdate.commission_id,
    "next": ImpactUpdate.next_step_on,
}


@dataclass(frozen=True, slots=True)
class RoundName:
    id: int
    name: str
    opened_on: date


@dataclass(frozen=True, slots=True)
class RoundLine:
    """One party's update of one case. `standing` is one of `STANDINGS`."""

    reference: str
    school: str
    urn: int
    party: str
    who: str
    standing: str
    due_on: date
    closes_on: date
    answered_on: date | None
    answered_by: str | None
    last_rung: str | None
    next_step_on: date | None


@dataclass(frozen=True, slots=True)
class Counted:
    """How a party stands: a number for each of `STANDINGS`."""

    party: str
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(count for name, count in self.counts.items() if name != "cancelled")


def how_many(counted: list[Counted], standing: str, party: str) -> int:
    """How many updates `updates_of` finds in all."""
    names = (standing,) if standing in STANDINGS else STANDINGS
    parties = {one.party for one in counted}
    return sum(one.counts[name] for one in counted for name in names if party not in parties or one.party == party)


def rounds(session: Session) -> list[RoundName]:
    """Every round, the latest first."""
    return [
        RoundName(one.id, f"{NAMES[one.number - 1].capitalize()} {one.academic_year}", one.opened_on)
        for one in session.scalars(sa.select(Round).order_by(Round.academic_year.desc(), Round.number.desc()))
    ]


def counted(session: Session, round_id: int, as_of: date) -> list[Counted]:
    """How schools and providers stand."""
    alike = (
        ImpactUpdate.party,
        ImpactUpdate.state,
        ImpactUpdate.due_on,
    )  # in the order of an index, with no CASE a row
    found = {party: dict.fromkeys(STANDINGS, 0) for party in (UpdateParty.SCHOOL, UpdateParty.PROVIDER)}
    asked = sa.select(*alike, sa.func.count()).where(ImpactUpdate.round_id == round_id).group_by(*alike)
    for party, state, due_on, count in session.execute(asked):
        found[party][_standing(state, due_on, as_of)] += count
    return [Counted(party.value, counts) for party, counts in found.items()]


def updates_of(
    session: Session,
    round_id: int,
    as_of: date,
    *,
    standing: str = "",
    party: str = "",
    sort: str = "due",
    descending: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> list[RoundLine]:
    """The updates of a round that fit."""
    where = [ImpactUpdate.round_id == round_id]
    if standing in STANDINGS:
        where += _stands(standing, as_of)
    if party in {one.value for one in UpdateParty}:
        where.append(ImpactUpdate.party == party)
    column = SORTS.get(sort, ImpactUpdate.due_on)
    order = column.desc().nulls_last() if descending else column.asc().nulls_last()
    ids = sa.select(ImpactUpdate.id).where(*where).order_by(order, ImpactUpdate.id).limit(limit).offset(offset)
    if column is School.name:
        ids = ids.join(Commission, Commission.id == ImpactUpdate.commission_id).join(
            School, School.urn == Commission.urn
        )
    rows = session.execute(
        sa.select(ImpactUpdate, Commission.reference, School.name, School.urn, Provider.name)
        .join(Commission, Commission.id == ImpactUpdate.commission_id)
        .join(School, School.urn == Commission.urn)
        .outerjoin(Provider, Provider.id == Commission.provider_id)
        .where(ImpactUpdate.id.in_(ids.subquery().select()))
        .order_by(order, ImpactUpdate.id)
    )
    return [
        RoundLine(
            reference=reference,
            school=school,
            urn=urn,
            party=update.party.value,
            who=school if update.party is UpdateParty.SCHOOL else provider or "",
            standing=_standing(update.state, update.due_on, as_of),
            due_on=update.due_on,
            closes_on=update.closes_on,
            answered_on=update.answered_on,
            answered_by=update.answered_by,
            last_rung=update.last_rung,
            next_step_on=update.next_step_on,
        )
        for update, reference, school, urn, provider in rows
    ]


def coming(session: Session, limit: int = 8) -> list[tuple[date, int]]:
    """On which days the next round is asked for, and of how many cases."""
    rows = session.execute(
        sa.select(Commission.next_round_on, sa.func.count())
        .where(Commission.next_round_on.is_not(None), Commission.state == CommissionState.ACTIVE)
        .group_by(Commission.next_round_on)
        .order_by(Commission.next_round_on)
        .limit(limit)
    )
    return [(day, count) for day, count in rows if day is not None]


def next_steps(session: Session, round_id: int, limit: int = 8) -> list[tuple[date, int]]:
    """On which days something goes out to those who have not answered, and how many."""
    rows = session.execute(
        sa.select(ImpactUpdate.next_step_on, sa.func.count())
        .where(
            ImpactUpdate.round_id == round_id,
            ImpactUpdate.state == UpdateState.AWAITED,
            ImpactUpdate.next_step_on.is_not(None),
        )
        .group_by(ImpactUpdate.next_step_on)
        .order_by(ImpactUpdate.next_step_on)
        .limit(limit)
    )
    return [(day, count) for day, count in rows if day is not None]


def _standing(state: UpdateState, due_on: date, as_of: date) -> str:
    if state is UpdateState.AWAITED:
        return "overdue" if due_on < as_of else "waiting"
    return state.value


def _stands(standing: str, as_of: date) -> list[sa.ColumnElement[bool]]:
    """The same as conditions."""
    if standing not in {"waiting", "overdue"}:
        return [ImpactUpdate.state == standing]
    due = ImpactUpdate.due_on
    return [ImpactUpdate.state == UpdateState.AWAITED, due < as_of if standing == "overdue" else due >= as_of]
