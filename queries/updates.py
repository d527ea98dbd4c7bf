"""Reading impact updates: the latest figure of each measure, how the rounds were answered."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.plans import Plan, PlanMeasure
from models.rounds import ImpactUpdate, Round, UpdateFigure, UpdateParty, UpdateState


def latest_figures(session: Session, commission_id: int) -> list[tuple[PlanMeasure, tuple[float, int | None] | None]]:
    """Each measure of a case's plan with the last value reported and its cohort; None when none was.

    The school's figure goes before the provider's of the same round; "no change" carries the one before on.
    """
    measures = session.scalars(
        sa.select(PlanMeasure).join(Plan).where(Plan.commission_id == commission_id).order_by(PlanMeasure.id)
    ).all()
    rows = session.execute(
        sa.select(UpdateFigure.measure_id, UpdateFigure.value, UpdateFigure.cohort)
        .join(ImpactUpdate, ImpactUpdate.id == UpdateFigure.update_id)
        .join(Round, Round.id == ImpactUpdate.round_id)
        .where(
            ImpactUpdate.commission_id == commission_id,
            ImpactUpdate.state == UpdateState.ANSWERED,
            UpdateFigure.revision == ImpactUpdate.revision,
            UpdateFigure.value.is_not(None),
        )
        .order_by(Round.academic_year, Round.number, sa.case((ImpactUpdate.party == UpdateParty.PROVIDER, 0), else_=1))
    )
    latest: dict[int, tuple[float, int | None]] = {}
    for measure_id, value, cohort in rows:
        latest[measure_id] = (value, cohort)
    return [(measure, latest.get(measure.id)) for measure in measures]
