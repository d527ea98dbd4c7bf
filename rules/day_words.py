"""Days as people write them."""

from datetime import date


def in_words(day: date) -> str:
    """A day as in 20 November 2026."""
    return f"{day.day} {day:%B %Y}"
