"""What must have happened by when for the service to be well."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

EVERY_WEEKDAY = ("open-round", "tick", "evaluate")
BY = time(9, 0)
"""On the wall clock: the morning's flows are scheduled from 07:10 to 07:50."""


def missed(finished_at: Mapping[str, datetime], now: datetime) -> list[str]:
    """The daily flows that should have reported by now and have not. `now` and the instants are local, aware.

    Before nine o'clock, and on a Saturday or Sunday, the last weekday's are asked for. A service on which no flow has
    ever run is new, and has missed nothing.
    """
    if not finished_at:
        return []
    wanted = last_weekday(now.date() if now.time() >= BY else now.date() - timedelta(days=1))
    return [flow for flow in EVERY_WEEKDAY if flow not in finished_at or finished_at[flow].date() < wanted]


def last_weekday(day: date) -> date:
    """The day itself, or the Friday before a weekend's."""
    return day - timedelta(days=max(0, day.weekday() - 4))
