"""The measures of a case as the analysis takes them: published figures where there are, with schools to compare."""

from dataclasses import dataclass, field
from datetime import date
from math import isnan

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from analysis.expectation import Comparators
from analysis.impact import CaseMeasure
from analysis.placebo import SchoolPairs
from casework.comparing import Floats, pairs_of_years
from models.commissions import Commission
from models.plans import Plan, PlanMeasure
from models.results import PublishedResult
from queries.evidence import predecessors
from queries.index_choice import not_searched
from queries.updates import latest_figures
from rules.measures import Unit

ENOUGH_IN_AREA = 30
"""With fewer schools of its own area to compare with, a school is compared with every school whose figures are here."""


Which = tuple[str, str, tuple[str, ...], int | None]
"""A measure, the year before, the years after, and the area."""


@dataclass(frozen=True, slots=True)
class Compared:
    """All schools' figures, a school's own place among them, and those that it is held against."""

    pairs: SchoolPairs
    own: int | None
    comparators: Comparators


@dataclass(slots=True)
class Comparisons:
    """What many cases share: the schools of one measure and two years are read once."""

    session: Session
    read: dict[Which, tuple[tuple[int, ...], frozenset[int], SchoolPairs]] = field(default_factory=dict)
    _places: dict[Which, dict[int, int]] = field(default_factory=dict)
    _shared: dict[Which, Comparators] = field(default_factory=dict)

    def of(
        self, measure: str, first: str, after: tuple[str, ...], la_code: int | None
    ) -> tuple[tuple[int, ...], frozenset[int], SchoolPairs]:
        """The schools with figures in all of these years, those of them that had support, and their figures."""
        key = (measure, first, after, la_code)
        if key not in self.read:
            self.read[key] = pairs_of_years(self.session, measure, first, after, la_code=la_code)
        return self.read[key]

    def without(self, measure: str, first: str, after: tuple[str, ...], la_code: int | None, urn: int) -> Compared:
        """A school's own place and figures among those, and whom it is held against: all without support but itself.

        Cases whose school had support are held against the very same schools, whose path is then worked out once.
        """
        key = (measure, first, after, la_code)
        urns, supported, pairs = self.enough(*key)
        if key not in self._places:
            self._places[key] = {one: place for place, one in enumerate(urns)}
        own = self._places[key].get(urn)
        if key not in self._shared:
            self._shared[key] = _held_against(pairs, [place for place, one in enumerate(urns) if one not in supported])
        if own is None or urn in supported:
            return Compared(pairs, own, self._shared[key])
        rest = [place for place, one in enumerate(urns) if one not in supported and one != urn]
        return Compared(pairs, own, _held_against(pairs, rest))

    def enough(
        self, measure: str, first: str, after: tuple[str, ...], la_code: int | None
    ) -> tuple[tuple[int, ...], frozenset[int], SchoolPairs]:
        """The same of a school's own area, or of every school when the area has too few."""
        found = self.of(measure, first, after, la_code)
        return found if len(found[0]) - len(found[1]) >= ENOUGH_IN_AREA else self.of(measure, first, after, None)


def _held_against(pairs: SchoolPairs, places: list[int]) -> Comparators:
    rest = np.array(places, dtype=np.int64)
    return Comparators(pairs.before[rest], pairs.after[rest], pairs.before_variance[rest], pairs.after_variance[rest])


def case_measures(
    comparisons: Comparisons, commission: Commission, as_of: date, *, all_years: bool = False
) -> list[CaseMeasure]:
    """Every measure of a case's plan.

    A published measure ends with the figure of the newest results that came out after the support began (`all_years`:
    with all of those taken together, which tells more from chance), and is held against schools without support over
    the same years; before those are out, with what school or provider reported last, which other schools' figures
    cannot be held against.
    """
    session = comparisons.session
    plan = session.scalars(sa.select(Plan).where(Plan.commission_id == commission.id)).one_or_none()
    if plan is None:
        return []
    return [
        _published(comparisons, commission, plan, measure, latest, as_of, all_years=all_years)
        if measure.published and measure.baseline_year
        else _reported(measure, latest)
        for measure, latest in latest_figures(session, commission.id)
    ]


