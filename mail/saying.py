"""How values are said in e-mails: days, times, amounts, figures and lists, as the templates' filters."""

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from mail.board_contexts import DeliveryLine
from mail.contexts import DigestLine, MeasureLine
from rules.day_words import clock_time, in_words
from rules.eligibility import pounds
from rules.figure_words import figure

WIDTH = 72
OUTCOMES = {"met": "met", "partly_met": "partly met", "not_met": "not met", "not_measurable": "not measurable"}
VERDICTS = {
    "improved beyond expectation": "Held against similar schools that had no support, the results improved beyond "
    "expectation.",
    "in line": "Held against similar schools that had no support, the results are in line with expectation.",
    "below": "Held against similar schools that had no support, the results are below expectation.",
    "cannot tell": "Whether the support made the difference cannot be told from these figures.",
}
TOO_FEW = "not shown, because it counts fewer than 6 pupils"


@dataclass(frozen=True, slots=True)
class MeasureShown:
    """A measure with what is said of it, and a bar of cells (kind, width in percent) where a bar says anything."""

    name: str
    said: str
    bar: tuple[tuple[str, str], ...]


def long_day(day: date) -> str:
    """As in Friday 20 November 2026."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def short_day(day: date) -> str:
    """As in Friday 20 November."""
    return f"{day:%A} {day.day} {day:%B}"


def counted(n: int, thing: str) -> str:
    """1 day, 2 days."""
    return f"{n} {thing}" if n == 1 else f"{n} {thing}s"


def sentence(text: str) -> str:
    """A text that ends as a sentence does."""
    return text if text.rstrip().endswith((".", "!", "?")) else f"{text.rstrip()}."


def in_sentence(name: str) -> str:
    """A theme's name inside a sentence: its capital goes, but SEND, English or any name of its own keeps it."""
    first = name.partition(" ")[0]
    keeps = first[1:] != first[1:].lower() or first in {"English", "French", "German", "Spanish", "Welsh", "Latin"}
    return name if keeps else name[:1].lower() + name[1:]


@lru_cache(maxsize=1024)
def wrapped(text: str) -> str:
    """A paragraph of plain text; no word is broken, so that an address stays whole.

    Most paragraphs stand in every e-mail of a round; wrapping them took a third of the rendering.
    """
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def bullet(text: str) -> str:
    """One point of a list in plain text."""
    return textwrap.fill(
        text, WIDTH, initial_indent="* ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )


def measure_lines(measures: tuple[MeasureLine, ...]) -> list[str]:
    """What a plan is to change, a line a measure."""
    said = []
    for m in measures:
        goal = f"to {figure(m.target, m.unit)} by {in_words(m.target_on)}"
        start = f"from {figure(m.baseline, m.unit)} {goal}" if m.baseline is not None else f"{goal} (today’s {TOO_FEW})"
        said.append(f"{m.name}: {start}")
    return said


def measures_so_far(measures: tuple[MeasureLine, ...]) -> list[MeasureShown]:
    """Where each measure began, what was last reported, where the plan wants it."""
    return [MeasureShown(m.name, _so_far(m), _bar(m)) for m in measures]


def digest_lines(lines: tuple[DigestLine, ...]) -> list[str]:
    """What each line of an officer's or the Chair's digest says."""
    return [": ".join(part for part in (_whose(line), line.said) if part) for line in lines]


def delivery_lines(lines: tuple[DeliveryLine, ...]) -> list[str]:
    """Who did not get what, and why."""
    return [
        f"{line.person} at {line.address}"
        + (f" ({line.reference})" if line.reference else "")
        + f": {sentence(line.said)} It was about: {sentence(line.about)}"
        for line in lines
    ]


def ink_on(colour: str) -> str:
    """White or black, whichever is easier to read on a colour as #rrggbb (WCAG 2.2, relative luminance)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return "#ffffff" if 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.179 else "#0b0c0c"


def _whose(line: DigestLine) -> str:
    if not line.school:
        return line.reference
    return f"{line.school} ({line.reference})" if line.reference else line.school


def _so_far(m: MeasureLine) -> str:
    parts = []
    if m.baseline is not None:
        parts.append(f"{figure(m.baseline, m.unit)} at the start")
    if m.latest is not None:
        parts.append(f"{figure(m.latest, m.unit)} last time")
    parts.append(f"{figure(m.target, m.unit)} planned by {in_words(m.target_on)}")
    return ", ".join(parts)


def _bar(m: MeasureLine) -> tuple[tuple[str, str], ...]:
    """What was reached, and the goal as a mark, on a scale that is the whole hundred for a percentage.

    Empty when there is nothing to show.
    """
    reached = m.latest if m.latest is not None else m.baseline
    if reached is None or min(reached, m.target) < 0:
        return ()
    most = 100.0 if m.unit == "percent" else max(reached, m.target) * 1.1
    if most <= 0:
        return ()
    at, goal = (min(round(98 * value / most), 98) for value in (reached, m.target))
    cells = [("reached", min(at, goal)), ("track", max(goal - at, 0)), ("goal", 2)]
    cells += [("reached", max(at - goal, 0)), ("track", 98 - max(at, goal))]
    return tuple((kind, f"{width}%") for kind, width in cells if width)


FILTERS: dict[str, Callable[..., Any]] = {
    "day": long_day,
    "short_day": short_day,
    "days": lambda days: [long_day(day) for day in days],
    "clock": clock_time,
    "pounds": pounds,
    "counted": counted,
    "sentence": sentence,
    "in_sentence": in_sentence,
    "outcome": OUTCOMES.__getitem__,
    "verdict": lambda said: VERDICTS.get(said, VERDICTS["cannot tell"]),
    "wrapped": wrapped,
    "bullet": bullet,
    "measure_lines": measure_lines,
    "measures_so_far": measures_so_far,
    "digest_lines": digest_lines,
    "delivery_lines": delivery_lines,
    "ink_on": ink_on,
}
