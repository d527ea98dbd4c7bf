"""Rate limits: how many e-mails a minute, over all and to any one domain.

A bucket that fills steadily and holds ten seconds' worth: no burst after a pause is longer than that. All that is kept
of one is the instant at which it will be full again, which fits a row that every worker reads and writes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

SECONDS_HELD = 10
LOOKED_AT_AGAIN = timedelta(minutes=10)
"""What waits for its turn is looked at again after this at the latest: the limits may be others by then."""

ALL = "*"
"""The name of the bucket that every e-mail comes out of."""


@dataclass(frozen=True, slots=True)
class Limits:
    """E-mails a minute; 0 is no limit."""

    per_minute: int = 0
    per_minute_per_domain: int = 0

    def __bool__(self) -> bool:
        return bool(self.per_minute or self.per_minute_per_domain)

    def names(self, recipient: str) -> list[str]:
        """The buckets that an e-mail to this address comes out of."""
        domain = recipient.rpartition("@")[2].lower()
        return [ALL] * bool(self.per_minute) + [domain] * bool(self.per_minute_per_domain)

    def bucket(self, name: str, full_at: datetime, now: datetime) -> "Bucket":
        """A bucket as it stands. Never emptier than empty: a clock that went wrong once stops no mail for long."""
        rate = self.per_minute if name == ALL else self.per_minute_per_domain
        every, size = timedelta(minutes=1) / rate, max(1, rate * SECONDS_HELD // 60)
        return Bucket(every, size, min(max(full_at, now), now + size * every))


@dataclass(slots=True)
class Bucket:
    """One e-mail more every so often, up to `size`."""

    every: timedelta
    size: int
    full_at: datetime

    @property
    def next_at(self) -> datetime:
        """From when one more may go."""
        return self.full_at - (self.size - 1) * self.every

    def take(self) -> None:
        """One goes."""
        self.full_at += self.every


def share_out(
    recipients: Mapping[int, str],
    limits: Limits,
    buckets: Mapping[str, Bucket],
    promised: dict[str, datetime],
    now: datetime,
) -> dict[int, datetime]:
    """Take what may go now out of its buckets; for each of the others, when it is worth looking at it again.

    That is no place in a queue, and nothing is taken for it: whoever comes first when the time has come goes.
    `promised` is the last such time by bucket, so that a thousand do not all come back for the same one place.
    """
    waits: dict[int, datetime] = {}
    for number, recipient in recipients.items():
        names = limits.names(recipient)
        if full := [name for name in names if buckets[name].next_at > now]:
            waits[number] = max(_promise(name, buckets[name], promised, now) for name in full)
        else:
            for name in names:
                buckets[name].take()
    return waits


def _promise(name: str, bucket: Bucket, promised: dict[str, datetime], now: datetime) -> datetime:
    after = promised[name] + bucket.every if name in promised else bucket.next_at
    promised[name] = min(max(bucket.next_at, after), now + LOOKED_AT_AGAIN)
    return promised[name]
