"""The daily tick: everything that a day asks for, asked of the database and so never lost with a missed run."""

from datetime import date

from prefect import flow

from flows.hooks import on_trouble
from flows.sharing import shared_out
from flows.steps import day_of_run, run
from tasks.case_steps import close_links_of_leavers, tell_officers
from tasks.reports import keep_report, raise_failed


@flow(name="tick", on_failure=[on_trouble], on_crashed=[on_trouble], validate_parameters=True)
async def tick(as_of: date | None = None) -> dict[str, int]:
    """Open rounds, chase, advance, and make the day's e-mails: what is due on or before the day.

    Running a day twice changes nothing; after missed days one run catches up. With SIB_PARTS the work is shared out
    among workers by school.
    """
    day = day_of_run(as_of)
    run(close_links_of_leavers, day)
    facts, failed = await shared_out("cases", day)
    run(tell_officers, day)
    told, unwell = await shared_out("people", day)
    facts |= told
    failed += unwell
    run(keep_report, "tick", day, facts, failed)
    raise_failed(failed)
    return facts
