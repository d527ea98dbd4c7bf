"""What would have happened anyway: the follow-up to expect of a school, learnt from schools without support.

A school chosen for being low was low partly by chance, and chance does not come back: it rises on its own. The more so
the fewer pupils it had. Empirical Bayes knows both: Efron B, Morris C (1975) JASA 70:311–319; on regression to the mean
Barnett AG, van der Pols JC, Dobson AJ (2005) International Journal of Epidemiology 34:215–220.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t

from analysis.differences import Difference
from analysis.nearness import Nearness, balanced
from analysis.outlying import outlying
from rules.errors import Refused

Floats = NDArray[np.float64]
FEWEST_COMPARATORS = 10
MOST_YEARS = 5
_LOCAL = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class Comparators:
    """Schools without support over the same time, one row each: the value before and after in the measure's unit, and
    the variance by chance of each (`percent_variance` for percentages, else the standard error squared)."""

    before: Floats
    after: Floats
    before_variance: Floats
    after_variance: Floats


@dataclass(frozen=True, slots=True)
class Course:
    """How schools without support went on: means before and after, variances BETWEEN schools (chance taken out) and
    their covariance, and the spread of the starts as they were seen."""

    before: float
    after: float
    before_between: float
    after_between: float
    together: float
    seen_before: float

    def of(self, starts: Floats, chance: Floats) -> tuple[Floats, Floats]:
        """What to expect after these starts, and the variance of what schools make of it themselves.

        An ordinary school's start is shrunk to the mean: covariance / (variance between + chance of the start). One
        truly out of the ordinary stays where it was, but for what all moved by. Each counts by how likely it is.
        """
        off = starts - self.before
        total = self.before_between + chance
        shrink = np.divide(self.together, total, out=np.zeros_like(total), where=total > 0)
        out = outlying(off, total, chance, self.seen_before)
        apart = (1 - shrink) * off
        ordinary = np.maximum(self.after_between - shrink * self.together, 0.0)
        staying = max(self.before_between + self.after_between - 2 * self.together, 0.0) + chance
        own = (1 - out) * ordinary + out * staying + out * (1 - out) * apart**2
        return self.after + shrink * off + out * apart, own


@dataclass(frozen=True, slots=True)
class Expectation:
    """The expected path: the course of schools, and the spread of the values themselves. For the schools it rests on,
    one row each: how they count for a start (`near`), and how far off the path they came, as `missed` and in units of
    the sd that the path gives them, squared (`surprise`)."""

    course: Course
    seen_sd: float
    near: Nearness
    missed: Floats
    surprise: Floats


@dataclass(frozen=True, slots=True)
class Forecast:
    """What to expect of one school after its baseline: `value` in the measure's unit; `variance` of what will be seen,
    of which `shared` comes from the schools that the path was learnt from and `chance` from the pupils of the
    follow-up; `leaning` is what each of those schools adds to the value by chance, whose squares add up to `shared`;
    `neighbours` is how many of them started as near as to count, less one, and `freedom` what its scatter is worth,
    which is learnt partly from them and partly from all."""

    value: float
    variance: float
    shared: float
    leaning: Floats = field(compare=False, repr=False)
    chance: float
    neighbours: float
    freedom: float


def percent_variance(percent: ArrayLike, cohort: ArrayLike) -> Floats:
    """Variance by chance of a percentage, in points squared, fair at 0 and 100%: p (1 - p) / n with one pupil in each
    direction added to p (Agresti A, Coull BA 1998, American Statistician 52:119–126, half their correction)."""
    n = np.asarray(cohort, dtype=np.float64)
    share = (np.asarray(percent, dtype=np.float64) / 100 * n + 1) / (n + 2)
    return np.asarray(1e4 * share * (1 - share) / n, dtype=np.float64)


@lru_cache(maxsize=4)
def expected_path(comparators: Comparators) -> Expectation:
    """Fit the path by moments: chance of different years is independent, so the covariance of the values is that of the
    schools themselves, and their variance is what is seen less chance (never below the covariance allows).

    Refused with fewer than 10 comparators: their path would be chance itself. Kept for the next case that is held
    against the very same ones: an area's cases are, and balancing them takes longer than all else.
    """
    before, after = comparators.before, comparators.after
    if before.size < FEWEST_COMPARATORS:
        raise Refused(
            f"An expected path needs at least {FEWEST_COMPARATORS} schools without support, not {before.size}."
        )
    seen = np.cov(before, after)
    first = max(float(seen[0, 0] - comparators.before_variance.mean()), 0.0)
    second = max(float(seen[1, 1] - comparators.after_variance.mean()), 0.0)
    most = float(np.sqrt(first * second))
    together = float(np.clip(seen[0, 1], 0.0, most))
    course = Course(
        before=float(before.mean()),
        after=float(after.mean()),
        before_between=first,
        after_between=second,
        together=together,
        seen_before=float(np.sqrt(seen[0, 0])),
    )
    expected, given = course.of(before, comparators.before_variance)
    missed = after - expected
    given += comparators.after_variance
    surprise = np.divide(missed**2, given, out=np.ones_like(given), where=given > 0)
    return Expectation(course, float(np.sqrt(seen[1, 1])), balanced(before), missed, surprise)


def forecast(path: Expectation, baseline: float, baseline_variance: float, after_variance: float) -> Forecast:
    """The follow-up to expect of a school with this baseline, if nothing but time and chance happens.

    To the course of such a start (`Course.of`: a small cohort is pulled further to the mean, a school truly out of the
    ordinary stays) is added by how much comparators with such a start came out off it: no county's schools lie on a
    straight line. They count by how near they started (`analysis.nearness`). The variance holds the school's own
    course and the chance of the follow-up, widened where schools with such a start scatter more than the path says, and
    what the correction itself is unsure by.
    """
    return forecasts(path, [baseline], [baseline_variance], [after_variance])[0]


def forecasts(
    path: Expectation, baselines: ArrayLike, baseline_variances: ArrayLike, after_variances: ArrayLike
) -> list[Forecast]:
    """`forecast` of several schools at once."""
    start, chance, after = (
        np.atleast_1d(np.asarray(one, dtype=np.float64)) for one in (baselines, baseline_variances, after_variances)
    )
    near = path.near.of(start)
    value, own = path.course.of(start, chance)
    value += near @ path.missed
    own += after
    # What ten or twenty schools scatter is itself a guess: it counts two fifths, the scatter of all three fifths.
    own *= np.maximum(1.0, 1 - _LOCAL + _LOCAL * (near @ path.surprise))
    leaning = near * path.missed
    shared = np.sum(leaning**2, axis=1)
    neighbours = np.maximum(1.0, 1 / np.sum(near**2, axis=1) - 1)
    return [
        Forecast(float(v), float(o + s), float(s), lean, float(c), float(n), float(n) / _LOCAL**2)
        for v, o, s, lean, c, n in zip(value, own, shared, leaning, after, neighbours, strict=True)
    ]


def percent_forecasts(
    path: Expectation, baselines: ArrayLike, baseline_cohorts: ArrayLike, after_cohorts: ArrayLike
) -> list[Forecast]:
    """`forecasts` of percentages. The chance of a follow-up is that of the level expected, not of the value seen: 0% of
    4 pupils is not certain."""
    before = percent_variance(baselines, baseline_cohorts)
    likely = [one.value for one in forecasts(path, baselines, before, np.zeros_like(before))]
    return forecasts(path, baselines, before, percent_variance(np.clip(likely, 0, 100), after_cohorts))


def effect(latest: float, expected: Forecast, *, higher_is_better: bool = True, coverage: float = 0.95) -> Difference:
    """How much better than expected, in the measure's unit: positive is better whichever direction that is."""
    return mean_effect([latest], [expected], higher_is_better=higher_is_better, coverage=coverage)


