"""The steps of a day, each on a batch of ids: every case is read again, under lock, before it is acted on."""

from dataclasses import replace
from datetime import date

import sqlalchemy as sa
from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlalchemy.orm import joinedload

from casework import chasing, composing, deadlines, delivery_problems, leavers, rounds
from casework.desk import Desk
from casework.foreseen import foresee
from casework.lifecycle import locked
from config.fail_points import reached
from models.commissions import Commission
from models.rounds import ImpactUpdate
from models.schools import School
from tasks.batch import BatchOutcome, at_a_desk, each


@task(name="open-rounds", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=2)
def open_rounds(commission_ids: list[int], as_of: date) -> BatchOutcome:
    """Open the due round of each case."""
    with at_a_desk(as_of) as desk:
        _prepare(desk, commission_ids)
        return each(desk, commission_ids, lambda d, one: bool(rounds.open_round(d, locked(d, one))))


@task(name="chase-updates", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=2)
def chase_updates(update_ids: list[int], as_of: date) -> BatchOutcome:
    """Carry out the ladder for each update."""
    with at_a_desk(as_of) as desk:
        updates = {
            update.id: update
            for update in desk.session.scalars(
                sa.select(ImpactUpdate)
                .where(ImpactUpdate.id.in_(update_ids))
                .options(
                    joinedload(ImpactUpdate.commission).joinedload(Commission.school).load_only(School.name),
                    joinedload(ImpactUpdate.round),
                )
                .order_by(ImpactUpdate.id)
                .with_for_update(of=ImpactUpdate)
            )
        }
        commissions = [update.commission for update in updates.values()]
        desk.calendars.prepare([c.urn for c in commissions])
        to = chasing.recipients(desk, commissions)
        desk.foreseen = foresee(desk.session, updates)
        with desk.session.no_autoflush:  # nothing that the plain ones ask for depends on what they have written
            plain = [number for number, update in updates.items() if chasing.only_writes(desk, update, to)]
            done = sum(chasing.chase(desk, updates[number], to) for number in plain)
        rest = each(desk, sorted(updates.keys() - set(plain)), lambda d, one: chasing.chase(d, updates[one], to))
        outcome = replace(rest, seen=len(updates), changed=done + rest.changed)
        reached("chased")
    reached("chases-kept")
    return outcome


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


@task(name="compose-messages", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=2)
def compose_messages(contact_ids: list[int], as_of: date) -> BatchOutcome:
    """Make each person's one e-mail of the day out of what they are to be told."""
    with at_a_desk(as_of) as desk:
        made = composing.compose(desk, contact_ids)
        outcome = BatchOutcome(len(contact_ids), made, tuple(desk.failed_checks))
        reached("composed")
    reached("messages-kept")
    return outcome


def _prepare(desk: Desk, commission_ids: list[int]) -> None:
    urns = desk.session.scalars(sa.select(Commission.urn).where(Commission.id.in_(commission_ids)))
    desk.calendars.prepare(list(urns))
