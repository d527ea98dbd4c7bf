"""Doing steps one after the other on all of what is due for each, or on one part of it."""

from collections.abc import Sequence
from datetime import date

from prefect import Task

from flows.steps import run
from tasks.batch import BatchOutcome, chunks, together
from tasks.due import find_due

Step = tuple[str, Task[[list[int], date], BatchOutcome]]


def all_through(steps: Sequence[Step], as_of: date, part: int = 0, of: int = 1) -> tuple[dict[str, int], list[str]]:
    """How many were due and changed in each step, and what an operator must look at."""
    facts: dict[str, int] = {}
    failed: list[str] = []
    for name, step in steps:
        due = run(find_due, name, as_of, part, of)
        outcome: BatchOutcome = together([run(step, batch, as_of) for batch in chunks(due)])
        facts[f"{name}_due"], facts[f"{name}_changed"] = outcome.seen, outcome.changed
        failed += outcome.failed_checks
    return facts, failed
