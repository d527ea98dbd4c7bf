"""The steps of a day in their order, on all of what is due or on one part of it."""

from datetime import date

from flows.all_steps import Step, all_through
from tasks.case_steps import advance_cases, open_rounds
from tasks.round_steps import chase_updates, compose_messages

# The order matters: a round is opened before it is chased, and closes before its case is evaluated; people are written
# to when all of their cases have been looked at.
STEPS: dict[str, tuple[Step, ...]] = {
    "cases": (("rounds", open_rounds), ("updates", chase_updates), ("cases", advance_cases)),
    "people": (("people", compose_messages),),
}


def work_through(what: str, as_of: date, part: int = 0, of: int = 1) -> tuple[dict[str, int], list[str]]:
    """Do the steps of `cases` or of `people`: how many were due and changed, and what an operator must look at."""
    return all_through(STEPS[what], as_of, part, of)
