"""Asking the database what is due on or before a day."""

from collections.abc import Callable, Sequence
from datetime import date

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlalchemy.orm import Session

from config.database import reading_scope
from queries import due
from queries.due import Part

_QUERIES: dict[str, Callable[[Session, date, Part], Sequence[int]]] = {
    "rounds": due.rounds_to_open,
    "updates": due.updates_to_chase,
    "cases": due.cases_to_advance,
    "people": due.people_to_write_to,
}


@task(name="find-due", retries=3, retry_delay_seconds=2, cache_policy=NO_CACHE)
def find_due(what: str, as_of: date, part: int = 0, of: int = 1) -> list[int]:
    """The ids due: `rounds` and `cases` are commissions, `updates` impact updates, `people` contacts.

    All of them, or those of one part of several (`queries.due.Part`).
    """
    with reading_scope() as session:
        return list(_QUERIES[what](session, as_of, Part(part, of)))