def certainty_of(better: float, expected: Forecast) -> float:
    """How likely, 0 to 1, a school that came out `better` than expected is truly better: the t distribution's share."""
    error = float(np.sqrt(expected.variance))
    if error == 0:
        return 0.5 if better == 0 else float(better > 0)
    return float(t.cdf(better / error, expected.freedom))


def years_to_tell(wanted: float, expected: Forecast, coverage: float = 0.95) -> int | None:
    """After how many MORE years of results an effect of `wanted` could be told from chance; None: not within five.

    Cohorts follow one another, so chance falls with the years taken together; a school's own course does not.
    """
    z = float(t.isf((1 - coverage) / 2, expected.freedom))
    lasting = max(expected.variance - expected.chance, 0.0)
    for years in range(1, MOST_YEARS + 1):
        if wanted >= z * float(np.sqrt(lasting + expected.chance / (years + 1))):
            return years
    return None


def mean_effect(
    latest: Sequence[float], expected: Sequence[Forecast], *, higher_is_better: bool = True, coverage: float = 0.95
) -> Difference:
    """The mean effect over several schools forecast from ONE path, each counting the same, with its interval.

    The schools' own courses and chances are independent and average out. What the path is unsure by does not: as far as
    cases lean on the same comparators it is common to them. Of several schools, Student's t has as many degrees of
    freedom as there are comparators that make up what is common, one far off the path counting for what it weighs
    (Satterthwaite FE 1946, Biometrics Bulletin 2:110–114).
    ValueError for none.
    """
    if not expected:
        raise ValueError("A mean effect needs at least one case.")
    better = np.array(latest) - np.array([one.value for one in expected])
    centre = float(better.mean()) * (1 if higher_is_better else -1)
    own = sum(one.variance - one.shared for one in expected) / len(expected) ** 2
    common = np.mean([one.leaning for one in expected], axis=0)
    shared = float(common @ common)
    freedom = expected[0].freedom if len(expected) == 1 else _made_up_by(common**2)
    width = float(t.isf((1 - coverage) / 2, freedom)) * float(np.sqrt(own + shared))
    return Difference(centre, centre - width, centre + width)


def _made_up_by(variances: Floats) -> float:
    """How many parts make up a sum of variances, at least 1: one that holds nearly all of it counts as one."""
    total = float(variances.sum())
    return max(1.0, total**2 / float(variances @ variances)) if total > 0 else float("inf")
