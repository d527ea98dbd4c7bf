"""Identifying priorities: published figures in, ranked priorities with their evidence out, a case opened for each new
one.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from math import isfinite
from typing import Any

import sqlalchemy as sa

from analysis.evidence import Finding, Level
from casework.desk import Desk
from casework.opening import Wanted
from casework.opening_together import open_together
from casework.published_evidence import JudgedArea, judge
from models.commissions import ENDED, Commission, CommissionState
from models.priorities import IdentificationRun, Priority, PriorityScope, PrioritySource
from queries.in_parts import in_parts
from rules.inspections import Inspected

WATCH = "watch"
"""Worth a look, though it may be chance: listed after the findings, and no case is opened for it."""

WATCHED = 40


def identify_area(desk: Desk, la_code: int) -> IdentificationRun:
    """Judge the open mainstream schools of a local authority, keep the findings, and open a case for each that has
    none.

    The same data give the same run: nothing is written a second time, and no case is opened twice.
    """
    area = judge(desk.session, la_code, desk.as_of)
    found = area.found
    digest = _digest(area)
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
        schools=area.schools,
        findings=len(found.findings),
    )
    desk.session.add(run)
    desk.session.flush()
    priorities = _keep(desk, run, found.findings, area.inspections)
    held = _held(desk, {finding.urn for finding in found.findings})
    open_together(
        desk,
        [
            Wanted(one.urn, one.theme, one.sentence, priorities[one.urn, one.theme])
            for one in found.findings
            if (one.urn, one.theme) not in held
        ],
    )
    watched = found.watch[:WATCHED]
    _keep(desk, run, watched, area.inspections, level=WATCH)
    _watch_inspected(desk, run, area, [*found.findings, *watched])
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


def _watch_inspected(desk: Desk, run: IdentificationRun, area: JudgedArea, listed: list[Finding]) -> None:
    """Schools that Ofsted found wanting and whose figures put them on no list: worth a look, after the others."""
    named = {one.urn for one in listed}
    wanting = sorted(urn for urn, one in area.inspections.items() if one.wanting and urn not in named)
    for place, urn in enumerate(wanting, len(listed) + 1):
        inspected = area.inspections[urn]
        desk.session.add(
            Priority(
                run_id=run.id,
                scope=PriorityScope.SCHOOL,
                source=PrioritySource.ANALYSIS,
                la_code=run.la_code,
                urn=urn,
                theme="leadership",
                rank=place,
                level=WATCH,
                sentence=inspected.sentence,
                evidence=[_inspection(inspected)],
                recorded_on=desk.as_of,
            )
        )


def _keep(
    desk: Desk,
    run: IdentificationRun,
    findings: Sequence[Finding],
    inspections: Mapping[int, Inspected],
    level: str = "",
) -> dict[tuple[int, str], int]:
    """Keep findings as priorities; the number of each by school and theme."""
    made: dict[tuple[int, str], int] = {}
    for some in in_parts(findings):
        rows = [_priority(desk, run, finding, inspections.get(finding.urn), level) for finding in some]
        kept = desk.session.execute(sa.insert(Priority).returning(Priority.urn, Priority.theme, Priority.id), rows)
        made |= {(urn, theme): number for urn, theme, number in kept if urn is not None}
    return made


def _priority(
    desk: Desk, run: IdentificationRun, finding: Finding, inspected: Inspected | None, level: str
) -> dict[str, Any]:
    evidence = [_plain(asdict(item)) for item in finding.evidence]
    if inspected is not None:
        evidence.append(_inspection(inspected))
    return {
        "run_id": run.id,
        "scope": PriorityScope.SCHOOL,
        "source": PrioritySource.ANALYSIS,
        "la_code": run.la_code,
        "urn": finding.urn,
        "theme": finding.theme,
        "rank": finding.rank,
        "score": finding.score,
        "level": level or finding.level.value,
        "is_concern": finding.level is Level.BELOW_998 and not level,
        "sentence": finding.sentence,
        "evidence": evidence,
        "recorded_on": desk.as_of,
    }


def _held(desk: Desk, urns: set[int]) -> set[tuple[int, str]]:
    """Schools and themes for which no case is to be opened: there is an open one, or one that this school year the
    Board rejected or the school opted out of.
    """
    september = date(desk.as_of.year if desk.as_of.month >= 9 else desk.as_of.year - 1, 9, 1)
    declined = (CommissionState.REJECTED, CommissionState.OPTED_OUT)
    held: set[tuple[int, str]] = set()
    for some in in_parts(sorted(urns)):
        cases = desk.session.execute(
            sa.select(Commission.urn, Commission.theme, Commission.state, Commission.identified_on).where(
                Commission.urn.in_(some)
            )
        )
        held |= {
            (urn, theme)
            for urn, theme, state, on in cases
            if state not in ENDED or (state in declined and on >= september)
        }
    return held


def _inspection(inspected: Inspected) -> dict[str, Any]:
    """An inspection among the evidence: kept apart by its framework, and no part of any score."""
    return {
        "measure": "ofsted",
        "framework": inspected.framework,
        "inspected_on": inspected.inspected_on.isoformat(),
        "age_years": round(inspected.age_years, 1),
        "grade": inspected.grade,
        "areas": list(inspected.areas),
        "beside": [inspected.sentence],
    }


def _digest(area: JudgedArea) -> str:
    """A hash of all that a list of priorities shows; the age of an inspection is left out, which grows by itself."""
    found = area.found
    content = [_plain(asdict(one)) for one in (*found.findings, *found.watch[:WATCHED])]
    content += [_plain(asdict(one)) for one in found.area_wide]
    said = {
        urn: [one.framework, one.inspected_on.isoformat(), one.grade, list(one.areas), one.wanting]
        for urn, one in sorted(area.inspections.items())
    }
    return hashlib.sha256(json.dumps([content, said], sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Values that JSON can keep; a figure that is not a number becomes nothing."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        return round(float(value), 6) if isfinite(value) else None
    return value
