"""The bars that the figures are held to, and whether they hold: the table at the head of a page of figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Figure = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bar:
    """One number of the figures called `names` that must be at most, or at least, so much; the worst of them counts.

    `n`: only those of this size, where the bar names one. `over`: the number is divided by the same one of another
    figure of the same size and database.
    """

    words: str
    names: tuple[str, ...]
    column: str
    most: float | None = None
    least: float | None = None
    unit: str = ""
    n: int | None = None
    over: str = ""

    @property
    def target(self) -> str:
        """The bar in words."""
        return f"≤ {self.most:g}{self.unit}" if self.most is not None else f"≥ {self.least:g}{self.unit}"

    def found(self, figures: Sequence[Figure], database: str) -> float | None:
        """The worst number measured, None for none."""
        values = []
        for one in figures:
            is_meant = one["name"] in self.names and self.n in (None, one.get("n"))
            if is_meant and one.get("database") in (database, None) and one.get(self.column) is not None:
                beside = self._beside(one, figures) if self.over else 1.0
                values += [one[self.column] / beside] if beside else []
        return (max(values) if self.most is not None else min(values)) if values else None

    def holds(self, value: float) -> bool:
        """Whether a number keeps to it."""
        return value <= self.most if self.most is not None else value >= (self.least or 0.0)

    def _beside(self, one: Figure, figures: Sequence[Figure]) -> float | None:
        same = (self.over, one.get("n"), one.get("database"))
        return next((f[self.column] for f in figures if (f["name"], f.get("n"), f.get("database")) == same), None)


_STEPS = (
    "tick: a round's first day", "tick: nothing due", "identify", "assign", "tick: the next round opens",
    "tick: the support of one in ten ends", "evaluate: one in ten",
)  # fmt: skip
_GROWTH = tuple(f"{one}: growth" for one in _STEPS)
BARS = (
    Bar("a round's chase beside the floor with the library's e-mails", ("chase",), "per_second", least=0.9, unit=" ×",
        over="floor-library-build"),
    Bar("a round's chase beside the floor that pipelines", ("chase",), "per_second", least=0.6, unit=" ×",
        over="floor-pipelined"),
    Bar("a round's chase beside django-post_office", ("post-office",), "chase_over_it", least=1.3, unit=" ×"),
    Bar("a round's chase beside Celery", ("celery",), "chase_over_it", least=2.5, unit=" ×"),
    Bar("memory of the process that delivers", ("deliver",), "peak_mb", most=150, unit=" MB"),
    Bar("delivering by two workers instead of one", ("two-workers",), "speedup", least=1.6, unit=" ×"),
    Bar("growth of a step's processor time, the worst", _GROWTH, "of_cpu_time", most=1.05),
    Bar("growth of a step's memory, the worst", _GROWTH, "of_memory", most=0.2),
    Bar("a day with nothing due, 24,000 cases", ("tick: nothing due",), "cpu_seconds", most=2, unit=" s", n=24_000),
    Bar("schools imported, 50,000 rows of 130 columns", ("sib import schools",), "seconds", most=10, unit=" s"),
    Bar("results imported, 50,000 rows of 130 columns", ("sib import ks2",), "seconds", most=10, unit=" s"),
    Bar("memory of these", ("sib import schools", "sib import ks2"), "peak_mb", most=500, unit=" MB"),
    Bar("England judged as one area: 24,000 schools, 12 measures, 3 years", ("judge",), "seconds", most=20, unit=" s"),
    Bar("memory of that", ("judge",), "peak_mb", most=1_500, unit=" MB"),
    Bar("a page with 24,000 cases and a million messages, p95", ("page",), "p95_ms", most=150, unit=" ms"),
    Bar("sib --help", ("sib --help",), "seconds", most=0.5, unit=" s"),
    Bar("sib cases, 2,400 of them", ("sib cases",), "seconds", most=1, unit=" s", n=2_400),
)  # fmt: skip


def table(figures: Sequence[Figure]) -> list[str]:
    """Lines of a table: each bar of which something was measured, with the worst number on either database."""
    rows = []
    for bar in BARS:
        found = [bar.found(figures, database) for database in ("sqlite", "postgres")]
        if any(value is not None for value in found):
            rows.append(f"| {bar.words} | {bar.target} | " + " | ".join(_said(bar, one) for one in found) + " |")
    return ["| bar | | SQLite | PostgreSQL |", "|---|---|---|---|", *rows, ""] if rows else []


def _said(bar: Bar, value: float | None) -> str:
    if value is None:
        return ""
    shown = f"{value:,.0f}" if value >= 100 else f"{value:.2f}"
    return f"{shown}{bar.unit}" if bar.holds(value) else f"**{shown}{bar.unit}: missed**"
