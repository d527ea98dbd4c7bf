"""What a funnel plot shows: the schools that are judged with one another."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.results import PublishedResult, ReferenceResult
from models.schools import School
from queries.funnel import funnel_data
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
