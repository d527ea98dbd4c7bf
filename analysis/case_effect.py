"""The effect of one case for the programme's sums: one number in percentage points, how unsure it is, and what it
shares with other cases that were held against the same schools."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from analysis.expectation import FEWEST_COMPARATORS, expected_path, percent_forecasts
from analysis.impact import CaseMeasure
from rules.small_numbers import may_show

PathKey = tuple[str, str, str, int]
"""Measure, first and last year, and which schools the path was learnt from."""


@dataclass(frozen=True, slots=True)
class CaseEffect:
    """`points` better than expected, positive is better; `variance` of it in points squared, without what is `shared`:
    by how many points the path itself is unsure, which is common to all cases that were held against it; `measures` it
    is the mean of."""

    points: float
    variance: float
    measures: int
    shared: dict[PathKey, float] = field(default_factory=dict)


def case_effect(measures: Sequence[CaseMeasure]) -> CaseEffect | None:
    """The mean effect over a case's published percentages; None where there is none that can be compared.

    Only percentages count, so that a programme is summed in one unit, and only figures of at least 6 pupils at both
    ends: a smaller one is in no sum, so none can be worked out of a sum. The measures of a school are of the same
    pupils, so their chances are taken as one and the same. A variance learnt from few schools is widened as Student's t
    is.
    """
    points, errors, shared = [], [], dict[PathKey, float]()
    usable = [one for one in measures if _usable(one)]
    for one in usable:
        comparators, baseline_cohort, latest_cohort, latest = (
            one.comparators,
            one.baseline_cohort,
            one.latest_cohort,
            one.latest,
        )
        assert comparators is not None
        assert baseline_cohort is not None
        assert latest_cohort is not None
        assert latest is not None
        path = expected_path(comparators)
        (expected,) = percent_forecasts(path, [one.baseline], [baseline_cohort], [latest_cohort])
        better = 1.0 if one.higher_is_better else -1.0
        points.append(better * (latest - expected.value))
        wider = expected.freedom / (expected.freedom - 2) if expected.freedom > 2 else 3.0
        errors.append(float(np.sqrt((expected.variance - expected.shared) * wider)))
        first, last = one.years or ("", "")
        key = (one.code or one.name, first, last, hash(comparators.before.tobytes()))
        shared[key] = better * float(np.sqrt(expected.shared)) / len(usable)
    if not usable:
        return None
    return CaseEffect(float(np.mean(points)), float(np.mean(errors)) ** 2, len(usable), shared)


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
