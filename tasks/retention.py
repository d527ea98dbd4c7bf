"""Letting go of what is kept no longer: a class of record, a batch a transaction."""

from datetime import date

from prefect import task
from prefect.cache_policies import NO_CACHE

from casework.retention import STEPS
from config.settings import settings
from tasks.batch import at_a_desk

CLASSES = tuple(STEPS)


@task(name="let-go", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=2)
def let_go(what: str, as_of: date) -> int:
    """Let go of a class of record whose time is over, batch by batch; how many records there were."""
    total = 0
    while True:
        with at_a_desk(as_of) as desk:
            found = STEPS[what](desk, settings().retention)
        total += found
        if not found:
            return total


def redact_person(email: str, as_of: date) -> dict[str, object]:
    """Take a person out of the records, in one transaction."""
    from dataclasses import asdict

    from casework.redaction import redact

    with at_a_desk(as_of, actor="officer") as desk:
        return asdict(redact(desk, email))
