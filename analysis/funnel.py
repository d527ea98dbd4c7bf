"""Funnel limits and standard errors that know the cohort: how far chance alone moves a measure.

Spiegelhalter DJ (2005) Funnel plots for comparing institutional performance. Statistics in Medicine 24:1185–1202.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import nnls
from scipy.stats import beta, binom, norm

Floats = NDArray[np.float64]

LEAST_SHARE = 1e-15
"""A smaller share is none: in cohorts of any school no count but 0 has a chance, and scipy's sums overflow there."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Lower and upper control limits, in the unit of the reference; one value a cohort asked for."""

    lower: Floats
    upper: Floats


def proportion_limits(cohort: ArrayLike, reference: ArrayLike, coverage: float = 0.95) -> Limits:
    """Exact binomial control limits for a percentage, by cohort.

    `cohort` (pupils, whole numbers of 1 or more) and `reference` (percent, 0 to 100) broadcast. With p the tail
    probability and r the smallest count with P(R <= r) >= p, the limit is interpolated between r - 1 and r,
    (r - a) / n with a = (P(R <= r) - p) / P(R = r), so that it moves smoothly with the cohort (Spiegelhalter 2005,
    A.1.1). Limits stay within 0 and 100. ValueError for a cohort under 1 or a reference outside 0 to 100.
    """
    n, share = np.broadcast_arrays(np.asarray(cohort, dtype=np.float64), np.asarray(reference, dtype=np.float64) / 100)
    if n.size and (not np.all(n >= 1) or not np.all((share >= 0) & (share <= 1))):
        raise ValueError("A funnel limit needs a cohort of at least 1 and a reference between 0 and 100%.")
    share = _told_from_none(share)
    tail = (1 - coverage) / 2
    # A cohort repeats over many schools: each pair of cohort and reference is worked out once.
    pairs, where = np.unique(np.column_stack((n.ravel(), share.ravel())), axis=0, return_inverse=True)
    lower = _interpolated_quantile(tail, pairs[:, 0], pairs[:, 1])
    upper = _interpolated_quantile(1 - tail, pairs[:, 0], pairs[:, 1])
    return Limits(lower=100 * lower[where].reshape(n.shape), upper=100 * upper[where].reshape(n.shape))


def _told_from_none(share: Floats) -> Floats:
    return np.where(share < LEAST_SHARE, 0.0, share)


def _interpolated_quantile(tail: float, n: Floats, share: Floats) -> Floats:
    r = binom.ppf(tail, n, share)
    mass = binom.pmf(r, n, share)
    over = binom.cdf(r, n, share) - tail
    back = np.divide(over, mass, out=np.zeros_like(mass), where=mass > 0)
    # A reference of 0 or 100% leaves one possible count, which is its own limit.
    back = np.where((share <= 0) | (share >= 1), 0.0, back)
    return np.asarray(np.clip((r - back) / n, 0.0, 1.0), dtype=np.float64)


def proportion_interval(count: ArrayLike, cohort: ArrayLike, coverage: float = 0.95) -> Limits:
    """Exact (Clopper–Pearson) interval in percent for `count` of `cohort` pupils; 0 and all give one-sided ends.

    Clopper C, Pearson ES (1934) Biometrika 26:404–413, by the beta distribution. ValueError unless 0 <= count <= cohort
    and cohort >= 1.
    """
    x, n = np.broadcast_arrays(np.asarray(count, dtype=np.float64), np.asarray(cohort, dtype=np.float64))
    if np.any(n < 1) or np.any(x < 0) or np.any(x > n):
        raise ValueError("An interval needs a count between 0 and a cohort of at least 1.")
    tail = (1 - coverage) / 2
    lower = np.where(x > 0, beta.ppf(tail, np.maximum(x, 1e-9), n - x + 1), 0.0)
    upper = np.where(x < n, beta.isf(tail, x + 1, np.maximum(n - x, 1e-9)), 1.0)
    return Limits(lower=100 * lower, upper=100 * upper)


