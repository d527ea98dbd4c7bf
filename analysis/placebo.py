"""The placebo test: support that nobody had must show no effect.

Low schools rise by themselves; a method that does not know it finds impact everywhere. So random sets of low schools
are treated as if they had been supported, and the method is asked for their effect again and again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from analysis.differences import difference_interval, score_difference
from analysis.expectation import (
    FEWEST_COMPARATORS,
    Comparators,
    expected_path,
    forecasts,
    mean_effect,
    percent_forecasts,
)
from rules.errors import Refused

Floats = NDArray[np.float64]
_LARGEST, _SMALLEST, _ONE_IN = 12, 3, 20


@dataclass(frozen=True, slots=True)
class SchoolPairs:
    """Schools without support, one row each, at two times: value, pupils, and variance by chance, in the measure's
    unit. For a `percent` the pupils are known."""

    before: Floats
    after: Floats
    before_cohort: Floats
    after_cohort: Floats
    before_variance: Floats
    after_variance: Floats
    percent: bool
    higher_is_better: bool

    def of(self, rows: NDArray[np.int64]) -> "SchoolPairs":
        """The same of some of the schools."""
        return SchoolPairs(
            before=self.before[rows],
            after=self.after[rows],
            before_cohort=self.before_cohort[rows],
            after_cohort=self.after_cohort[rows],
            before_variance=self.before_variance[rows],
            after_variance=self.after_variance[rows],
            percent=self.percent,
            higher_is_better=self.higher_is_better,
        )


@dataclass(frozen=True, slots=True)
class Placebo:
    """What came of `draws` sets of `set_size` of the `low` among `schools`. `false_positive_share`: of sets whose mean
    effect has a 95% interval without 0; `naive_share`: of sets whose plain change has. Means are over the sets;
    positive is better."""

    draws: int
    schools: int
    low: int
    set_size: int
    false_positive_share: float
    naive_share: float
    mean_effect: float
    naive_mean: float


def set_size(schools: int) -> int:
    """How many schools a set has: one in twenty, as a programme would support, from 3 to 12."""
    return min(_LARGEST, max(_SMALLEST, round(schools / _ONE_IN)))


def placebo(pairs: SchoolPairs, *, draws: int, seed: int, added: float = 0.0) -> Placebo:
    """Draw sets from the lowest third at the start, and evaluate each against all other schools.

    `added` raises what the drawn schools reached by so much (a known effect, to see whether it is found); 0 is the
    placebo. The same seed gives the same sets. Refused with too few schools to leave 10 comparators, or with none
    lower than another.
    """
    sign = 1.0 if pairs.higher_is_better else -1.0
    everyone = np.arange(pairs.before.size)
    low = np.flatnonzero(sign * pairs.before <= np.quantile(sign * pairs.before, 1 / 3)) if everyone.size else everyone
    size = set_size(everyone.size)
    if everyone.size - size < FEWEST_COMPARATORS or low.size < 2 * size:
        raise Refused(
            f"A placebo test needs schools with figures in both years, at least {2 * _SMALLEST} of them low and "
            f"{FEWEST_COMPARATORS} to compare with; there are {everyone.size}."
        )
    effects, changes, wrong, naive_wrong = [], [], 0, 0
    for chosen in islice(random_sets(low, size, np.random.default_rng(seed)), draws):
        rest = np.setdiff1d(everyone, chosen)
        found = _effect(pairs, chosen, rest, added)
        plain = _naive(pairs, chosen, added)
        wrong += not found[1] <= 0 <= found[2]
        naive_wrong += not plain[1] <= 0 <= plain[2]
        effects.append(found[0])
        changes.append(plain[0])
    return Placebo(
        draws,
        int(everyone.size),
        int(low.size),
        size,
        wrong / draws,
        naive_wrong / draws,
        float(np.mean(effects)),
        float(np.mean(changes)),
    )


def random_sets(low: NDArray[np.int64], size: int, draw: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Random sets of `size` schools without end: shuffled, and dealt out as long as there are enough for a set.

    Each set by itself is as random as any. But schools are drawn about equally often, so that the mean over sets is
    about them and not about who happened to be drawn more (sampling without replacement within a round; Cochran WG
    1977, Sampling Techniques, chapter 2).
    """
    while True:
        dealt = draw.permutation(low)
        for first in range(0, low.size - size + 1, size):
            yield dealt[first : first + size]


def _effect(
    pairs: SchoolPairs, chosen: NDArray[np.int64], rest: NDArray[np.int64], added: float
) -> tuple[float, float, float]:
    path = expected_path(
        Comparators(pairs.before[rest], pairs.after[rest], pairs.before_variance[rest], pairs.after_variance[rest])
    )
    start = pairs.before[chosen]
    if pairs.percent:
        expected = percent_forecasts(path, start, pairs.before_cohort[chosen], pairs.after_cohort[chosen])
    else:
        expected = forecasts(path, start, pairs.before_variance[chosen], pairs.after_variance[chosen])
    reached = pairs.after[chosen] + (added if pairs.higher_is_better else -added)
    found = mean_effect(reached.tolist(), expected, higher_is_better=pairs.higher_is_better)
    return found.difference, found.lower, found.upper


def _naive(pairs: SchoolPairs, chosen: NDArray[np.int64], added: float) -> tuple[float, float, float]:
    """Before and after, nothing else: all pupils of the set together."""
    sizes = [np.nan_to_num(one[chosen], nan=1.0) for one in (pairs.before_cohort, pairs.after_cohort)]
    before = float(np.average(pairs.before[chosen], weights=sizes[0]))
    after = float(np.average(pairs.after[chosen], weights=sizes[1]))
    after += added if pairs.higher_is_better else -added
    if pairs.percent:
        after = min(max(after, 0.0), 100.0)
        found = difference_interval(before, int(sizes[0].sum()), after, int(sizes[1].sum()))
    else:
        errors = [
            float(np.sqrt(np.sum((size / size.sum()) ** 2 * variance[chosen])))
            for size, variance in zip(sizes, (pairs.before_variance, pairs.after_variance), strict=True)
        ]
        found = score_difference(before, errors[0], after, errors[1])
    if pairs.higher_is_better:
        return found.difference, found.lower, found.upper
    return -found.difference, -found.upper, -found.lower
