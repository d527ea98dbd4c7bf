"""When a message that could not be delivered is tried again: growing waits with a jitter that is the message's own."""

from datetime import datetime, timedelta
from zlib import crc32

FIRST = timedelta(minutes=2)
LONGEST = timedelta(hours=4)
MOST_ATTEMPTS = 12  # about a day of trying


def next_attempt(now: datetime, attempts: int, message_id: int) -> datetime | None:
    """The instant of the next try after `attempts` tries, or None when it has been tried often enough.

    The wait doubles from two minutes to four hours; up to a quarter is added, by the message's number, so that a
    thousand messages that failed together do not come back together.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    doublings = max(attempts, 1) - 1
    wait = min(FIRST * (1 << doublings), LONGEST)
    return now + wait + wait * (crc32(f"{message_id}:{attempts}".encode()) % 250) / 1000
