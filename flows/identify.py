"""Identify priorities from the published figures: after results day, and whenever new files have come in."""

from datetime import date

from prefect import flow

from config.settings import settings
from flows.hooks import on_trouble
from flows.steps import day_of_run, run
from tasks.identify import identify_area
from tasks.reports import keep_report


@flow(name="identify", on_failure=[on_trouble], on_crashed=[on_trouble])
async def identify(la: int | None = None, as_of: date | None = None) -> dict[str, int]:
    """Judge the schools of a local authority (the council's own unless told) and open a case for each new finding."""
    day = day_of_run(as_of)
    found = run(identify_area, la or int(settings().area), day)
    facts = {"run": found.run_id, "schools": found.schools, "findings": found.findings, "area_wide": found.area_wide}
    run(keep_report, "identify", day, facts, [])
    return facts
