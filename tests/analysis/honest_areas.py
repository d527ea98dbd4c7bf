"""Invented pairs of years in which nobody was supported: what the placebo test must survive."""

from dataclasses import dataclass

import numpy as np

from analysis.expectation import percent_variance
from analysis.placebo import SchoolPairs


@dataclass(frozen=True)
class Shape:
    """An area: schools, pupils a cohort (least, most), sd between schools and of a school's own year, the trend of all,
    and how much of a school's place it keeps (under 1: the poor rise and the good fall truly)."""

    schools: int = 290
    pupils: tuple[int, int] = (6, 62)
    between: float = 7.0
    own_year: float = 4.0
    trend: float = 3.0
    kept: float = 0.85
    heavy: bool = False


def invented_pairs(shape: Shape, seed: int) -> SchoolPairs:
    """Two years of published, rounded percentages of such an area."""
    draw = np.random.default_rng(seed)
    n = shape.schools
    usual = draw.integers(*shape.pupils, n)
    level = draw.standard_t(3, n) / np.sqrt(3) if shape.heavy else draw.normal(size=n)
    level = shape.between * level
    years = []
    for true in (62 + level, 62 + shape.trend + shape.kept * level):
        cohort = np.maximum(usual + draw.integers(-3, 4, n), 6)
        share = np.clip(true + draw.normal(0, shape.own_year, n), 3, 99) / 100
        years.append((np.round(100 * draw.binomial(cohort, share) / cohort), cohort.astype(np.float64)))
    (before, first), (after, last) = years
    return SchoolPairs(
        before=before,
        after=after,
        before_cohort=first,
        after_cohort=last,
        before_variance=percent_variance(before, first),
        after_variance=percent_variance(after, last),
        percent=True,
        higher_is_better=True,
    )
