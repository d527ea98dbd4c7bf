"""Rate limits: how many e-mails a minute, over all and to any one domain.

A bucket that fills steadily and holds ten seconds' worth: no burst after a pause is longer than that.
"""

from dataclasses import dataclass, field

SECONDS_HELD = 10.0


@dataclass(slots=True)
class Bucket:
    """What may go now, filled at `rate` a second up to `size`."""

    rate: float
    size: float
    level: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until one more may go."""
        self.level = min(self.size, self.level + (now - self.at) * self.rate)
        self.at = now
        return max(0.0, (1.0 - self.level) / self.rate)

    def take(self) -> None:
        """One goes."""
        self.level -= 1.0


@dataclass(slots=True)
class Pace:
    """Limits a minute; 0 is no limit. Times are seconds of any steady clock."""

    per_minute: int = 0
    per_minute_per_domain: int = 0
    _all: Bucket | None = None
    _domains: dict[str, Bucket] = field(default_factory=dict)

    def wait(self, recipient: str, now: float) -> float:
        """Seconds until a message to this recipient may go: 0 when it may, and then it is counted as gone."""
        buckets = self._buckets(recipient, now)
        longest = max((bucket.wait(now) for bucket in buckets), default=0.0)
        if longest == 0.0:
            for bucket in buckets:
                bucket.take()
        return longest

    def _buckets(self, recipient: str, now: float) -> list[Bucket]:
        found = []
        if self.per_minute:
            self._all = self._all or _bucket(self.per_minute, now)
            found.append(self._all)
        if self.per_minute_per_domain:
            domain = recipient.rpartition("@")[2].lower()
            found.append(self._domains.setdefault(domain, _bucket(self.per_minute_per_domain, now)))
        return found


def _bucket(per_minute: int, now: float) -> Bucket:
    rate = per_minute / 60
    size = max(1.0, rate * SECONDS_HELD)
    return Bucket(rate, size, size, now)