def normal_limits(standard_error: ArrayLike, reference: ArrayLike, coverage: float = 0.95) -> Limits:
    """Control limits for a score with the given standard error, in the unit of the score; arrays broadcast."""
    width = norm.isf((1 - coverage) / 2) * np.asarray(standard_error, dtype=np.float64)
    centre = np.asarray(reference, dtype=np.float64)
    return Limits(lower=centre - width, upper=centre + width)


def exact_z(count: ArrayLike, cohort: ArrayLike, reference: ArrayLike) -> Floats:
    """z-score by chance alone of `count` of `cohort` pupils against a reference in percent: exact mid-p, as a normal z.

    P(R < count) + P(R = count) / 2 under the binomial, turned into the z with that lower tail (Lancaster 1961). Kept
    within -38 and 38, where the normal tail leaves floating point.
    """
    x, n = np.asarray(count, dtype=np.float64), np.asarray(cohort, dtype=np.float64)
    share = _told_from_none(np.asarray(reference, dtype=np.float64) / 100)
    half = binom.pmf(x, n, share) / 2
    lower, upper = binom.cdf(x - 1, n, share) + half, binom.sf(x, n, share) + half
    # Each tail from its own side: 1 - p would lose every figure of a small p.
    z = np.where(lower < upper, norm.ppf(lower), norm.isf(upper))
    return np.asarray(np.clip(z, -38.0, 38.0), dtype=np.float64)


def arcsine(value: ArrayLike, cohort: ArrayLike | None = None) -> Floats:
    """A percentage on the arcsine scale, where chance has the same spread at every level.

    With a cohort, Anscombe's asin(sqrt((x + 3/8) / (n + 3/4))), which keeps 0 and 100% of a small cohort finite and
    fair (Anscombe FJ 1948, Biometrika 35:246–254); without, asin(sqrt(p)).
    """
    share = np.asarray(value, dtype=np.float64) / 100
    if cohort is not None:
        n = np.asarray(cohort, dtype=np.float64)
        share = (share * n + 0.375) / (n + 0.75)
    return np.asarray(np.arcsin(np.sqrt(share)), dtype=np.float64)


def arcsine_variance(cohort: ArrayLike) -> Floats:
    """Variance by chance of `arcsine(value, cohort)`: 1 / (4n + 2) (Anscombe 1948)."""
    return np.asarray(1 / (4 * np.asarray(cohort, dtype=np.float64) + 2), dtype=np.float64)


def published_variance(lower: ArrayLike, upper: ArrayLike) -> Floats:
    """Variance by chance from a published 95% interval: (width / (2 x 1.96)) squared, as DfE builds them."""
    width = np.asarray(upper, dtype=np.float64) - np.asarray(lower, dtype=np.float64)
    return np.asarray((width / (2 * norm.isf(0.025))) ** 2, dtype=np.float64)


def pupil_variance(difference: ArrayLike, cohort: ArrayLike) -> float:
    """Variance between PUPILS of a mean published without an interval, learnt from how schools scatter by cohort.

    `difference` (value less reference) and `cohort`, one each a school. A school's squared difference from the middle
    is, on average, (variance between schools) + (variance between pupils) / n: fitted without negative parts, weighted
    for the scatter of squares, each square held at the normal's 80% (corrected for it) so that a few extreme schools
    do not set it. The variance of one mean is the result divided by its cohort. 0 with fewer than 10 schools.
    """
    d, n = np.asarray(difference, dtype=np.float64), np.asarray(cohort, dtype=np.float64)
    if d.size < 10 or np.ptp(n) == 0:
        return 0.0
    squares = (d - np.median(d)) ** 2
    fitted = np.full(d.shape, np.median(squares) / 0.4549)
    parts = np.zeros(2)
    if not np.any(fitted > 0):
        return 0.0
    for _ in range(8):
        held = np.minimum(squares, 1.6424 * fitted) / 0.67865
        design = np.column_stack((np.ones_like(n), 1 / n))
        parts, _residual = nnls(design / fitted[:, None], held / fitted)
        fitted = np.maximum(design @ parts, 1e-12)
    return float(parts[1])
