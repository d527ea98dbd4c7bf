"""Reading the mailbox where bounces arrive: each mail once, and one that cannot be dealt with holds up no other."""

import itertools
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from prefect import task
from prefect.cache_policies import NO_CACHE

from casework import returned_mail
from casework.returned_mail import NotYet
from config import clock
from config.settings import settings
from mail.mailboxes import FAULTS, opened
from mail.returned import Returned, read
from models.returned_mail import ReturnKind
from rules.errors import Refused
from tasks.batch import at_a_desk

SIZE = 50
"""Mails dealt with in one transaction."""

log = logging.getLogger("sib.returned")


@dataclass(frozen=True, slots=True)
class Collected:
    """How many mails of each kind were new. `quiet_because` says why none was read."""

    read: int = 0
    known: int = 0
    kinds: tuple[tuple[str, int], ...] = ()
    quiet_because: str = ""


@task(name="collect-returned", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=30)
def collect_returned(as_of: date) -> Collected:
    """Read what is unread and do what follows from it; marked as read once that is committed.

    Raises:
        Refused: the mailbox cannot be reached; nothing is lost by it.
    """
    found = settings()
    if found.returns_url is None:
        return Collected(quiet_because="No mailbox for bounces is set (SIB_RETURNS_URL).")
    counts = dict.fromkeys(ReturnKind, 0)
    known = 0
    try:
        box = opened(found.returns_url.get_secret_value())
        unread = box.unread()
        while batch := list(itertools.islice(unread, SIZE)):
            mails = [(name, read(data, as_of)) for name, data in batch]
            done, kinds = take_all(mails, as_of)
            box.mark_read(done)
            for kind in kinds:
                counts[kind] += 1
            known += len(done) - len(kinds)
    except FAULTS as error:
        raise Refused(f"The mailbox for bounces cannot be read ({type(error).__name__}).") from error
    return Collected(sum(counts.values()), known, tuple((kind.value, count) for kind, count in counts.items() if count))


def take_all(mails: Iterable[tuple[str, Returned]], as_of: date) -> tuple[Sequence[str], list[ReturnKind]]:
    """Deal with mails in one transaction; the names of those done with, and the kinds of those that were new."""
    done: list[str] = []
    kinds: list[ReturnKind] = []
    with at_a_desk(as_of) as desk:
        keys = settings().link_keys(clock.today())
        for name, came in mails:
            try:
                with desk.session.begin_nested():
                    kind = returned_mail.take(desk, came, keys)
            except NotYet:
                continue
            except Refused:
                log.warning("a returned mail was left", extra={"key": came.key[:12]})
                continue
            done.append(name)
            if kind is not None:
                kinds.append(kind)
    return done, kinds
