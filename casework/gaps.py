"""Gaps narrowed: disadvantaged pupils against the others of their school, before support and after, beside schools
that had none. A wide gap narrows by itself, so it is held against schools that began with one like it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy.orm import Session

from analysis.differences import Difference
from analysis.evidence import Observation
from analysis.expectation import FEWEST_COMPARATORS, Comparators, expected_path, forecasts, mean_effect
from analysis.funnel import published_variance
from analysis.gap import DISADVANTAGED, OTHERS, gap_observations
from casework.case_evidence import results_out_on
from queries.programme_cases import ProgrammeCase
from queries.published import area_schools, published_figures, supported_schools
from rules.small_numbers import SMALLEST

FEWEST = 3
"""Of fewer schools than this nothing is said: it would be about one of them."""


@dataclass(frozen=True, slots=True)
class GapChange:
    """The mean gap in points of supported schools in two school years (positive: disadvantaged pupils are behind), and
    `narrowed`: by how much more than at schools without support that began with such a gap."""

    years: tuple[str, str]
    schools: int
    before: float
    after: float
    narrowed: Difference


def gap_changes(session: Session, cases: list[ProgrammeCase], as_of: date) -> list[GapChange]:
    """By the last results before the support of ended cases began, the newest first; without those of which too few
    schools have published both groups, each of at least 6 pupils, before and after."""
    last = newest_out(as_of)
    schools: dict[str, set[int]] = defaultdict(set)
    for one in cases:
        if one.ended and one.starts_on is not None:
            schools[newest_out(one.starts_on)].add(one.urn)
    found = [_change(session, first, last, schools[first]) for first in sorted(schools, reverse=True) if first < last]
    return [one for one in found if one is not None]


def newest_out(day: date) -> str:
    """The school year whose results are the newest that are out on a day."""
    start = day.year - 1 if day >= results_out_on(f"{day.year - 1}-{day.year % 100:02}") else day.year - 2
    return f"{start}-{(start + 1) % 100:02}"


def _change(session: Session, first: str, last: str, supported: set[int]) -> GapChange | None:
    before, after = (_gaps(session, year, (first, last)) for year in (first, last))
    both = sorted(before.keys() & after.keys())
    had = supported_schools(session, results_out_on(first), results_out_on(last))
    ours = [urn for urn in both if urn in supported]
    rest = [urn for urn in both if urn not in had and urn not in supported]
    if len(ours) < FEWEST or len(rest) < FEWEST_COMPARATORS:
        return None
    start, chance, end, later = (
        np.array([one[place] for one in [*(gaps[urn] for urn in (*ours, *rest))]])
        for gaps, place in ((before, 0), (before, 1), (after, 0), (after, 1))
    )
    count = len(ours)
    path = expected_path(Comparators(start[count:], end[count:], chance[count:], later[count:]))
    expected = forecasts(path, start[:count], chance[:count], later[:count])
    return GapChange(
        years=(first, last),
        schools=count,
        before=float(start[:count].mean()),
        after=float(end[:count].mean()),
        narrowed=mean_effect([float(one) for one in end[:count]], expected, higher_is_better=False),
    )


def _gaps(session: Session, year: str, years: tuple[str, str]) -> dict[int, tuple[float, float]]:
    """The gap of each mainstream school in a year, and its variance by chance."""
    urns = area_schools(session, None, years)
    seen = [
        Observation(urn, measure, year, one.value, one.cohort)
        for measure in (DISADVANTAGED, OTHERS)
        for urn, one in published_figures(session, measure, year, urns).items()
    ]
    return {
        one.urn: (one.value, float(published_variance(one.lower, one.upper)))
        for one in gap_observations(seen, SMALLEST)
        if one.value is not None and one.lower is not None and one.upper is not None
    }
