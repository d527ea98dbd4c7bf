"""Days and times as people write them."""

from datetime import date, time


def in_words(day: date) -> str:
    """A day as in 20 November 2026."""
    return f"{day.day} {day:%B %Y}"


def clock_time(at: time) -> str:
    """A time of day as the service manual writes it: 4pm, 4:30pm, midday."""
    if (at.hour, at.minute) == (12, 0):
        return "midday"
    minutes = f":{at.minute:02d}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes}{'am' if at.hour < 12 else 'pm'}"
