"""Read what came back: bounces, absences. Every quarter of an hour, at any hour: nothing is sent."""

from datetime import date

from prefect import flow

from flows.hooks import on_trouble
from flows.steps import day_of_run, run
from tasks.collect_returned import collect_returned as collect
from tasks.reports import keep_report


@flow(name="collect-returned", on_failure=[on_trouble], on_crashed=[on_trouble])
async def collect_returned(as_of: date | None = None) -> dict[str, int | str]:
    """Read the mailbox for bounces and do what follows; reading a mail twice changes nothing."""
    day = day_of_run(as_of)
    found = run(collect, day)
    facts: dict[str, int | str] = {"read": found.read, "known": found.known, "quiet_because": found.quiet_because}
    facts.update(found.kinds)
    if found.read or found.known:
        run(keep_report, "collect-returned", day, facts, [])
    return facts
