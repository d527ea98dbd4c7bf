"""Is it getting worse? The course of each school over the years, against that of all of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, t

from analysis.dispersion import dispersion
from analysis.pooling import Pooled
from analysis.table import MeasureTable

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trends:
    """One row a school, in the order of those pooled; NaN with a single year. `slope`: change a year of the distance
    from the reference, on the scale of the test, negative is worse; `z`: how far from what schools' courses ordinarily
    are."""

    slope: Floats
    z: Floats


def trends(table: MeasureTable, pooled: Pooled, *, fewest: int) -> Trends:
    """The straight line through each school's years, every year counting the same, and its z-score.

    The distance is from each year's own reference: where the whole country falls, a school that falls with it does not
    get worse. Its variance by chance follows from those of the years; how much courses ordinarily differ beyond that is
    estimated from all schools, winsorised (`analysis.dispersion`), and added. With fewer than `fewest` schools of two
    years nothing is said.
    """
    size = pooled.urn.size
    nothing = Trends(np.full(size, np.nan), np.full(size, np.nan))
    if size == 0:
        return nothing
    years = (pooled.last - pooled.first).astype(np.float64)
    year = table.year.astype(np.float64)
    middle = np.repeat(np.add.reduceat(year, pooled.first) / years, pooled.last - pooled.first)
    away = year - middle
    spread = np.add.reduceat(away**2, pooled.first)
    several = spread > 0
    if several.sum() < fewest:
        return nothing
    safe = np.where(several, spread, 1.0)
    slope = np.add.reduceat(away * table.effect, pooled.first) / safe
    chance = np.add.reduceat(away**2 * table.chance, pooled.first) / safe**2
    ordinary = dispersion(slope[several], chance[several], fewest=fewest)
    assert ordinary is not None
    distance = (slope - ordinary.centre) / np.sqrt(chance + ordinary.tau**2 + 1e-300)
    z = np.sign(distance) * np.clip(norm.isf(np.maximum(t.sf(np.abs(distance), ordinary.freedom), 1e-300)), 0.0, None)
    return Trends(np.where(several, slope, np.nan), np.where(several, z, np.nan))
