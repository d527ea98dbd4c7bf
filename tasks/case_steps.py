"""The steps of a day, each on a batch of ids: every case is read again, under lock, before it is acted on."""

from dataclasses import replace
from datetime import date

import sqlalchemy as sa
from prefect import task
from prefect.cache_policies import NO_CACHE

from casework import composing, deadlines, delivery_problems, leavers, rounds
from casework.desk import Desk
from casework.lifecycle import locked
from casework.rounds_together import open_together
from models.commissions import Commission
from tasks.batch import BatchOutcome, at_a_desk, each


@task(name="open-rounds", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=2)
def open_rounds(commission_ids: list[int], as_of: date) -> BatchOutcome:
    """Open the due round of each case."""
    with at_a_desk(as_of) as desk:
        opened, left = open_together(desk, commission_ids)
        rest = each(desk, left, lambda d, one: bool(rounds.open_round(d, locked(d, one))))
        return replace(rest, seen=len(commission_ids), changed=opened + rest.changed)


@task(name="advance-cases", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=2)
def advance_cases(commission_ids: list[int], as_of: date) -> BatchOutcome:
    """Do what each case's own state asks for."""
    with at_a_desk(as_of) as desk:
        _prepare(desk, commission_ids)
        return each(desk, commission_ids, lambda d, one: deadlines.advance(d, locked(d, one)))


@task(name="close-links-of-leavers", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=2)
def close_links_of_leavers(as_of: date) -> BatchOutcome:
    """Close the links of people who have left, before their successors are written to."""
    with at_a_desk(as_of) as desk:
        closed = leavers.close_links(desk)
        return BatchOutcome(closed, closed)


@task(name="tell-officers", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=2)
def tell_officers(as_of: date) -> BatchOutcome:
    """Put each new task into its officer's digest."""
    with at_a_desk(as_of) as desk:
        told = composing.tell_officers(desk) + delivery_problems.tell(desk)
        return BatchOutcome(told, told, tuple(desk.failed_checks))


def _prepare(desk: Desk, commission_ids: list[int]) -> None:
    urns = desk.session.scalars(sa.select(Commission.urn).where(Commission.id.in_(commission_ids)))
    desk.calendars.prepare(list(urns))
