"""Send published minutes round the school networks, once each."""

from datetime import date

from prefect import flow

from flows.hooks import on_trouble
from flows.steps import day_of_run, run
from tasks.board import circulate_published
from tasks.reports import keep_report, raise_failed


@flow(name="circulate-minutes", on_failure=[on_trouble], on_crashed=[on_trouble])
async def circulate_minutes(as_of: date | None = None) -> dict[str, int]:
    """Tell everybody on the list of minutes not sent round yet; the daily tick makes the e-mails."""
    day = day_of_run(as_of)
    outcome = run(circulate_published, day)
    facts = {"minutes": outcome.seen, "people": outcome.changed}
    run(keep_report, "circulate-minutes", day, facts, list(outcome.failed_checks))
    raise_failed(list(outcome.failed_checks))
    return facts
