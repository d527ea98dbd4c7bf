"""Commissioning: the case found or opened and confirmed, its money reserved, support offered to the school."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from prefect import task
from prefect.cache_policies import NO_CACHE

from analysis.assignment import assign_in_run
from casework import brokering, commissioning, composing, notices, ordering
from casework.candidates import options
from casework.desk import desk_for
from casework.lifecycle import locked
from config.database import reading_scope
from models.commissions import Commission, CommissionState
from models.providers import Provider
from queries.due import confirmed_cases
from rules.errors import Refused
from tasks.batch import BatchOutcome, at_a_desk


@dataclass(frozen=True, slots=True)
class Commissioned:
    """A case whose run has started."""

    commission_id: int
    reference: str
    state: str


@task(name="commission-case", cache_policy=NO_CACHE)
def commission_case(
    urn: int, theme: str, pence: int, reason: str, provider: str | None, as_of: date, actor: str
) -> Commissioned:
    """Commission support for one school and theme. A case that is only identified is confirmed under delegated
    authority.

    Raises:
        Refused: with every objection; nothing has changed.
    """
    with at_a_desk(as_of, actor) as desk:
        case = ordering.order(desk, urn, theme, pence, reason, provider)
        desk.session.flush()
        composing.compose(desk)
        return Commissioned(case.id, case.reference, case.state.value)


@task(name="find-confirmed", cache_policy=NO_CACHE)
def find_confirmed() -> list[int]:
    """The confirmed cases that wait for their run, the worst evidence first."""
    with reading_scope() as session:
        return list(confirmed_cases(session))


@task(name="assign-providers", cache_policy=NO_CACHE)
def assign_providers(commission_ids: list[int], as_of: date) -> dict[int, int]:
    """Which provider each case should ask first, solved for all of them together under capacity.

    Case id to provider id.
    """
    with reading_scope() as session:
        desk = desk_for(session, as_of)
        cases = {
            case.reference: case
            for case in session.scalars(sa.select(Commission).where(Commission.id.in_(commission_ids)))
        }
        capacity = {
            option.code: max(option.free, 0) for option in options(session, as_of, usual_days=desk.policy.usual_days)
        }
        ids = dict(session.execute(sa.select(Provider.code, Provider.id)).tuples().all())
        pairings = assign_in_run([brokering.ranking(desk, case) for case in cases.values()], capacity)
        return {cases[one.reference].id: ids[one.code] for one in pairings if one.code is not None}


@task(name="start-cases", cache_policy=NO_CACHE)
def start_cases(commission_ids: list[int], pence: int, first: dict[int, int], as_of: date, actor: str) -> BatchOutcome:
    """Start the run of each confirmed case, in the order given, as far as the money goes.

    The rest wait, and an officer is told.
    """
    started = 0
    with at_a_desk(as_of, actor) as desk:
        for one in commission_ids:
            case = locked(desk, one)
            if case.state is not CommissionState.CONFIRMED:
                continue
            wanted = desk.session.get(Provider, first[one]) if one in first else None
            try:
                with desk.session.begin_nested():
                    commissioning.start(desk, case, pence, wanted=wanted)
                started += 1
            except Refused as refused:
                notices.ask_officer(desk, case, "not-started", str(refused))
        desk.session.flush()
        composing.compose(desk)
        return BatchOutcome(len(commission_ids), started, tuple(desk.failed_checks))
