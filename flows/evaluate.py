"""Evaluate the cases whose support has ended: the figures worked out again while the improvement team decides."""

from datetime import date

from prefect import flow

from flows.hooks import on_trouble
from flows.steps import day_of_run, run
from tasks.batch import chunks, together
from tasks.evaluations import find_evaluating, propose_outcomes
from tasks.reports import keep_report, raise_failed


@flow(name="evaluate", on_failure=[on_trouble], on_crashed=[on_trouble])
async def evaluate(as_of: date | None = None) -> dict[str, int]:
    """Work out what the figures say of every case being evaluated; a person decides the outcome."""
    day = day_of_run(as_of)
    outcome = together([run(propose_outcomes, batch, day) for batch in chunks(run(find_evaluating))])
    facts = {"evaluating": outcome.seen, "proposed": outcome.changed}
    run(keep_report, "evaluate", day, facts, list(outcome.failed_checks))
    raise_failed(list(outcome.failed_checks))
    return facts
