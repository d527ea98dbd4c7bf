"""Evaluating cases whose support has ended: what is proposed of them, and what later results say of the closed ones."""

from datetime import date

import sqlalchemy as sa
from prefect import task
from prefect.cache_policies import NO_CACHE

from casework import evaluation, later_evaluation
from casework.case_evidence import Comparisons
from casework.desk import Desk
from casework.lifecycle import locked
from config.database import reading_scope
from models.commissions import Commission, CommissionState
from models.schools import School
from tasks.batch import BatchOutcome, at_a_desk, each


@task(name="find-evaluating", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=2)
def find_evaluating() -> list[int]:
    """The cases that the improvement team is evaluating, area by area: those of one are compared with its schools."""
    with reading_scope() as session:
        return list(
            session.scalars(
                sa.select(Commission.id)
                .join(School, School.urn == Commission.urn)
                .where(Commission.state == CommissionState.EVALUATING)
                .order_by(School.la_code, Commission.id)
            )
        )


@task(name="propose-outcomes", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=2)
def propose_outcomes(commission_ids: list[int], as_of: date) -> BatchOutcome:
    """Work the figures of each case out again; in the order of their numbers, in which every batch locks its cases."""
    with at_a_desk(as_of) as desk:
        return each(desk, sorted(commission_ids), _propose)


def _propose(desk: Desk, commission_id: int) -> bool:
    case = locked(desk, commission_id)
    if case.state is not CommissionState.EVALUATING:
        return False
    evaluation.propose(desk, case)
    return True


@task(name="find-new-results", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=2)
def find_new_results(as_of: date) -> list[int]:
    """The closed cases with results that they were not evaluated on."""
    with reading_scope() as session:
        return later_evaluation.with_new_results(session, as_of)


@task(name="look-again", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=2)
def look_again(commission_ids: list[int], as_of: date) -> BatchOutcome:
    """Evaluate each closed case on the results that have come out since; what cases share is read once."""
    with at_a_desk(as_of) as desk:
        comparisons = Comparisons(desk.session)
        return each(
            desk,
            sorted(commission_ids),
            lambda desk, one: later_evaluation.look_again(desk, locked(desk, one), comparisons),
        )
