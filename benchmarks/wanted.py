"""What a run of the benchmarks was asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Figures = Iterator[Mapping[str, Any]]
"""What `measure` yields: one mapping a figure, each with a `name`."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Sizes (none: the benchmark's own), databases, and which of a benchmark's figures (none: all)."""

    sizes: tuple[int, ...] = ()
    databases: tuple[str, ...] = ("sqlite", "postgres")
    only: tuple[str, ...] = ()
    rounds: int = 1

    def wants(self, figure: str) -> bool:
        """Whether a figure was asked for."""
        return not self.only or figure in self.only
