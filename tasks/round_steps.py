"""The steps of a round's chase, each on a batch of ids.

Apart from the other steps of a day, whose arithmetic takes 80 MB to load: a worker that sends mail needs none of it.
"""

from dataclasses import replace
from datetime import date

from prefect import task
from prefect.cache_policies import NO_CACHE

from casework import chasing, composing
from config.fail_points import reached
from models.rounds import ImpactUpdate
from queries import open_updates
from tasks.batch import BatchOutcome, at_a_desk, chunks, each

HELD_AT_ONCE = 400
"""E-mails of a batch that are held before they are written: more is no faster, and takes memory."""


@task(name="chase-updates", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=2)
def chase_updates(update_ids: list[int], as_of: date) -> BatchOutcome:
    """Carry out the ladder for each update."""
    with at_a_desk(as_of) as desk:
        updates = open_updates.lock(desk.session, update_ids)
        desk.calendars.prepare([update.urn for update in updates])
        to = chasing.recipients(desk, updates)
        done, left = chasing.chase_together(desk, updates, to)
        reached("chased-together")
        rest = each(desk, left, lambda d, one: chasing.chase(d, d.session.get_one(ImpactUpdate, one), to))
        outcome = replace(rest, seen=len(updates), changed=done + rest.changed)
        reached("chased")
    reached("chases-kept")
    return outcome


@task(name="compose-messages", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=2)
def compose_messages(contact_ids: list[int], as_of: date) -> BatchOutcome:
    """Make each person's one e-mail of the day out of what they are to be told."""
    with at_a_desk(as_of) as desk:
        made = sum(len(composing.compose(desk, some)) for some in chunks(contact_ids, HELD_AT_ONCE))
        outcome = BatchOutcome(len(contact_ids), made, tuple(desk.failed_checks))
        reached("composed")
    reached("messages-kept")
    return outcome
