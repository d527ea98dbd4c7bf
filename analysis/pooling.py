"""Several years of a school become one figure: the latest counts most, and a year of more pupils counts more."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pooled:
    """One row a school, in order of URN: `effect` and its variance by `chance`; `first` and `last` (exclusive) are the
    rows of the school in the table that was pooled."""

    urn: NDArray[np.int64]
    effect: Floats
    chance: Floats
    first: NDArray[np.int64]
    last: NDArray[np.int64]


def pool_years(
    urn: NDArray[np.int64], year: NDArray[np.int64], effect: Floats, chance: Floats, *, latest: int, decay: float
) -> Pooled:
    """Weighted mean of each school's years.

    Rows are ordered by URN; `year` counts upwards and `latest` is the newest of the measure, so a school without the
    newest year is weighted as old. Weight: decay to the power of the age in years, over the variance by chance (that
    is, times the pupils). A row of unknown variance (0) gets the middle weight of the others. Years are different
    pupils: their chances are independent.
    """
    schools, first = np.unique(urn, return_index=True)
    last = np.append(first[1:], urn.size)
    known = chance > 0
    middle = float(np.median(1 / chance[known])) if known.any() else 1.0
    precision = np.where(known, 1 / np.where(known, chance, 1.0), middle)
    weight = decay ** (latest - year).astype(np.float64) * precision
    total = np.add.reduceat(weight, first) if urn.size else np.zeros(0)
    pooled = np.add.reduceat(weight * effect, first) / total if urn.size else np.zeros(0)
    variance = np.add.reduceat(weight**2 * chance, first) / total**2 if urn.size else np.zeros(0)
    return Pooled(schools, pooled, variance, first.astype(np.int64), last.astype(np.int64))
