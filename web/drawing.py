"""What a chart is made of: marks at places, drawn as SVG by one template, wide for screens and narrow for phones.

Every chart carries its words (what a screen reader is told) and its figures as a table: nothing is said by a drawing
alone, and nothing by colour alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil, floor, log10
from typing import Any

INK, QUIET, GRID = "#0b0c0c", "#484949", "#b1b4b6"
BLUE, RED, GREEN, PURPLE = "#1d70b8", "#ca3535", "#0f7a52", "#54319f"


@dataclass(frozen=True, slots=True)
class Mark:
    """One element of SVG. `href` makes it a link, which then needs `title`: what the link is called."""

    tag: str
    attributes: tuple[tuple[str, str], ...]
    text: str = ""
    href: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Both:
    """One drawing for screens and one for phones."""

    wide: Drawing
    narrow: Drawing


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with what says the same: `words`, and `rows` under `headings`. `legend` is (sign, colour, meaning)."""

    name: str
    words: str
    drawn: Both
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    legend: tuple[tuple[str, str, str], ...] = ()
    has_links: bool = False


def mark(tag: str, text: str = "", *, href: str = "", title: str = "", **attributes: Any) -> Mark:
    """An element; `stroke_width` is written stroke-width, and a number with one decimal at most."""
    said = tuple((name.rstrip("_").replace("_", "-"), _said(value)) for name, value in attributes.items())
    return Mark(tag, said, text, href, title)


def _said(value: Any) -> str:
    return f"{round(value, 1):g}" if isinstance(value, float) else str(value)


@dataclass(slots=True)
class Canvas:
    """A drawing in the making, with two axes. `x_range` and `y_range` are the values at its ends."""

    width: int
    height: int
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    left: int = 60
    right: int = 24
    top: int = 20
    bottom: int = 40
    marks: list[Mark] = field(default_factory=list)

    @property
    def is_narrow(self) -> bool:
        return self.width < 500

    def x(self, value: float) -> float:
        """Where a value of the level axis lies."""
        low, high = self.x_range
        return round(self.left + (self.width - self.left - self.right) * (value - low) / ((high - low) or 1), 1)

    def y(self, value: float) -> float:
        """Where a value of the upright axis lies."""
        low, high = self.y_range
        return round(self.top + (self.height - self.top - self.bottom) * (high - value) / ((high - low) or 1), 1)

    def add(self, tag: str, text: str = "", **attributes: Any) -> None:
        """Put an element on top of the others."""
        self.marks.append(mark(tag, text, **attributes))

    def grid(self, values: Sequence[float], word: Callable[[float], str]) -> None:
        """Level lines with their values at the left."""
        for value in values:
            at = self.y(value)
            self.add("line", x1=self.left, x2=self.width - self.right, y1=at, y2=at, stroke=GRID)
            self.add("text", word(value), x=self.left - 8, y=at + 6, text_anchor="end", fill=INK)

    def below(self, places: Sequence[tuple[float, str]], *, up: int = 0) -> None:
        """Words below the level axis; the outer ones stay inside the drawing. `up` leaves room for a title of it."""
        for number, (value, text) in enumerate(places):
            anchor = "middle"
            if number == len(places) - 1 and len(places) > 1:
                anchor = "end" if self.right < 30 else "middle"
            self.add("text", text, x=self.x(value), y=self.height - 10 - up, text_anchor=anchor, fill=INK)

    def line(self, points: Sequence[tuple[float, float]], **attributes: Any) -> None:
        """A line through values."""
        places = " ".join(f"{self.x(a):g},{self.y(b):g}" for a, b in points)
        self.add("polyline", points=places, fill="none", **attributes)

    def done(self) -> Drawing:
        """The finished drawing."""
        return Drawing(self.width, self.height, tuple(self.marks))


def both(draw: Callable[[int, int], Drawing], *, height: int = 300, narrow_height: int = 260) -> Both:
    """The same drawn for a screen of 640 pixels and for a phone of 340."""
    return Both(draw(640, height), draw(340, narrow_height))


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round values from `low` to `high`, `most` at most."""
    if high <= low:
        return [low]
    raw = (high - low) / most
    power = 10 ** floor(log10(raw))
    steps = (1, 2, 2.5, 5, 10) if power >= 10 else (1, 2, 5, 10)
    step = next(power * m for m in steps if power * m >= raw * 0.999)
    first = ceil(low / step - 1e-9)
    return [round(n * step, 10) for n in range(first, floor(high / step + 1e-9) + 1)]
