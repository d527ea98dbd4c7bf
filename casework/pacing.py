"""Rate limits that hold for all workers together: a row for all mail and one a domain, read and written in the
transaction of the claim (ADR 17)."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework.inserting import insert_of
from models.messages import MailPace
from rules.pace import Bucket, Limits, share_out

FORGOTTEN_AFTER = timedelta(days=1)


def held_back(
    session: Session, recipients: Mapping[int, str], limits: Limits, promised: dict[str, datetime], now: datetime
) -> dict[int, datetime]:
    """Count those of these messages (address by number) that may go now; of the others, when to look at them again.

    `promised` is the caller's memory of what it has told before.
    """
    if not limits or not recipients:
        return {}
    buckets = _locked(session, {name for to in recipients.values() for name in limits.names(to)}, limits, now)
    waits = share_out(recipients, limits, buckets, promised, now)
    _keep(session, buckets)
    return waits


def count(session: Session, recipient: str, limits: Limits, now: datetime) -> None:
    """Count a message that goes whatever the limits say, because somebody waits for it in front of a screen."""
    if limits:
        buckets = _locked(session, limits.names(recipient), limits, now)
        for bucket in buckets.values():
            bucket.take()
        _keep(session, buckets)


def forget(session: Session, now: datetime) -> None:
    """Let go of the rows of domains that nobody has written to for a day: their buckets are full."""
    old = sa.select(MailPace.name).where(MailPace.full_at < now - FORGOTTEN_AFTER)
    # Those that a worker is at are left: who deletes in another order than that of the names must wait for nobody.
    session.execute(sa.delete(MailPace).where(MailPace.name.in_(old.with_for_update(skip_locked=True))))


def _locked(session: Session, names: Iterable[str], limits: Limits, now: datetime) -> dict[str, Bucket]:
    """The buckets, made where there are none, each row locked until the end of the transaction.

    In the order of their names, so that no two workers wait for each other.
    """
    rows = [{"name": name, "full_at": now} for name in sorted(set(names))]
    wanted = insert_of(session, MailPace).values(rows)
    kept = session.execute(
        wanted.on_conflict_do_update(index_elements=["name"], set_={"full_at": MailPace.full_at}).returning(
            MailPace.name, MailPace.full_at
        )
    )
    return {name: limits.bucket(name, full_at, now) for name, full_at in kept}


def _keep(session: Session, buckets: Mapping[str, Bucket]) -> None:
    session.execute(
        sa.update(MailPace), [{"name": name, "full_at": bucket.full_at} for name, bucket in sorted(buckets.items())]
    )
