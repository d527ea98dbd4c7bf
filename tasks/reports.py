"""Keeping what a run did in our own database, and failing it loudly when an operator must look at something."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.runtime import flow_run

from config import clock
from config.database import reading_scope, session_scope
from models.runs import RunReport
from queries.runs import last_report


class ChecksFailed(Exception):
    """The run has done its work, and found something that an operator must look at; the work stays done."""


@task(name="keep-report", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=2)
def keep_report(flow: str, as_of: date, facts: dict[str, Any], failed_checks: list[str]) -> None:
    """Write the report of a run. Counts, ids and references only."""
    with session_scope() as session:
        session.add(
            RunReport(
                flow=flow,
                flow_run_id=flow_run.get_id(),
                as_of=as_of,
                finished_at=clock.now(),
                facts=facts,
                failed_checks=failed_checks,
            )
        )


@dataclass(frozen=True, slots=True)
class Report:
    """What a run kept: its counts, and what an operator must look at."""

    facts: dict[str, int]
    failed_checks: list[str]


@task(name="read-report", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=2)
def read_report(flow_run_id: str) -> Report:
    """The report of another run; an empty one when it kept none."""
    with reading_scope() as session:
        found = last_report(session, flow_run_id)
        return Report(dict(found.facts), list(found.failed_checks)) if found else Report({}, [])


def raise_failed(failed_checks: list[str]) -> None:
    """Raise when there is anything an operator must look at."""
    if failed_checks:
        more = f" And {len(failed_checks) - 5} more." if len(failed_checks) > 5 else ""
        raise ChecksFailed(" ".join(failed_checks[:5]) + more)
