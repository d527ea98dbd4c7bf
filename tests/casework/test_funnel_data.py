"""What a funnel plot shows: the schools that are judged with one another."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.results import PublishedResult, ReferenceResult
from models.schools import School
from queries.funnel import funnel_data, measures_with_results
from tests.casework.world import SCHOOLS


def test_a_special_school_is_not_called_the_furthest_behind(session: Session) -> None:
    year, measure = "2031-32", "ks2_read_exp"
    ours = list(SCHOOLS)[:3]
    for urn, value in zip(ours, (0.0, 60.0, 70.0), strict=True):
        session.add(PublishedResult(urn=urn, measure=measure, year=year, cohort=20, value=value))
    session.add(ReferenceResult(area="england-state", measure=measure, year=year, value=75.0))
    session.execute(sa.update(School).where(School.urn == ours[0]).values(type_name="Community special school"))
    session.flush()
    la_code = session.get_one(School, ours[0]).la_code
    assert la_code is not None
    data = funnel_data(session, la_code, measure)
    assert data is not None
    assert {one.urn for one in data.dots} == set(ours[1:])
    assert (data.withheld, data.unknown) == (0, 0)


def test_a_measure_is_offered_just_when_it_can_be_drawn(session: Session) -> None:
    la_code = session.get_one(School, SCHOOLS[0]).la_code
    assert la_code is not None
    for measure in ("ks2_read_exp", "absence_persistent", "ks2_read_progress"):
        session.add(PublishedResult(urn=SCHOOLS[0], measure=measure, year="2031-32", cohort=20, value=3.0))
    session.add(ReferenceResult(area="england-state", measure="ks2_read_exp", year="2031-32", value=75.0))
    session.flush()
    offered = {code for code, _ in measures_with_results(session, la_code)}
    assert {"ks2_read_exp", "ks2_read_progress"} <= offered
    assert "absence_persistent" not in offered, "there is no figure of England to set it against"
    assert all(funnel_data(session, la_code, code) is not None for code in offered)
    assert funnel_data(session, la_code, "absence_persistent") is None
