"""Evaluate the cases whose support has ended, while the improvement team decides, and when later results have come."""

from datetime import date

from prefect import flow

from flows.hooks import on_trouble
from flows.steps import day_of_run, run
from tasks.batch import chunks, together
from tasks.evaluations import find_evaluating, find_new_results, look_again, propose_outcomes
from tasks.reports import keep_report, raise_failed


@flow(name="evaluate", on_failure=[on_trouble], on_crashed=[on_trouble])
async def evaluate(as_of: date | None = None) -> dict[str, int]:
    """Work out what the figures say of every case being evaluated; a person decides the outcome.

    A closed case is looked at again, once, whenever more results have come out; nobody is written to.
    """
    day = day_of_run(as_of)
    outcome = together([run(propose_outcomes, batch, day) for batch in chunks(run(find_evaluating))])
    again = together([run(look_again, batch, day) for batch in chunks(run(find_new_results, day))])
    facts = {
        "evaluating": outcome.seen,
        "proposed": outcome.changed,
        "new_results": again.seen,
        "evaluated_again": again.changed,
    }
    failed = [*outcome.failed_checks, *again.failed_checks]
    run(keep_report, "evaluate", day, facts, failed)
    raise_failed(failed)
    return facts
