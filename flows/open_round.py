"""Open the half term's round: by itself when a half term begins; the daily tick opens what a missed run left."""

from datetime import date

from prefect import flow

from flows.hooks import on_trouble
from flows.steps import day_of_run, run
from tasks.batch import chunks, together
from tasks.case_steps import open_rounds
from tasks.due import find_due
from tasks.reports import keep_report, raise_failed
from tasks.round_steps import compose_messages


@flow(name="open-round", on_failure=[on_trouble], on_crashed=[on_trouble])
async def open_round(as_of: date | None = None) -> dict[str, int]:
    """Open the due round of every active case, and make the e-mails that follow."""
    day = day_of_run(as_of)
    due = run(find_due, "rounds", day)
    outcome = together([run(open_rounds, batch, day) for batch in chunks(due)])
    composed = together([run(compose_messages, batch, day) for batch in chunks(run(find_due, "people", day))])
    facts = {"due": outcome.seen, "opened": outcome.changed, "messages": composed.changed}
    failed = [*outcome.failed_checks, *composed.failed_checks]
    run(keep_report, "open-round", day, facts, failed)
    raise_failed(failed)
    return facts
