"""A round's chase in one run: the ladder of every open update, the day's e-mails, and their sending."""

from datetime import date

from prefect import flow

from flows.deliver import facts_of
from flows.hooks import on_trouble
from flows.round_steps import chase_through
from flows.steps import day_of_run, run
from tasks.deliver import deliver_waiting, instant_of
from tasks.reports import keep_report, raise_failed


@flow(name="chase", on_failure=[on_trouble], on_crashed=[on_trouble], validate_parameters=True)
async def chase(as_of: date | None = None) -> dict[str, int | str]:
    """Chase what is due on or before the day and send it at once, inside the hours.

    What a tick and the deliveries after it do, for an officer who does not want to wait. Twice changes nothing.
    """
    day = day_of_run(as_of)
    facts, failed = chase_through(day)
    sent = facts_of(run(deliver_waiting, instant_of(as_of)))
    run(keep_report, "chase", day, {**facts, **sent}, failed)
    raise_failed(failed)
    return {**facts, **sent}
