"""Identifying the priorities of areas, each in one transaction."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from prefect import task
from prefect.cache_policies import NO_CACHE

from casework import composing, identifying
from models.priorities import Priority
from tasks.batch import at_a_desk

AREAS = 4
"""Areas of one task: a nation of 24,000 schools is then some ten task runs."""


@dataclass(frozen=True, slots=True)
class Identified:
    """The run kept, how many schools were judged, how many findings it holds, whether it was new."""

    run_id: int
    schools: int
    findings: int
    area_wide: int


@task(name="identify-areas", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=5)
def identify_areas(la_codes: list[int], as_of: date) -> list[Identified]:
    """Judge the schools of each area, in a transaction of its own; open a case for each new finding."""
    return [_identify(la_code, as_of) for la_code in la_codes]


def _identify(la_code: int, as_of: date) -> Identified:
    with at_a_desk(as_of) as desk:
        run = identifying.identify_area(desk, la_code)
        wide = desk.session.scalar(
            sa.select(sa.func.count()).where(Priority.run_id == run.id, Priority.scope == "area")
        )
        composing.compose(desk)
        return Identified(run.id, run.schools, run.findings, wide or 0)
