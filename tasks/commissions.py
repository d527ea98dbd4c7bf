"""Commissioning: the case found or opened and confirmed, its money reserved, support offered to the school."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from prefect import task
from prefect.cache_policies import NO_CACHE

from casework import commissioning, composing, notices, ordering, run_proposal
from casework.desk import Desk
from casework.lifecycle import locked
from config.database import reading_scope
from models.commissions import Commission
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


@task(name="start-cases", cache_policy=NO_CACHE)
def start_cases(commission_ids: list[int], pence: int, as_of: date, actor: str) -> BatchOutcome:
    """Start the run of each confirmed case, in the order given, as far as the money goes.

    Which provider each asks first is solved for all of them together, and kept with each case with its reasons. The
    rest wait, and an officer is told.
    """
    started = 0
    with at_a_desk(as_of, actor) as desk:
        cases = [locked(desk, one) for one in commission_ids]
        ids = dict(desk.session.execute(sa.select(Provider.code, Provider.id)).tuples().all())
        for case, proposed in zip(*_proposed(desk, pence, cases), strict=True):
            choice = proposed.pairing.choice if proposed.pairing else None
            wanted = desk.session.get(Provider, ids[choice.code]) if choice else None
            try:
                with desk.session.begin_nested():
                    commissioning.start(desk, case, pence, wanted=wanted)
                    run_proposal.keep(desk, case, proposed)
                started += 1
            except Refused as refused:
                notices.ask_officer(desk, case, "not-started", str(refused))
        desk.session.flush()
        composing.compose(desk)
        return BatchOutcome(len(commission_ids), started, tuple(desk.failed_checks))


def _proposed(
    desk: Desk, pence: int, cases: list[Commission]
) -> tuple[list[Commission], list[run_proposal.ProposedCase]]:
    proposal = run_proposal.propose_run(desk, pence, [case.id for case in cases])
    known = {case.id: case for case in cases}
    return [known[one.commission_id] for one in proposal.cases], list(proposal.cases)
