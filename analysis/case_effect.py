"""The effect of one case for the programme's sums: one number in percentage points, how unsure it is, and what it
shares with other cases that were held against the same schools."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from analysis.expectation import FEWEST_COMPARATORS, Floats, Forecast, expected_path, percent_forecasts
from analysis.impact import CaseMeasure
from rules.small_numbers import may_show

PathKey = tuple[str, str, str, int]
"""Measure, first and last year, and which schools the path was learnt from."""


@dataclass(frozen=True, slots=True)
class CaseEffect:
    """`points` better than expected, positive is better; `variance` of it in points squared, without what is `shared`:
    by how many points each school that the path was learnt from makes it unsure, which is common to all cases that lean
    on that school; `measures` it is the mean of."""

    points: float
    variance: float
    measures: int
    shared: dict[PathKey, Floats] = field(default_factory=dict)


def case_effect(measures: Sequence[CaseMeasure]) -> CaseEffect | None:
    """The mean effect over a case's published percentages; None where there is none that can be compared.

    Only percentages count, so that a programme is summed in one unit, and only figures of at least 6 pupils at both
    ends: a smaller one is in no sum, so none can be worked out of a sum. The measures of a school are of the same
    pupils, so their chances are taken as one and the same.
    """
    found = []
    for one in measures:
        if _usable(one):
            assert one.comparators is not None
            assert one.baseline_cohort is not None
            assert one.latest_cohort is not None
            assert one.latest is not None
            path = expected_path(one.comparators)
            (expected,) = percent_forecasts(path, [one.baseline], [one.baseline_cohort], [one.latest_cohort])
            first, last = one.years or ("", "")
            key = (one.code or one.name, first, last, hash(one.comparators.before.tobytes()))
            found.append(of_forecast(one.latest, expected, key, higher_is_better=one.higher_is_better))
    return _together(found) if found else None


def of_forecast(latest: float, expected: Forecast, key: PathKey, *, higher_is_better: bool = True) -> CaseEffect:
    """The effect on one measure. A variance learnt from few schools is widened as Student's t is: the case's own by
    what its scatter is worth, the path's by the schools that started as near as to count."""
    better = 1.0 if higher_is_better else -1.0
    return CaseEffect(
        points=better * (latest - expected.value),
        variance=(expected.variance - expected.shared) * _wider(expected.freedom),
        measures=1,
        shared={key: better * float(np.sqrt(_wider(expected.neighbours))) * expected.leaning},
    )


def _wider(freedom: float) -> float:
    """Student's variance against the normal's; three times at most, as with three degrees of freedom."""
    return min(freedom / (freedom - 2), 3.0) if freedom > 2 else 3.0


def _together(measures: Sequence[CaseEffect]) -> CaseEffect:
    """The mean of effects on the same pupils, whose chances are one and the same."""
    shared: dict[PathKey, Floats] = {}
    for one in measures:
        shared.update({key: unsure / len(measures) for key, unsure in one.shared.items()})
    return CaseEffect(
        points=float(np.mean([one.points for one in measures])),
        variance=float(np.mean([np.sqrt(one.variance) for one in measures])) ** 2,
        measures=len(measures),
        shared=shared,
    )


def _usable(one: CaseMeasure) -> bool:
    return (
        one.percent
        and one.latest is not None
        and bool(one.baseline_cohort)
        and bool(one.latest_cohort)
        and may_show(one.baseline_cohort, one.latest_cohort)
        and one.comparators is not None
        and one.comparators.before.size >= FEWEST_COMPARATORS
    )
