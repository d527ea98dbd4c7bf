"""Identifying priorities: published figures in, ranked priorities with their evidence out, a case opened for each new
one.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from math import isfinite
from typing import Any

import sqlalchemy as sa

from analysis.evidence import Finding, Identification, Level, Observation, Reference
from analysis.identification import identify
from casework.desk import Desk
from casework.opening import open_case
from models.commissions import ENDED, Commission, CommissionState
from models.priorities import IdentificationRun, Priority, PriorityScope, PrioritySource
from models.results import PublishedResult, ReferenceResult
from models.schools import School, SchoolStatus
from queries.published import is_mainstream, single_predecessors
from rules.measures import CATALOGUE

WATCH = "watch"
"""Worth a look, though it may be chance: listed after the findings, and no case is opened for it."""

WATCHED = 40
_OPEN = [SchoolStatus.OPEN, SchoolStatus.CLOSING]


def identify_area(desk: Desk, la_code: int) -> IdentificationRun:
    """Judge the open mainstream schools of a local authority, keep the findings, and open a case for each that has
    none.

    The same data give the same run: nothing is written a second time, and no case is opened twice.
    """
    schools = desk.session.scalars(
        sa.select(School).where(School.la_code == la_code, School.status.in_(_OPEN)).order_by(School.urn)
    ).all()
    found = identify(
        _observations(desk, schools),
        _references(desk, f"la:{la_code}", ours=False),
        not_mainstream=frozenset(s.urn for s in schools if not is_mainstream(s.type_name)),
        pupils=_pupils(desk, schools),
        area=_references(desk, f"la:{la_code}", ours=True),
    )
    digest = _digest(found)
    same = desk.session.scalars(
        sa.select(IdentificationRun)
        .where(IdentificationRun.la_code == la_code)
        .order_by(IdentificationRun.id.desc())
        .limit(1)
    ).one_or_none()
    if same is not None and same.digest == digest:
        return same
    run = IdentificationRun(
        la_code=la_code,
        as_of=desk.as_of,
        digest=digest,
        run_at=desk.now,
        schools=len(schools),
        findings=len(found.findings),
    )
    desk.session.add(run)
    desk.session.flush()
    for finding in found.findings:
        priority = _priority(desk, run, finding)
        if _wants_case(desk, finding.urn, finding.theme):
            open_case(desk, finding.urn, finding.theme, finding.sentence, priority=priority)
    for finding in found.watch[:WATCHED]:
        _priority(desk, run, finding, level=WATCH)
    for wide in found.area_wide:
        desk.session.add(
            Priority(
                run_id=run.id,
                scope=PriorityScope.AREA,
                source=PrioritySource.ANALYSIS,
                la_code=la_code,
                theme=wide.theme,
                rank=wide.rank,
                level="area-wide",
                sentence=wide.sentence,
                evidence=[_plain(asdict(wide))],
                recorded_on=desk.as_of,
            )
        )
    desk.session.flush()
    return run


def _priority(desk: Desk, run: IdentificationRun, finding: Finding, level: str = "") -> Priority:
    made = Priority(
        run_id=run.id,
        scope=PriorityScope.SCHOOL,
        source=PrioritySource.ANALYSIS,
        la_code=run.la_code,
        urn=finding.urn,
        theme=finding.theme,
        rank=finding.rank,
        score=finding.score,
        level=level or finding.level.value,
        is_concern=finding.level is Level.BELOW_998 and not level,
        sentence=finding.sentence,
        evidence=[_plain(asdict(item)) for item in finding.evidence],
        recorded_on=desk.as_of,
    )
    desk.session.add(made)
    desk.session.flush()
    return made


def _wants_case(desk: Desk, urn: int, theme: str) -> bool:
    """No open case, and none this school year that the Board rejected or the school opted out of."""
    september = date(desk.as_of.year if desk.as_of.month >= 9 else desk.as_of.year - 1, 9, 1)
    cases = desk.session.execute(
        sa.select(Commission.state, Commission.identified_on).where(Commission.urn == urn, Commission.theme == theme)
    )
    declined = (CommissionState.REJECTED, CommissionState.OPTED_OUT)
    return all(state in ENDED and not (state in declined and on >= september) for state, on in cases)


def _observations(desk: Desk, schools: Sequence[School]) -> list[Observation]:
    """Every published figure of the schools, earlier years under the URN of today: a school that converted keeps its
    past.

    A predecessor's year counts only where the school itself has none, and only from a single predecessor: the figures
    of an amalgamation belong to neither.
    """
    urns = {school.urn for school in schools}
    heirs = single_predecessors(desk.session, urns)
    judged = [code for code, measure in CATALOGUE.items() if measure.stage in ("KS2", "KS4") or measure.theme]
    own: dict[tuple[int, str, str], Observation] = {}
    inherited: dict[tuple[int, str, str], Observation] = {}
    wanted = sorted(urns | set(heirs))
    for start in range(0, len(wanted), 500):
        rows = desk.session.execute(
            sa.select(
                PublishedResult.urn,
                PublishedResult.measure,
                PublishedResult.year,
                PublishedResult.value,
                PublishedResult.cohort,
                PublishedResult.lower,
                PublishedResult.upper,
            ).where(PublishedResult.urn.in_(wanted[start : start + 500]), PublishedResult.measure.in_(judged))
        )
        for urn, measure, year, value, cohort, lower, upper in rows:
            if urn in urns:
                own[urn, measure, year] = Observation(urn, measure, year, value, cohort, lower, upper)
            else:
                heir = heirs[urn]
                inherited[heir, measure, year] = Observation(heir, measure, year, value, cohort, lower, upper)
    return [*own.values(), *(one for key, one in inherited.items() if key not in own)]


def _references(desk: Desk, la: str, *, ours: bool) -> dict[tuple[str, str], Reference]:
    """The national figures, state-funded before all schools; or the area's own published ones."""
    areas = [la] if ours else ["england", "england-state"]
    rows = desk.session.scalars(
        sa.select(ReferenceResult).where(ReferenceResult.area.in_(areas)).order_by(ReferenceResult.area)
    )
    return {
        (row.measure, row.year): Reference(row.value, row.cohort, "in the area" if ours else "nationally")
        for row in rows
    }


def _pupils(desk: Desk, schools: Sequence[School]) -> dict[tuple[int, str], int]:
    urns = {school.urn for school in schools}
    rows = desk.session.execute(
        sa.select(PublishedResult.urn, PublishedResult.year, PublishedResult.value).where(
            PublishedResult.measure == "census_pupils", PublishedResult.value.is_not(None)
        )
    )
    return {(urn, year): int(value) for urn, year, value in rows if urn in urns and value is not None}


def _digest(found: Identification) -> str:
    content = [_plain(asdict(one)) for one in found.findings] + [_plain(asdict(one)) for one in found.area_wide]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Values that JSON can keep; a figure that is not a number becomes nothing."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        return round(float(value), 6) if isfinite(value) else None
    return value