def results_out_on(year: str) -> date:
    """The day from which the results of a school year count as out: the end of its August."""
    return date(int(year[:4]) + 1, 8, 31)


def _reported(
    measure: PlanMeasure, latest: tuple[float, int | None] | None, *, awaited: str | None = None
) -> CaseMeasure:
    return CaseMeasure(
        name=measure.name,
        baseline=measure.baseline,
        baseline_cohort=measure.baseline_cohort,
        target=measure.target,
        latest=latest[0] if latest else None,
        latest_cohort=latest[1] if latest else None,
        percent=measure.unit == Unit.PERCENT,
        higher_is_better=measure.higher_is_better,
        code=measure.published,
        awaited=awaited,
    )


def _published(
    comparisons: Comparisons,
    commission: Commission,
    plan: Plan,
    measure: PlanMeasure,
    latest: tuple[float, int | None] | None,
    as_of: date,
    *,
    all_years: bool,
) -> CaseMeasure:
    code, first = measure.published, measure.baseline_year
    assert code is not None
    assert first is not None
    session = comparisons.session
    out = _out(session, commission.urn, code, first, plan.starts_on, as_of)
    if not out or out[-1].value is None:
        return _reported(measure, latest, awaited=_school_year(plan.ends_on))
    row = out[-1]
    after: tuple[str, ...] = (row.year,)
    if all_years and len(out) > 1:
        every = tuple(one.year for one in out)
        if commission.urn in comparisons.enough(code, first, every, commission.school.la_code)[0]:
            after = every
    held = comparisons.without(code, first, after, commission.school.la_code, commission.urn)
    pairs, own = held.pairs, held.own
    reached, pupils = row.value, row.cohort
    if own is not None and len(after) > 1:
        reached, pupils = float(pairs.after[own]), None
    errors = (
        (None, None)
        if own is None
        else (float(pairs.before_variance[own]) ** 0.5, float(pairs.after_variance[own]) ** 0.5)
    )
    return CaseMeasure(
        name=measure.name,
        baseline=measure.baseline,
        baseline_cohort=_cohort(measure.baseline_cohort, pairs.before_cohort, own),
        target=measure.target,
        latest=reached,
        latest_cohort=_cohort(pupils, pairs.after_cohort, own),
        percent=pairs.percent,
        higher_is_better=measure.higher_is_better,
        baseline_error=errors[0],
        latest_error=errors[1],
        comparators=held.comparators,
        code=code,
        years=(first, row.year),
        pooled=len(after),
    )


def _out(
    session: Session, urn: int, measure: str, baseline_year: str, starts_on: date, as_of: date
) -> list[PublishedResult]:
    """The published figures after the baseline's that came out after the support began, and by a day; one a year."""
    rows = session.scalars(
        sa.select(PublishedResult)
        .where(
            PublishedResult.urn.in_([urn, *predecessors(session, urn)]),
            not_searched(PublishedResult.measure) == measure,
            PublishedResult.year > baseline_year,
            PublishedResult.value.is_not(None),
        )
        .order_by(PublishedResult.year.desc(), (PublishedResult.urn == urn).desc(), PublishedResult.id)
    )
    found: dict[str, PublishedResult] = {}
    for row in rows:
        if starts_on < results_out_on(row.year) <= as_of:
            found.setdefault(row.year, row)
    return [found[year] for year in sorted(found)]


def _cohort(known: int | None, of_pairs: Floats, own: int | None) -> int | None:
    """The pupils behind a figure; for absence, whose table counts none, those on roll."""
    if known is not None or own is None or isnan(of_pairs[own]):
        return known
    return int(of_pairs[own])


def _school_year(day: date) -> str:
    start = day.year if day.month >= 9 else day.year - 1
    return f"{start}-{(start + 1) % 100:02}"
