"""What an impact update's e-mail says of the measures; a figure of fewer than 6 pupils is for the school alone."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework import measure_lines
from mail.saying import measure_lines as said
from models.plans import Plan, PlanMeasure
from models.rounds import ImpactUpdate, Rag, Round, UpdateFigure, UpdateParty, UpdateState
from tests.casework.stages import active
from tests.casework.world import desk_at

DAY = date(2025, 11, 12)


@pytest.fixture
def plan(session: Session) -> Plan:
    case = active(session)
    return session.scalars(sa.select(Plan).where(Plan.commission_id == case.id)).one()


def _report(session: Session, plan: Plan, measure: PlanMeasure, number: int, value: float, cohort: int) -> None:
    collection = Round(academic_year="2025-26", number=number, opened_on=DAY)
    session.add(collection)
    session.flush()
    update = ImpactUpdate(
        round_id=collection.id,
        commission_id=plan.commission_id,
        party=UpdateParty.SCHOOL,
        state=UpdateState.ANSWERED,
        opened_on=DAY,
        due_on=DAY,
        closes_on=DAY,
        answered_at=desk_at(session, DAY).now,
        revision=1,
    )
    session.add(update)
    session.flush()
    session.add(
        UpdateFigure(
            update_id=update.id,
            measure_id=measure.id,
            revision=1,
            value=value,
            cohort=cohort,
            rag=Rag.GREEN,
            rag_reason="On the way.",
            changed="More modelling.",
            next="The same.",
        )
    )
    session.flush()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_last_report_is_told_and_small_figures_to_the_school_alone(session: Session, plan: Plan) -> None:
    measure = plan.measures[0]
    _report(session, plan, measure, 1, 44.0, 27)
    found = measure_lines.so_far(desk_at(session, DAY), [plan.commission_id])
    assert found[plan.commission_id, True][0].latest == found[plan.commission_id, False][0].latest == 44.0
    _report(session, plan, measure, 2, 60.0, 5)
    measure.baseline_cohort = 5
    session.flush()
    found = measure_lines.so_far(desk_at(session, DAY), [plan.commission_id])
    school, provider = found[plan.commission_id, True][0], found[plan.commission_id, False][0]
    assert (school.baseline, school.latest) == (measure.baseline, 60.0)
    assert (provider.baseline, provider.latest) == (None, None)
    assert "fewer than 6 pupils" in said((provider,))[0]
    assert f"{measure.baseline:g}%" not in said((provider,))[0]
    assert measure_lines.of_plan(plan, school=False)[0].baseline is None
    assert measure_lines.of_plan(plan, school=True)[0].baseline == measure.baseline
