"""Schools without support at two times: what a case, and the programme, is compared with."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from analysis import funnel
from analysis.expectation import percent_variance
from analysis.placebo import SchoolPairs
from queries.published import (
    PublishedFigure,
    area_schools,
    published_figures,
    single_predecessors,
    supported_schools,
)
from rules.errors import Refused
from rules.measures import CATALOGUE, MeasureKind
from rules.small_numbers import SMALLEST

Floats = NDArray[np.float64]


def unsupported_pairs(
    session: Session, measure: str, first: str, last: str, *, la_code: int | None
) -> tuple[tuple[int, ...], SchoolPairs]:
    """`pairs_of_years` without the schools that had support."""
    urns, supported, pairs = pairs_of_years(session, measure, first, (last,), la_code=la_code)
    rest = [place for place, urn in enumerate(urns) if urn not in supported]
    return tuple(urns[place] for place in rest), pairs.of(np.array(rest, dtype=np.int64))


def pairs_of_years(
    session: Session, measure: str, first: str, after: Sequence[str], *, la_code: int | None
) -> tuple[tuple[int, ...], frozenset[int], SchoolPairs]:
    """Mainstream schools of an area (of all areas where `la_code` is None) with figures in a school year and in those
    `after` it, in order, which are taken together; in order of URN; those of them that had support on some day between;
    and their figures.

    A converted school keeps its figures under its single predecessor's URN. Cohorts under 6 are left out: they are
    nobody's to show, and say nothing. Percentages without a number of pupils are left out too.

    Raises:
        Refused: a measure that nobody publishes, or the years are the wrong way round.
    """
    definition = CATALOGUE.get(measure)
    if definition is None or definition.kind is MeasureKind.COUNT:
        raise Refused(f"{measure} is not a published measure of schools that can be compared.")
    if first >= after[0]:
        raise Refused(f"The first year ({first}) must come before the last ({after[0]}).")
    ours = area_schools(session, la_code, (first, *after))
    heirs = single_predecessors(session, ours)
    everyone = ours | set(heirs)
    before, *years = (
        _usable(_under_todays_urn(published_figures(session, measure, year, everyone), heirs), definition.kind)
        for year in (first, *after)
    )
    since = _together(years)
    urns = tuple(sorted(before.keys() & since.keys()))
    supported = supported_schools(session, set(urns), *_between(first, after[-1]))
    return (
        urns,
        supported,
        _pairs(
            [before[urn] for urn in urns],
            [since[urn] for urn in urns],
            definition.kind,
            higher_is_better=definition.higher_is_better,
        ),
    )


def _between(first: str, last: str) -> tuple[date, date]:
    """From the summer of the first year's results to that of the last one's."""
    return date(int(first[:4]) + 1, 6, 1), date(int(last[:4]) + 1, 7, 31)


def _under_todays_urn(figures: Mapping[int, PublishedFigure], heirs: Mapping[int, int]) -> dict[int, PublishedFigure]:
    own = {urn: one for urn, one in figures.items() if urn not in heirs}
    return {**{heirs[urn]: one for urn, one in figures.items() if urn in heirs}, **own}


def _usable(figures: Mapping[int, PublishedFigure], kind: MeasureKind) -> dict[int, PublishedFigure]:
    def usable(one: PublishedFigure) -> bool:
        if one.cohort is not None and one.cohort < SMALLEST:
            return False
        if kind is MeasureKind.INTERVAL:
            return one.lower is not None and one.upper is not None
        return one.cohort is not None

    return {urn: one for urn, one in figures.items() if usable(one)}


def _together(years: Sequence[Mapping[int, PublishedFigure]]) -> Mapping[int, PublishedFigure]:
    """Several years as one figure, of the schools that have them all: the mean of all pupils, where they are known."""
    if len(years) == 1:
        return years[0]
    return {urn: _mean([year[urn] for year in years]) for urn in set.intersection(*(set(year) for year in years))}


def _mean(figures: Sequence[PublishedFigure]) -> PublishedFigure:
    cohorts = [one.cohort for one in figures if one.cohort is not None]
    weights = np.array(cohorts if len(cohorts) == len(figures) else [1] * len(figures), dtype=np.float64)
    weights /= weights.sum()
    value = float(weights @ np.array([one.value for one in figures]))
    cohort = sum(cohorts) if len(cohorts) == len(figures) else None
    widths = [(one.upper - one.lower) / 2 for one in figures if one.lower is not None and one.upper is not None]
    if len(widths) < len(figures):
        return PublishedFigure(value, cohort, None, None)
    half = float(np.sqrt(np.sum((weights * np.array(widths)) ** 2)))  # the years' chances are independent
    return PublishedFigure(value, cohort, value - half, value + half)


def _pairs(
    before: list[PublishedFigure], after: list[PublishedFigure], kind: MeasureKind, *, higher_is_better: bool
) -> SchoolPairs:
    start, start_cohort, start_variance = _columns(before, kind)
    end, end_cohort, end_variance = _columns(after, kind)
    return SchoolPairs(
        before=start,
        after=end,
        before_cohort=start_cohort,
        after_cohort=end_cohort,
        before_variance=start_variance,
        after_variance=end_variance,
        percent=kind is MeasureKind.PROPORTION,
        higher_is_better=higher_is_better,
    )


def _columns(figures: list[PublishedFigure], kind: MeasureKind) -> tuple[Floats, Floats, Floats]:
    """Values, cohorts (NaN where not known) and variances by chance."""
    value = np.array([one.value for one in figures], dtype=np.float64)
    cohort = np.array([np.nan if one.cohort is None else one.cohort for one in figures], dtype=np.float64)
    if kind is MeasureKind.PROPORTION:
        return value, cohort, percent_variance(value, cohort)
    if kind is MeasureKind.INTERVAL:
        limits = np.array([(one.lower, one.upper) for one in figures], dtype=np.float64).reshape(-1, 2)
        return value, cohort, funnel.published_variance(limits[:, 0], limits[:, 1])
    middle = float(np.median(value)) if value.size else 0.0
    return value, cohort, funnel.pupil_variance(value - middle, cohort) / cohort
