"""The only clock. Rules are told the time; commands and flows ask here, once, and hand it on."""

from datetime import UTC, date, datetime, time

from config.settings import settings


def now() -> datetime:
    """This instant, aware and in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Today where the schools are: at 00:30 in a British summer it is already tomorrow, UTC notwithstanding.

    A demo that has been played stands still on the day that `SIB_TODAY` names.
    """
    return settings().today or local(now()).date()


def local(instant: datetime) -> datetime:
    """An instant as a clock on the wall of a school shows it."""
    return instant.astimezone(settings().timezone)


def at(day: date, wall: time) -> datetime:
    """The instant, in UTC, when a clock on the wall shows this time on this day."""
    return datetime.combine(day, wall, tzinfo=settings().timezone).astimezone(UTC)
