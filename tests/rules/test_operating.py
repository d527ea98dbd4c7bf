"""When a daily flow counts as missed."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rules.operating import EVERY_WEEKDAY, last_weekday, missed

LONDON = ZoneInfo("Europe/London")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("ran", "now", "late"),
    [
        ("2026-11-24 07:31", "2026-11-24 09:05", False),  # a Tuesday, run today
        ("2026-11-23 07:31", "2026-11-24 09:05", True),  # yesterday's run is not today's
        ("2026-11-23 07:31", "2026-11-24 08:59", False),  # but nothing is missed before nine
        ("2026-11-20 07:31", "2026-11-22 12:00", False),  # on a Sunday, Friday's is the last
        ("2026-11-19 07:31", "2026-11-22 12:00", True),
        ("2026-11-20 07:31", "2026-11-23 08:00", False),  # on Monday morning too
        ("2026-11-20 07:31", "2026-11-23 09:00", True),
        ("2026-03-27 07:31", "2026-03-29 09:30", False),  # the night the clocks go forward
    ],
)
def test_missed(ran: str, now: str, late: bool) -> None:
    assert missed(dict.fromkeys(EVERY_WEEKDAY, at(ran)), at(now)) == (list(EVERY_WEEKDAY) if late else [])


def test_a_new_service_has_missed_nothing() -> None:
    assert missed({}, at("2026-11-24 12:00")) == []


def test_one_that_never_ran_beside_others_is_missed() -> None:
    assert missed({"tick": at("2026-11-24 07:31")}, at("2026-11-24 12:00")) == ["open-round", "evaluate"]


def test_the_last_weekday() -> None:
    monday = at("2026-11-23 12:00").date()
    assert [last_weekday(monday + timedelta(days=n)).weekday() for n in range(7)] == [0, 1, 2, 3, 4, 4, 4]
