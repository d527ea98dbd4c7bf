"""Counting what may be tried only so often: in the database, so that every process of the pages counts together."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework.inserting import insert_of
from models.sign_in import Attempt

KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` of a kind within a window of `within`. Windows start on the clock, so that counting is one row."""

    kind: str
    most: int
    within: timedelta

    def window(self, now: datetime) -> datetime:
        """When the window of an instant began."""
        length = int(self.within.total_seconds())
        return datetime.fromtimestamp(int(now.timestamp()) // length * length, UTC)


WRONG_LINK = Limit("wrong-link", 20, timedelta(minutes=10))
WRONG_TOKEN = Limit("wrong-api-token", 20, timedelta(minutes=10))
ASKED_FROM_HERE = Limit("sign-in-from", 30, timedelta(minutes=15))
ASKED_FOR_ADDRESS = Limit("sign-in-for", 5, timedelta(minutes=15))
OPENID = Limit("openid-from", 60, timedelta(minutes=15))


def count(session: Session, limit: Limit, who: str, *, key: bytes, now: datetime) -> bool:
    """Count one try; whether it is still within the limit."""
    wanted = (
        insert_of(session, Attempt)
        .values(kind=limit.kind, who_sha256=_hidden(who, key), window_at=limit.window(now), count=1)
        .on_conflict_do_update(index_elements=["kind", "who_sha256", "window_at"], set_={"count": Attempt.count + 1})
        .returning(Attempt.count)
    )
    tries = int(session.execute(wanted).scalar_one())
    if tries == 1:
        session.execute(sa.delete(Attempt).where(Attempt.window_at < now - KEPT))
    return tries <= limit.most


def too_many(session: Session, limit: Limit, who: str, *, key: bytes, now: datetime) -> bool:
    """Whether somebody has used up their tries of this window; counts nothing."""
    tries = session.scalar(
        sa.select(Attempt.count).where(
            Attempt.kind == limit.kind,
            Attempt.who_sha256 == _hidden(who, key),
            Attempt.window_at == limit.window(now),
        )
    )
    return (tries or 0) >= limit.most


def _hidden(who: str, key: bytes) -> str:
    """A keyed hash: an address cannot be tried out against the table without the key."""
    return hmac.new(key, b"attempt:" + who.encode(), hashlib.sha256).hexdigest()
