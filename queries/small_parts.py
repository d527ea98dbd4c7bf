"""Figures of a part of a school's pupils that would give away the few others, beside the figure of all of them."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.results import PublishedResult
from queries.in_parts import in_parts
from rules.measures import WHOLE_OF
from rules.small_numbers import may_show_part

Key = tuple[int, str, str]


def giving_away(session: Session, rows: Iterable[PublishedResult]) -> frozenset[Key]:
    """Which of these figures (URN, measure, year) may not be shown: the rest of the school's pupils, which anyone can
    subtract, is fewer than 6."""
    parts = [row for row in rows if row.measure in WHOLE_OF and row.cohort is not None]
    urns = sorted({row.urn for row in parts})
    wholes: dict[Key, int | None] = {}
    for some in in_parts(urns):
        found = session.execute(
            sa.select(PublishedResult.urn, PublishedResult.measure, PublishedResult.year, PublishedResult.cohort).where(
                PublishedResult.urn.in_(some), PublishedResult.measure.in_(set(WHOLE_OF.values()))
            )
        )
        wholes.update({(urn, measure, year): cohort for urn, measure, year, cohort in found})
    return frozenset(
        (row.urn, row.measure, row.year)
        for row in parts
        if not may_show_part(row.cohort, wholes.get((row.urn, WHOLE_OF[row.measure], row.year)))
    )
