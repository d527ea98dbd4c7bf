"""What a funnel plot is drawn from: every school of an area on one measure in its latest year, and what it stands
against."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.priorities import IdentificationRun, Priority
from models.results import PublishedResult, ReferenceResult
from models.schools import School
from queries.published import is_mainstream
from queries.small_parts import giving_away
from rules.measures import CATALOGUE, MeasureKind
from rules.small_numbers import SMALLEST

DRAWN = (MeasureKind.PROPORTION, MeasureKind.INTERVAL)
_ENGLAND = ["england", "england-state"]
_COMPARABLE = sa.or_(
    # A progress score is measured from the national average, which is nought; all else from England's own figure.
    PublishedResult.measure.in_([code for code, one in CATALOGUE.items() if one.kind is MeasureKind.INTERVAL]),
    sa.exists().where(
        ReferenceResult.measure == PublishedResult.measure,
        ReferenceResult.year == PublishedResult.year,
        ReferenceResult.area.in_(_ENGLAND),
        ReferenceResult.value.is_not(None),
    ),
)


@dataclass(frozen=True, slots=True)
class Dot:
    """One school. `error` is half the width of DfE's 95% interval, where it publishes one."""

    urn: int
    name: str
    cohort: int
    value: float
    error: float | None
    is_priority: bool
    is_concern: bool


@dataclass(frozen=True, slots=True)
class FunnelData:
    """Schools that are judged with one another: special schools are in no funnel, as in no list of priorities.
    `withheld` schools have figures of fewer than 6 pupils, `unknown` ones none that is published."""

    measure: str
    name: str
    year: str
    kind: MeasureKind
    is_percent: bool
    higher_is_better: bool
    reference: float
    dots: tuple[Dot, ...]
    withheld: int
    unknown: int


def measures_with_results(session: Session, la_code: int) -> list[tuple[str, str]]:
    """The measures that a funnel plot can be drawn of: those with results of the area and something to set them
    against, as (code, name).
    """
    names = {code: one.name for code, one in CATALOGUE.items() if one.kind in DRAWN and one.theme is not None}
    known = sa.union_all(*(sa.select(sa.literal(code).label("code")) for code in names)).subquery()
    ours = sa.select(School.urn).where(School.la_code == la_code)
    any_of = sa.exists().where(  # the first result of each is enough: a quarter of a million need not be read
        PublishedResult.measure == known.c.code,
        PublishedResult.value.is_not(None),
        PublishedResult.urn.in_(ours),
        _COMPARABLE,
    )
    found = set(session.scalars(sa.select(known.c.code).where(any_of)))
    return [(code, name) for code, name in names.items() if code in found]


def funnel_data(session: Session, la_code: int, measure: str) -> FunnelData | None:
    """The latest year of a measure that can be set against England, for the schools of an area; None when there is
    nothing to draw.
    """
    definition = CATALOGUE.get(measure)
    if definition is None or definition.kind not in DRAWN:
        return None
    ours = sa.select(School.urn).where(School.la_code == la_code)
    year = session.scalar(
        sa.select(sa.func.max(PublishedResult.year)).where(
            PublishedResult.measure == measure,
            PublishedResult.value.is_not(None),
            PublishedResult.urn.in_(ours),
            _COMPARABLE,
        )
    )
    reference = _reference(session, measure, year) if year else None
    if definition.kind is MeasureKind.INTERVAL:
        reference = 0.0
    if year is None or reference is None:
        return None
    flagged = _flagged(session, la_code, definition.theme)
    dots, withheld, unknown = [], 0, 0
    rows = session.execute(
        sa.select(PublishedResult, School.name, School.type_name)
        .join(School, School.urn == PublishedResult.urn)
        .where(PublishedResult.measure == measure, PublishedResult.year == year, School.la_code == la_code)
        .order_by(School.name, School.urn)
    ).all()
    hidden = giving_away(session, [row for row, *_ in rows])
    for row, name, type_name in rows:
        if not is_mainstream(type_name):
            continue
        if row.value is None or row.cohort is None:
            unknown += 1
        elif row.cohort < SMALLEST or (row.urn, row.measure, row.year) in hidden:
            withheld += 1
        else:
            error = (row.upper - row.lower) / 2 if row.upper is not None and row.lower is not None else None
            concern = flagged.get(row.urn)
            dots.append(Dot(row.urn, name, row.cohort, row.value, error, concern is not None, bool(concern)))
    return FunnelData(
        measure=measure,
        name=definition.name,
        year=year,
        kind=definition.kind,
        is_percent=definition.unit.value == "percent",
        higher_is_better=definition.higher_is_better,
        reference=reference,
        dots=tuple(dots),
        withheld=withheld,
        unknown=unknown,
    )


def _reference(session: Session, measure: str, year: str) -> float | None:
    rows = dict(
        session.execute(
            sa.select(ReferenceResult.area, ReferenceResult.value).where(
                ReferenceResult.measure == measure,
                ReferenceResult.year == year,
                ReferenceResult.area.in_(_ENGLAND),
            )
        )
        .tuples()
        .all()
    )
    return rows.get("england-state", rows.get("england"))


def _flagged(session: Session, la_code: int, theme: str | None) -> dict[int, bool]:
    """The schools that the last identification made a priority for a theme; whether each is a cause for concern."""
    last = sa.select(sa.func.max(IdentificationRun.id)).where(IdentificationRun.la_code == la_code).scalar_subquery()
    rows = session.execute(
        sa.select(Priority.urn, Priority.is_concern).where(
            Priority.run_id == last, Priority.theme == theme, Priority.urn.is_not(None), Priority.level != "watch"
        )
    )
    return {urn: concern for urn, concern in rows if urn is not None}
