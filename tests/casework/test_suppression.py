"""No output for anybody but the school holds a figure of fewer than 6 pupils, nor one that gives it away."""

import json
from dataclasses import asdict
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework import composing, evaluation
from casework.identifying import identify_area
from casework.lifecycle import locked
from models.commissions import Commission, Outcome
from models.links import Link
from models.messages import Message
from models.plans import Evaluation, Plan, PlanMeasure
from models.priorities import Priority
from models.results import PublishedResult
from queries.cases import case as view_of
from queries.evidence import baselines
from queries.funnel import funnel_data
from queries.priorities import priorities
from queries.school import school_view
from tests.casework.stages import active
from tests.casework.test_one_case import day_of_work
from tests.casework.world import SCHOOLS, START, desk_at, say

SCHOOL_DAY = START + timedelta(days=2)
BASELINE, REPORTED = 37.3, 62.6
"""Figures of 4 pupils that occur nowhere else."""


def _secret(text: str) -> bool:
    return any(str(one) in text for one in (BASELINE, REPORTED))


@pytest.fixture
def case(session: Session) -> Commission:
    """A case whose measure counts 4 pupils, at its start and in the school's and the provider's update."""
    case = active(session)
    measure = session.scalars(sa.select(PlanMeasure).join(Plan).where(Plan.commission_id == case.id)).one()
    measure.baseline, measure.baseline_cohort, measure.published = BASELINE, 4, None
    session.flush()
    return case


def test_a_case_of_four_pupils_from_update_to_evaluation(session: Session, case: Commission) -> None:
    measure = session.scalars(sa.select(PlanMeasure)).one()
    day = START
    while not session.scalars(sa.select(Link.id).where(Link.purpose == "update")).all():
        day_of_work(session, day)
        day += timedelta(days=1)
    desk = desk_at(session, day)
    figure = {"measure": measure.id, "value": REPORTED, "cohort": 4, "rag": "amber", "reason": "It goes well."}
    say(desk, "update", case.id, {"name": "Priya Shah", "measures": [figure]})
    assert case.ends_on is not None
    ending = desk_at(session, case.ends_on + timedelta(days=1))
    evaluation.begin(ending, locked(ending, case.id))
    evaluation.close(ending, case, Outcome.NOT_MET, "Decided by what the team saw.", "the team")
    composing.compose(ending)
    view = view_of(session, case.reference, ending.as_of)
    assert view is not None
    assert not _secret(json.dumps(asdict(view), default=str))
    assert "fewer than 6 pupils" in view.evaluation[0]
    kept = session.scalars(sa.select(Evaluation)).one()
    assert not _secret(json.dumps(kept.figures))
    outside = session.scalars(sa.select(Message).where(~Message.recipient.contains("110001"))).all()
    assert len(outside) > 3
    assert not [one.template for one in outside if _secret(json.dumps(one.context, default=str))]


def test_published_figures_that_give_few_pupils_away(session: Session) -> None:
    urn = SCHOOLS[0]
    year = "2024-25"
    for measure, cohort, value in (
        ("ks2_rwm_exp", 30, 51.0),
        ("ks2_rwm_exp_dis", 26, 43.7),  # the other 4 could be worked out
        ("ks2_rwm_exp_other", 4, 88.8),
        ("ks2_read_exp", 5, 22.2),
    ):
        session.add(PublishedResult(urn=urn, measure=measure, year=year, cohort=cohort, value=value))
    session.flush()
    hidden = ("43.7", "88.8", "22.2")
    assert [one.measure for one in baselines(session, urn, "attainment-gap")] == []
    assert [one.measure for one in baselines(session, urn, "reading")] == []
    view = school_view(session, urn, SCHOOL_DAY)
    assert view is not None
    said = json.dumps(asdict(view), default=str)
    assert "51" in said
    assert not [one for one in hidden if one in said]
    for measure in ("ks2_rwm_exp_dis", "ks2_rwm_exp_other", "ks2_read_exp"):
        data = funnel_data(session, 838, measure)
        assert data is None or not [dot for dot in data.dots if dot.urn == urn]
    identify_area(desk_at(session, SCHOOL_DAY), 838)
    rows = [json.dumps([one.sentence, one.evidence]) for one in session.scalars(sa.select(Priority))]
    rows.append(json.dumps([asdict(one) for one in priorities(session, 838)], default=str))
    assert not [one for one in hidden for text in rows if one in text]
