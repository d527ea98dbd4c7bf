"""Identifying the priorities of an area, in one transaction."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from prefect import task
from prefect.cache_policies import NO_CACHE

from casework import composing, identifying
from models.priorities import Priority
from tasks.batch import at_a_desk


@dataclass(frozen=True, slots=True)
class Identified:
    """The run kept, how many schools were judged, how many findings it holds, whether it was new."""

    run_id: int
    schools: int
    findings: int
    area_wide: int


@task(name="identify-area", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=5)
def identify_area(la_code: int, as_of: date) -> Identified:
    """Judge an area's schools; open a case for each new finding."""
    with at_a_desk(as_of) as desk:
        run = identifying.identify_area(desk, la_code)
        wide = desk.session.scalar(
            sa.select(sa.func.count()).where(Priority.run_id == run.id, Priority.scope == "area")
        )
        composing.compose(desk)
        return Identified(run.id, run.schools, run.findings, wide or 0)
