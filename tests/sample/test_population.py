"""A population is loaded in statements for a batch and not for a case, and every case of it stands as it should."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework.events import broken_chains
from models.commissions import Commission, CommissionState
from models.events import Event
from models.plans import Objective, Plan, PlanMeasure
from models.rounds import ImpactUpdate
from sample.population import populate
from tests.casework.world import START, desk_at, make_world
from tests.counting import counted

ACTIVE = 36


def test_a_population_is_loaded_in_a_few_statements(session: Session) -> None:
    make_world(session, grant_pence=100_000_000)
    desk = desk_at(session, START)
    with counted(session) as asked:
        assert populate(desk, ACTIVE, seed=1).active == ACTIVE
    assert len(asked) <= 30
    assert broken_chains(session) == []
    cases = session.scalars(sa.select(Commission).order_by(Commission.id)).all()
    assert [int(case.reference.split("-")[-1]) for case in cases] == list(range(1, ACTIVE + 1))
    for case in cases:
        assert case.state is CommissionState.ACTIVE
        (plan,) = session.scalars(sa.select(Plan).where(Plan.commission_id == case.id))
        (objective,) = session.scalars(sa.select(Objective).where(Objective.plan_id == plan.id))
        (measure,) = session.scalars(sa.select(PlanMeasure).where(PlanMeasure.plan_id == plan.id))
        assert case.theme in objective.text
        assert case.theme in measure.name
        (event,) = session.scalars(sa.select(Event).where(Event.commission_id == case.id))
        assert (event.kind, event.to_state, event.day) == ("moved", "active", case.state_since)
        assert session.scalar(sa.select(sa.func.count()).where(ImpactUpdate.commission_id == case.id)) == 2
