"""A figure as people read it, and as they type it."""

MINUS = "−"
"""The sign itself: a hyphen is shorter, stands lower, and a line may end after it."""


def figure(value: float, unit: str) -> str:
    """A figure with its unit (`percent`, or none that is said) and a true minus sign: 58.5%, −5.1."""
    return f"{value:g}{'%' if unit == 'percent' else ''}".replace("-", MINUS)


def signed(points: float) -> str:
    """A difference in points, with its sign and one decimal: +4.3, −0.5."""
    return f"{points:+.1f}".replace("-", MINUS)


def typed(text: str) -> str:
    """What somebody typed for a figure, as a number is written: without the unit, and with a minus that was copied."""
    return text.strip().removesuffix("%").strip().replace(MINUS, "-")
