"""Gaps narrowed: disadvantaged pupils against the others of their school, before support and after, beside schools
that had none. A wide gap narrows by itself, so it is held against schools that began with one like it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy.orm import Session

from analysis.case_effect import CaseEffect
from analysis.evidence import Observation
from analysis.expectation import FEWEST_COMPARATORS
from analysis.gap import DISADVANTAGED, OTHERS, gap_observations
from analysis.gap_narrowing import Gap, gaps_of, narrowed_gaps
from casework.case_evidence import results_out_on
from queries.programme_cases import ProgrammeCase
from queries.published import area_schools, published_figures, supported_schools
from rules.small_numbers import SMALLEST

FEWEST = 3
"""Of fewer schools than this nothing is said: it would be about one of them."""


@dataclass(frozen=True, slots=True)
class SchoolGap:
    """The gap in points of one supported school in two school years (positive: disadvantaged pupils are behind).
    `narrowed`: by how much more than at schools without support that began with such a gap; `case`: the support that it
    is told of."""

    case: ProgrammeCase
    years: tuple[str, str]
    before: float
    after: float
    narrowed: CaseEffect


@dataclass(frozen=True, slots=True)
class GapChange:
    """The mean gap of supported schools as it was and as it is, before anything is held against it."""

    years: tuple[str, str]
    schools: int
    before: float
    after: float


def school_gaps(session: Session, cases: list[ProgrammeCase], as_of: date) -> list[SchoolGap]:
    """Each school once, from the last results before its first support that is over to the newest: what came later
    went on from there. Without schools that have not published both groups, each of at least 6 pupils, at both ends.

    The expected path is worked out once for all schools of the same two years, whatever they are divided by after.
    """
    last = newest_out(as_of)
    first: dict[int, ProgrammeCase] = {}
    for one in cases:
        known = first.get(one.urn)
        if one.ended and one.starts_on is not None and (known is None or _began(one) < _began(known)):
            first[one.urn] = one
    by_year: dict[str, dict[int, ProgrammeCase]] = defaultdict(dict)
    for urn, one in first.items():
        by_year[newest_out(_began(one)[0])][urn] = one
    return [
        gap for year in sorted(by_year, reverse=True) if year < last for gap in _of(session, by_year[year], year, last)
    ]


def gap_changes(gaps: list[SchoolGap]) -> tuple[GapChange, ...]:
    """By the last results before the support began, the newest first; without those of too few schools."""
    by_years: dict[tuple[str, str], list[SchoolGap]] = defaultdict(list)
    for one in gaps:
        by_years[one.years].append(one)
    return tuple(
        GapChange(
            years,
            len(found),
            float(np.mean([one.before for one in found])),
            float(np.mean([one.after for one in found])),
        )
        for years, found in sorted(by_years.items(), reverse=True)
        if len(found) >= FEWEST
    )


def newest_out(day: date) -> str:
    """The school year whose results are the newest that are out on a day."""
    start = day.year - 1 if day >= results_out_on(f"{day.year - 1}-{day.year % 100:02}") else day.year - 2
    return f"{start}-{(start + 1) % 100:02}"


def _began(one: ProgrammeCase) -> tuple[date, int]:
    assert one.starts_on is not None
    return one.starts_on, one.commission_id


def _of(session: Session, supported: dict[int, ProgrammeCase], first: str, last: str) -> list[SchoolGap]:
    before, after = (published_gaps(session, year, (first, last)) for year in (first, last))
    both = sorted(before.keys() & after.keys())
    had = supported_schools(session, set(both), results_out_on(first), results_out_on(last))
    ours = [urn for urn in both if urn in supported]
    rest = [urn for urn in both if urn not in had and urn not in supported]
    if not ours or len(rest) < FEWEST_COMPARATORS:
        return []
    narrowed = narrowed_gaps(before, after, ours, rest, (first, last))
    return [
        SchoolGap(supported[urn], (first, last), before[urn].points, after[urn].points, one)
        for urn, one in zip(ours, narrowed, strict=True)
    ]


def published_gaps(session: Session, year: str, years: tuple[str, str]) -> dict[int, Gap]:
    """The gap of each mainstream school in one of two years; without those of which a group is small."""
    urns = area_schools(session, None, years)
    seen = [
        Observation(urn, measure, year, one.value, one.cohort)
        for measure in (DISADVANTAGED, OTHERS)
        for urn, one in published_figures(session, measure, year, urns).items()
    ]
    return gaps_of(gap_observations(seen, SMALLEST))
