"""The difference between two cohorts with an interval that knows the size of both."""

from dataclasses import dataclass
from functools import cache
from math import sqrt

from scipy.stats import norm


@dataclass(frozen=True, slots=True)
class Difference:
    """`difference` is second less first, with the interval `lower` to `upper`, all in the unit of the measure."""

    difference: float
    lower: float
    upper: float


@cache
def _z(coverage: float) -> float:
    return float(norm.isf((1 - coverage) / 2))


def score_interval(percent: float, cohort: int, coverage: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval for one percentage of `cohort` pupils, in percent (Wilson EB 1927, JASA 22:209–212).

    ValueError for a cohort under 1 or a percentage outside 0 to 100.
    """
    if cohort < 1 or not 0 <= percent <= 100:
        raise ValueError("An interval needs a cohort of at least 1 and a percentage between 0 and 100.")
    z, share = _z(coverage), percent / 100
    middle = share + z * z / (2 * cohort)
    width = z * sqrt(share * (1 - share) / cohort + z * z / (4 * cohort * cohort))
    scale = 1 + z * z / cohort
    # At 0 and 100% the formula gives exactly 0 and 1, but for rounding.
    lower = 0.0 if share == 0 else (middle - width) / scale
    upper = 1.0 if share == 1 else (middle + width) / scale
    return 100 * lower, 100 * upper


def difference_interval(
    first: float, first_cohort: int, second: float, second_cohort: int, coverage: float = 0.95
) -> Difference:
    """Second less first percentage, in points, with Newcombe's hybrid score interval.

    Built from the score interval of each, so it holds its promise for a cohort of 4 and for 0 and 100%, never leaves
    -100 to 100 and is never of width 0. Newcombe RG (1998) Interval estimation for the difference between independent
    proportions, Statistics in Medicine 17:873–890, method 10. ValueError as `score_interval`.
    """
    l1, u1 = score_interval(first, first_cohort, coverage)
    l2, u2 = score_interval(second, second_cohort, coverage)
    change = second - first
    lower = change - sqrt((second - l2) ** 2 + (u1 - first) ** 2)
    upper = change + sqrt((u2 - second) ** 2 + (first - l1) ** 2)
    return Difference(change, max(-100.0, lower), min(100.0, upper))


def score_difference(
    first: float, first_error: float, second: float, second_error: float, coverage: float = 0.95
) -> Difference:
    """Second less first score with the standard error of each: the normal interval, in the unit of the score."""
    width = _z(coverage) * sqrt(first_error**2 + second_error**2)
    return Difference(second - first, second - first - width, second - first + width)
