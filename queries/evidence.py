"""Published figures of one school for one theme, following its URN back through predecessors."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.results import PublishedResult, ReferenceResult
from models.schools import SchoolLink
from queries.small_parts import giving_away
from rules.measures import CATALOGUE, MeasureDefinition
from rules.small_numbers import may_show


@dataclass(frozen=True, slots=True)
class Baseline:
    """The latest published figure of a measure, with England's for the same year."""

    measure: str
    name: str
    unit: str
    year: str
    value: float
    cohort: int | None
    reference: float | None
    higher_is_better: bool


def baselines(session: Session, urn: int, theme: str) -> list[Baseline]:
    """The latest published figure of each measure of a theme; figures of fewer than 6 pupils, and those that would
    give one away, are left out.

    A theme that no published measure speaks to (behaviour, SEND) gives none.
    """
    wanted = {code: m for code, m in CATALOGUE.items() if m.theme == theme}
    rows = session.scalars(
        sa.select(PublishedResult)
        .where(
            PublishedResult.urn.in_([urn, *predecessors(session, urn)]),
            PublishedResult.measure.in_(list(wanted)),
            PublishedResult.value.is_not(None),
        )
        .order_by(PublishedResult.year.desc(), (PublishedResult.urn == urn).desc(), PublishedResult.id)
    ).all()
    latest: dict[str, PublishedResult] = {}
    hidden = giving_away(session, rows)
    for row in rows:
        if may_show(row.cohort) and (row.urn, row.measure, row.year) not in hidden:
            latest.setdefault(row.measure, row)
    return [_baseline(session, wanted[code], latest[code]) for code in wanted if code in latest]


def predecessors(session: Session, urn: int) -> list[int]:
    """Every URN that a school had before, nearest first; a link that leads back is followed once."""
    found: list[int] = []
    seen = {urn}
    ahead = [urn]
    while ahead:
        rows = session.execute(
            sa.select(SchoolLink.linked_urn)
            .where(SchoolLink.urn.in_(ahead), SchoolLink.link_type.ilike("%predecessor%"))
            .union(
                sa.select(SchoolLink.urn).where(
                    SchoolLink.linked_urn.in_(ahead), SchoolLink.link_type.ilike("%successor%")
                )
            )
        ).scalars()
        ahead = sorted(set(rows) - seen)
        seen.update(ahead)
        found += ahead
    return found


def _baseline(session: Session, measure: MeasureDefinition, row: PublishedResult) -> Baseline:
    references = dict(
        session.execute(
            sa.select(ReferenceResult.area, ReferenceResult.value).where(
                ReferenceResult.measure == measure.code,
                ReferenceResult.year == row.year,
                ReferenceResult.area.in_(["england", "england-state"]),
            )
        )
        .tuples()
        .all()
    )
    value = row.value if row.value is not None else 0.0
    return Baseline(
        measure=measure.code,
        name=measure.name,
        unit=measure.unit.value,
        year=row.year,
        value=value,
        cohort=row.cohort,
        reference=references.get("england-state", references.get("england")),
        higher_is_better=measure.higher_is_better,
    )
