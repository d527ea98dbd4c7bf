"""By how much more gaps within schools narrowed than at schools without support that began with gaps like them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.case_effect import CaseEffect, of_forecast
from analysis.evidence import Observation
from analysis.expectation import Comparators, expected_path, forecasts
from analysis.funnel import published_variance
from analysis.gap import WITHIN_SCHOOL_GAP


@dataclass(frozen=True, slots=True)
class Gap:
    """Points by which disadvantaged pupils of a school are behind its others, and the variance of that by chance."""

    points: float
    variance: float


def gaps_of(observations: Iterable[Observation]) -> dict[int, Gap]:
    """By URN, of one year's `gap_observations`."""
    return {
        one.urn: Gap(one.value, float(published_variance(one.lower, one.upper)))
        for one in observations
        if one.value is not None and one.lower is not None and one.upper is not None
    }


def narrowed_gaps(
    before: Mapping[int, Gap],
    after: Mapping[int, Gap],
    supported: Sequence[int],
    rest: Sequence[int],
    years: tuple[str, str],
) -> list[CaseEffect]:
    """Of each supported school, in order, held against one path of the rest: positive is narrower than to be expected.
    Refused with fewer than 10 to hold them against."""

    def column(gaps: Mapping[int, Gap], urns: Sequence[int], what: str) -> np.typing.NDArray[np.float64]:
        return np.array([getattr(gaps[urn], what) for urn in urns], dtype=np.float64)

    path = expected_path(
        Comparators(
            column(before, rest, "points"),
            column(after, rest, "points"),
            column(before, rest, "variance"),
            column(after, rest, "variance"),
        )
    )
    expected = forecasts(
        path,
        column(before, supported, "points"),
        column(before, supported, "variance"),
        column(after, supported, "variance"),
    )
    key = (WITHIN_SCHOOL_GAP.code, *years, 0)
    return [
        of_forecast(after[urn].points, one, key, higher_is_better=False)
        for urn, one in zip(supported, expected, strict=True)
    ]
