"""Sharing a day's work out: a run of `share` for each part, on whichever workers are free."""

import asyncio
from datetime import date
from typing import Any

from prefect.deployments import run_deployment
from prefect.runtime import deployment

from config.settings import settings
from flows.day_steps import work_through
from flows.steps import run
from tasks.reports import read_report

PATIENCE = 6 * 3600.0
"""Seconds that a part may take; a part that is not done by then is done by the next tick."""


def parts() -> int:
    """In how many parts: as the settings say when this run is a deployment's, where workers are; else one."""
    wanted = settings().parts
    return wanted if wanted > 1 and deployment.id else 1  # whose run this is, is asked of Prefect's server


async def shared_out(what: str, as_of: date) -> tuple[dict[str, int], list[str]]:
    """Do the steps of `cases` or of `people`, here when there is one part, else by so many runs at once."""
    of = parts()
    if of == 1:
        return work_through(what, as_of)
    runs = await asyncio.gather(*(_one(what, as_of, part, of) for part in range(of)))
    facts: dict[str, int] = {}
    failed: list[str] = []
    for part, found in enumerate(runs):
        report = run(read_report, str(found.id))
        for name, number in report.facts.items():
            facts[name] = facts.get(name, 0) + number
        failed += report.failed_checks
        if not (found.state and found.state.is_completed()) and not report.failed_checks:
            failed.append(f"Part {part + 1} of {of} did not complete: run {found.id}.")
    return facts, failed


async def _one(what: str, as_of: date, part: int, of: int) -> Any:
    asked: Any = run_deployment(
        "share/share",
        parameters={"what": what, "as_of": as_of.isoformat(), "part": part, "of": of},
        timeout=PATIENCE,
        poll_interval=2,
    )
    return await asked
