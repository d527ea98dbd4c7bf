"""The priorities of the last identification of each area, ranked, with their evidence and their cases."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.commissions import Commission
from models.priorities import IdentificationRun, Priority, PriorityScope
from models.schools import School
from queries.case_list import like
from queries.in_parts import in_parts


@dataclass(frozen=True, slots=True)
class PriorityLine:
    """One priority. `flagged` ones passed the control of false discovery; the others are worth watching. `beside` is
    what stands beside the evidence and is no part of it: courses over the years, similar schools, inspections."""

    la: int
    rank: int | None
    scope: str
    urn: int | None
    school: str | None
    theme: str
    level: str
    flagged: bool
    is_concern: bool
    score: float | None
    sentence: str
    reference: str | None
    state: str | None
    evidence: list[Any]
    beside: tuple[str, ...] = ()

    @property
    def level_words(self) -> str:
        """The level as people say it: docs/evidence.md has what each means."""
        if self.scope == PriorityScope.AREA.value:
            return "Area-wide"
        return level_words(flagged=self.flagged, concern=self.is_concern)


def level_words(*, flagged: bool, concern: bool) -> str:
    """How far out a school is, as people say it."""
    if not flagged:
        return "Worth watching"
    return "Concern" if concern else "Priority"


LEVELS: dict[str, sa.ColumnElement[bool]] = {
    "concern": Priority.is_concern.is_(True),
    "priority": sa.and_(Priority.level != "watch", Priority.is_concern.is_(False)),
    "watch": Priority.level == "watch",
}
"""How far out a school is, as lists are filtered by it."""


def priorities(session: Session, la_code: int | None = None) -> list[PriorityLine]:
    """Priorities of schools by rank, then the area-wide ones; the same data give the same list.

    Without `la_code`, those of every area that has been identified, one area after the other.
    """
    return _found(session, _newest(la_code))


def area_wide(session: Session, la_code: int) -> list[PriorityLine]:
    """Those of an area as a whole."""
    return _found(session, [*_newest(la_code), Priority.scope != PriorityScope.SCHOOL])


def priorities_of_schools(
    session: Session,
    la_code: int,
    *,
    theme: str = "",
    level: str = "",
    search: str = "",
    limit: int | None = None,
    offset: int = 0,
) -> list[PriorityLine]:
    """Some of those of an area's schools, by rank; `search` is a part of a school's name, its URN or its postcode."""
    return _found(session, _of_schools(la_code, theme, level, search), limit, offset)


def how_many_of_each_theme(session: Session, la_code: int, *, level: str = "", search: str = "") -> dict[str, int]:
    """How many priorities of an area's schools there are, theme by theme."""
    asked = sa.select(Priority.theme, sa.func.count()).where(*_of_schools(la_code, "", level, search))
    return dict(session.execute(asked.group_by(Priority.theme).order_by(Priority.theme)).tuples().all())


def _newest(la_code: int | None) -> list[sa.ColumnElement[bool]]:
    last = sa.select(sa.func.max(IdentificationRun.id)).group_by(IdentificationRun.la_code)
    if la_code is not None:
        last = last.where(IdentificationRun.la_code == la_code)
    return [Priority.run_id.in_(last)]


def _of_schools(la_code: int, theme: str, level: str, search: str) -> list[sa.ColumnElement[bool]]:
    where = [*_newest(la_code), Priority.scope == PriorityScope.SCHOOL]
    if theme:
        where.append(Priority.theme == theme)
    if level in LEVELS:
        where.append(LEVELS[level])
    if search:
        columns = (School.name, School.postcode, sa.cast(School.urn, sa.String))
        named = sa.or_(*(column.ilike(like(search), escape="\\") for column in columns))
        where.append(Priority.urn.in_(sa.select(School.urn).where(named)))
    return where


def _found(
    session: Session, where: list[sa.ColumnElement[bool]], limit: int | None = None, offset: int = 0
) -> list[PriorityLine]:
    rows = session.execute(
        sa.select(Priority, School.name, IdentificationRun.la_code)
        .join(IdentificationRun, IdentificationRun.id == Priority.run_id)
        .outerjoin(School, School.urn == Priority.urn)
        .where(*where)
        .order_by(
            IdentificationRun.la_code,
            sa.case((Priority.scope == PriorityScope.SCHOOL, 0), else_=1),
            Priority.rank,
            Priority.id,
        )
        .limit(limit)
        .offset(offset)
    ).all()
    cases = _cases(session, {p.urn for p, _, _ in rows if p.urn is not None})
    return [_line(la, priority, name, cases) for priority, name, la in rows]


def _line(
    la: int, priority: Priority, school: str | None, cases: dict[tuple[int, str], tuple[str, str]]
) -> PriorityLine:
    reference, state = cases.get((priority.urn or 0, priority.theme), (None, None))
    return PriorityLine(
        la=la,
        rank=priority.rank,
        scope=priority.scope.value,
        urn=priority.urn,
        school=school,
        theme=priority.theme,
        level=priority.level,
        flagged=priority.level != "watch",
        is_concern=priority.is_concern,
        score=priority.score,
        sentence=priority.sentence,
        reference=reference,
        state=state,
        evidence=priority.evidence,
        beside=tuple(
            words for item in priority.evidence for words in item.get("beside") or () if words != priority.sentence
        ),
    )


def _cases(session: Session, urns: set[int]) -> dict[tuple[int, str], tuple[str, str]]:
    """The newest case of each school and theme."""
    found: dict[tuple[int, str], tuple[str, str]] = {}
    for some in in_parts(sorted(urns)):
        rows = session.execute(
            sa.select(Commission.urn, Commission.theme, Commission.reference, Commission.state)
            .where(Commission.urn.in_(some))
            .order_by(Commission.id)
        )
        found.update({(urn, theme): (reference, state.value) for urn, theme, reference, state in rows})
    return found
