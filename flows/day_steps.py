"""The steps of a day in their order, on all of what is due or on one part of it."""

from collections.abc import Sequence
from datetime import date

from prefect import Task

from flows.steps import run
from tasks.batch import BatchOutcome, chunks, together
from tasks.case_steps import advance_cases, chase_updates, compose_messages, open_rounds
from tasks.due import find_due

Step = tuple[str, Task[[list[int], date], BatchOutcome]]

# The order matters: a round is opened before it is chased, and closes before its case is evaluated; people are written
# to when all of their cases have been looked at.
STEPS: dict[str, tuple[Step, ...]] = {
    "cases": (("rounds", open_rounds), ("updates", chase_updates), ("cases", advance_cases)),
    "people": (("people", compose_messages),),
}


def work_through(what: str, as_of: date, part: int = 0, of: int = 1) -> tuple[dict[str, int], list[str]]:
    """Do the steps of `cases` or of `people`: how many were due and changed, and what an operator must look at."""
    return _through(STEPS[what], as_of, part, of)


def chase_through(as_of: date) -> tuple[dict[str, int], list[str]]:
    """The steps of a round's chase alone: open updates, then the e-mails of whom they write to."""
    return _through((STEPS["cases"][1], *STEPS["people"]), as_of, 0, 1)


def _through(steps: Sequence[Step], as_of: date, part: int, of: int) -> tuple[dict[str, int], list[str]]:
    facts: dict[str, int] = {}
    failed: list[str] = []
    for name, step in steps:
        due = run(find_due, name, as_of, part, of)
        outcome: BatchOutcome = together([run(step, batch, as_of) for batch in chunks(due)])
        facts[f"{name}_due"], facts[f"{name}_changed"] = outcome.seen, outcome.changed
        failed += outcome.failed_checks
    return facts, failed
