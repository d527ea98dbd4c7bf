"""When a message that could not be delivered is tried again: growing waits with a jitter that is the message's own."""

from datetime import datetime, timedelta
from zlib import crc32

FIRST = timedelta(minutes=2)
LONGEST = timedelta(hours=4)
FEWEST = 4
"""Tries that a message has in any case: a holiday without mail may lie inside the time that it is tried for."""


def next_attempt(
    now: datetime, attempts: int, message_id: int, *, first: datetime, at_most: timedelta
) -> datetime | None:
    """The instant of the next try after `attempts` tries, or None when it has been tried for long enough.

    The wait doubles from two minutes to four hours; up to a quarter is added, by the message's number, so that a
    thousand messages that failed together do not come back together. A message is given up when the next try would lie
    more than `at_most` after its `first`.
    """
    doublings = min(max(attempts, 1) - 1, 10)
    wait = min(FIRST * (1 << doublings), LONGEST)
    after = now + wait + wait * (crc32(f"{message_id}:{attempts}".encode()) % 250) / 1000
    if attempts >= FEWEST and after > first + at_most:
        return None
    return after
