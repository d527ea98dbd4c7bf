"""Every night: what is kept no longer is let go of, class by class."""

from datetime import date

from prefect import flow

from flows.hooks import on_trouble
from flows.steps import day_of_run, run
from tasks.reports import keep_report
from tasks.retention import CLASSES, let_go


@flow(name="retain", on_failure=[on_trouble], on_crashed=[on_trouble])
async def retain(as_of: date | None = None) -> dict[str, int]:
    """Let go of every record whose time is over on the day. Running a day twice changes nothing."""
    day = day_of_run(as_of)
    facts = {what: run(let_go, what, day) for what in CLASSES}
    run(keep_report, "retain", day, facts, [])
    return facts
