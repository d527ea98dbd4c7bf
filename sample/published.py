"""Figures as DfE prints them: whole per cents, rounded scores, and codes where there are too few pupils."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
FEWEST = 6


def reached(rng: np.random.Generator, percent: Floats, pupils: Whole) -> Whole:
    """How many of the pupils reach what this share of them can be expected to."""
    return rng.binomial(pupils, np.clip(percent, 0.5, 99.5) / 100)


def shares(part: Whole, whole: Whole, few: NDArray[np.bool_], *, digits: int = 0) -> list[str]:
    """Percentages of pupils, with SUPP where there are `few`."""
    percent = 100 * part / np.maximum(whole, 1)
    return [
        "SUPP" if hidden else f"{value:.{digits}f}%"
        for value, hidden in zip(percent.tolist(), few.tolist(), strict=True)
    ]


def scores(
    rng: np.random.Generator, level: Floats, sd: float, pupils: Whole, few: NDArray[np.bool_], digits: int
) -> list[str]:
    """Means over pupils whose own scores spread by `sd`, with SUPP where there are `few`."""
    means = level + rng.standard_normal(level.size) * sd / np.sqrt(np.maximum(pupils, 1))
    return [
        "SUPP" if hidden else plain(value, digits) for value, hidden in zip(means.tolist(), few.tolist(), strict=True)
    ]


def with_intervals(
    rng: np.random.Generator, level: Floats, sd: float, pupils: Whole, codes: Sequence[str], digits: int
) -> tuple[list[str], list[str], list[str]]:
    """Progress scores with the lower and upper limits that DfE puts around them; `codes` stand where one is given."""
    error = sd / np.sqrt(np.maximum(pupils, 1))
    means = level + rng.standard_normal(level.size) * error
    columns: tuple[list[str], list[str], list[str]] = ([], [], [])
    for value, half, code in zip(means.tolist(), (1.96 * error).tolist(), codes, strict=True):
        for column, number in zip(columns, (value, value - half, value + half), strict=True):
            column.append(code or plain(number, digits))
    return columns


def plain(value: float, digits: int) -> str:
    """A number without needless noughts, never a negative nought."""
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
