"""Identifying the priorities of areas, each in one transaction."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from prefect import task
from prefect.cache_policies import NO_CACHE

from casework import composing, identifying
from models.priorities import Priority
from rules.errors import Refused
from rules.half_terms import CalendarExhausted
from tasks.batch import at_a_desk

AREAS = 4
"""Authorities of one task: England's hundred and fifty are some forty task runs, and one run again repeats few."""


@dataclass(frozen=True, slots=True)
class Identified:
    """The run kept, how many schools were judged, how many priorities of schools and of the whole area it holds."""

    run_id: int
    schools: int
    findings: int
    area_wide: int


@task(name="identify-areas", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=5)
def identify_areas(la_codes: list[int], as_of: date) -> tuple[list[Identified], list[str]]:
    """Judge the schools of each authority, in a transaction of its own; open a case for each new finding. What was
    identified, and which authorities could not be judged and why: one does not keep the others from it.
    """
    found, failed = [], []
    for la_code in la_codes:
        try:
            found.append(_identify(la_code, as_of))
        except (Refused, CalendarExhausted) as error:
            failed.append(f"Authority {la_code} was not judged: {str(error).removesuffix('.')}.")
    with at_a_desk(as_of) as desk:
        composing.compose(desk)
    return found, failed


def _identify(la_code: int, as_of: date) -> Identified:
    with at_a_desk(as_of) as desk:
        run = identifying.identify_area(desk, la_code)
        wide = desk.session.scalar(
            sa.select(sa.func.count()).where(Priority.run_id == run.id, Priority.scope == "area")
        )
        return Identified(run.id, run.schools, run.findings, wide or 0)
