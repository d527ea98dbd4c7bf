"""Closed cases and the published results that have come since their baselines; which of these were looked at."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.commissions import Commission, CommissionState
from models.plans import Evaluation, LaterEvaluation, Plan, PlanMeasure
from models.results import PublishedResult
from models.schools import School


@dataclass(frozen=True, slots=True)
class ClosedCase:
    """`results`: measure and school year of each published figure after the baseline's."""

    commission_id: int
    starts_on: date
    results: tuple[tuple[str, str], ...]


def closed_cases(session: Session, ended_since: date) -> list[ClosedCase]:
    """The closed cases whose support ended on a day or later and for which there are later results, area by area."""
    found: dict[int, tuple[date, list[tuple[str, str]]]] = {}
    rows = session.execute(
        sa.select(Commission.id, Plan.starts_on, PublishedResult.measure, PublishedResult.year)
        .join(Plan, Plan.commission_id == Commission.id)
        .join(PlanMeasure, PlanMeasure.plan_id == Plan.id)
        .join(
            PublishedResult,
            sa.and_(
                PublishedResult.urn == Commission.urn,
                PublishedResult.measure == PlanMeasure.published,
                PublishedResult.year > PlanMeasure.baseline_year,
                PublishedResult.value.is_not(None),
            ),
        )
        .join(School, School.urn == Commission.urn)
        .where(Commission.state == CommissionState.CLOSED, Plan.ends_on >= ended_since)
        .order_by(School.la_code, Commission.id, PublishedResult.measure, PublishedResult.year)
    )
    for commission, starts_on, measure, year in rows:
        found.setdefault(commission, (starts_on, []))[1].append((measure, year))
    return [ClosedCase(one, starts_on, tuple(results)) for one, (starts_on, results) in found.items()]


def looked_at(session: Session, commission_id: int | None = None) -> dict[int, frozenset[str]]:
    """What each case, or one, was evaluated on, at its end and since (`Evaluation.results`)."""
    found: dict[int, set[str]] = defaultdict(set)
    for table in (Evaluation, LaterEvaluation):
        wanted = sa.select(table.commission_id, table.results)
        if commission_id is not None:
            wanted = wanted.where(table.commission_id == commission_id)
        for case, results in session.execute(wanted):
            found[case].add(results)
    return {case: frozenset(results) for case, results in found.items()}


def later_evaluations(session: Session, commission_id: int) -> list[LaterEvaluation]:
    """How a closed case was evaluated since, the newest first."""
    return list(
        session.scalars(
            sa.select(LaterEvaluation)
            .where(LaterEvaluation.commission_id == commission_id)
            .order_by(LaterEvaluation.id.desc())
        )
    )
