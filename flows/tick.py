"""The daily tick: everything that a day asks for, asked of the database and so never lost with a missed run."""

from datetime import date

from prefect import Task, flow

from flows.hooks import on_trouble
from flows.steps import day_of_run, run
from tasks.batch import BatchOutcome, chunks, together
from tasks.case_steps import advance_cases, chase_updates, compose_messages, open_rounds, tell_officers
from tasks.due import find_due
from tasks.reports import keep_report, raise_failed

# The order matters: a round is opened before it is chased, and closes before its case is evaluated.
STEPS: tuple[tuple[str, Task[[list[int], date], BatchOutcome]], ...] = (
    ("rounds", open_rounds),
    ("updates", chase_updates),
    ("cases", advance_cases),
    ("people", compose_messages),
)


@flow(name="tick", on_failure=[on_trouble], on_crashed=[on_trouble], validate_parameters=True)
async def tick(as_of: date | None = None) -> dict[str, int]:
    """Open rounds, chase, advance, and make the day's e-mails: what is due on or before the day.

    Running a day twice changes nothing; after missed days one run catches up.
    """
    day = day_of_run(as_of)
    facts: dict[str, int] = {}
    failed: list[str] = []
    for what, step in STEPS:
        if what == "people":
            run(tell_officers, day)
        due = run(find_due, what, day)
        outcome: BatchOutcome = together([run(step, batch, day) for batch in chunks(due)])
        facts[f"{what}_due"], facts[f"{what}_changed"] = outcome.seen, outcome.changed
        failed += outcome.failed_checks
    run(keep_report, "tick", day, facts, failed)
    raise_failed(failed)
    return facts
