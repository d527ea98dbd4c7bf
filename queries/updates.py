"""Reading impact updates: the latest figure of each measure, how the rounds were answered."""

from collections import defaultdict
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.plans import Plan, PlanMeasure
from models.rounds import ImpactUpdate, Round, UpdateFigure, UpdateParty, UpdateState
from queries.index_choice import not_searched

Figure = tuple[float, int | None]
"""A value and how many pupils it counts."""


def latest_figures(session: Session, commission_id: int) -> list[tuple[PlanMeasure, Figure | None]]:
    """Each measure of a case's plan with the last value reported and its cohort; None when none was.

    The school's figure goes before the provider's of the same round; "no change" carries the one before on.
    """
    return latest_figures_of(session, [commission_id]).get(commission_id, [])


def latest_figures_of(
    session: Session, commission_ids: Collection[int]
) -> dict[int, list[tuple[PlanMeasure, Figure | None]]]:
    """The same for a batch of cases, in two queries."""
    measures = session.execute(
        sa.select(Plan.commission_id, PlanMeasure)
        .join(PlanMeasure, PlanMeasure.plan_id == Plan.id)
        .where(Plan.commission_id.in_(commission_ids))
        .order_by(PlanMeasure.id)
    ).all()
    rows = session.execute(
        sa.select(UpdateFigure.measure_id, UpdateFigure.value, UpdateFigure.cohort)
        .join(ImpactUpdate, ImpactUpdate.id == UpdateFigure.update_id)
        .join(Round, Round.id == ImpactUpdate.round_id)
        .where(
            ImpactUpdate.commission_id.in_(commission_ids),
            not_searched(ImpactUpdate.state) == UpdateState.ANSWERED,
            UpdateFigure.revision == ImpactUpdate.revision,
            UpdateFigure.value.is_not(None),
        )
        .order_by(Round.academic_year, Round.number, sa.case((ImpactUpdate.party == UpdateParty.PROVIDER, 0), else_=1))
    )
    latest: dict[int, Figure] = {}
    for measure_id, value, cohort in rows:
        latest[measure_id] = (value, cohort)
    found: dict[int, list[tuple[PlanMeasure, Figure | None]]] = defaultdict(list)
    for commission_id, measure in measures:
        found[commission_id].append((measure, latest.get(measure.id)))
    return dict(found)
