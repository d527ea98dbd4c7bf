"""What the analysis is given of an area, or of all England: figures, references, pupils, context, inspections."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from sys import intern

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analysis.evidence import Identification, Observation, Reference
from analysis.identification import identify
from analysis.similar import SchoolContext
from models.results import Inspection, PublishedResult, ReferenceResult
from models.schools import School, SchoolStatus
from queries.of_schools import of_schools
from queries.published import is_mainstream, pupils_on_roll, single_predecessors
from rules.inspections import Inspected, read_inspection
from rules.measures import CATALOGUE

_OPEN = [SchoolStatus.OPEN, SchoolStatus.CLOSING]
_CENSUS = ("census_pupils", "census_fsm", "census_eal", "census_ehcp", "census_sen_support")


@dataclass(frozen=True, slots=True)
class JudgedArea:
    """What was found, of how many open schools, and each one's latest inspection."""

    schools: int
    found: Identification
    inspections: Mapping[int, Inspected]


def judge(session: Session, la_code: int | None, as_of: date) -> JudgedArea:
    """Judge the open mainstream schools of an authority, or of all of them where `la_code` is None; changes nothing."""
    wanted = sa.select(School.urn, School.type_name, School.phase).where(School.status.in_(_OPEN))
    if la_code is not None:
        wanted = wanted.where(School.la_code == la_code)
    schools = {urn: (kind, phase) for urn, kind, phase in session.execute(wanted.order_by(School.urn))}
    ours = _references(session, f"la:{la_code}", ours=True) if la_code is not None else {}
    found = identify(
        _observations(session, set(schools)),
        _references(session, f"la:{la_code}", ours=False),
        not_mainstream=frozenset(urn for urn, (kind, _) in schools.items() if not is_mainstream(kind)),
        pupils=pupils_on_roll(session, schools.keys()),
        area=ours,
        context=_context(session, {urn: phase for urn, (_, phase) in schools.items()}),
    )
    return JudgedArea(len(schools), found, _inspections(session, set(schools), as_of))


def _observations(session: Session, urns: set[int]) -> list[Observation]:
    """Every published figure of the schools, earlier years under the URN of today: a school that converted keeps its
    past.

    A predecessor's year counts only where the school itself has none, and only from a single predecessor: the figures
    of an amalgamation belong to neither.
    """
    heirs = single_predecessors(session, urns)
    judged = [code for code, measure in CATALOGUE.items() if measure.stage in ("KS2", "KS4") or measure.theme]
    columns = sa.select(
        PublishedResult.urn,
        PublishedResult.measure,
        PublishedResult.year,
        PublishedResult.value,
        PublishedResult.cohort,
        PublishedResult.lower,
        PublishedResult.upper,
    ).where(PublishedResult.measure.in_(judged))
    own, inherited = [], []
    converted = set(heirs.values())
    known: set[tuple[int, str, str]] = set()
    for row in of_schools(session, columns, PublishedResult.urn, urns | set(heirs)):
        # Each name of a measure and year is held once: a nation's figures are millions.
        urn, measure, year = row[0], intern(row[1]), intern(row[2])
        if urn in urns:
            own.append(Observation(urn, measure, year, *row[3:]))
            if urn in converted:
                known.add((urn, measure, year))
        if urn in heirs:
            inherited.append(Observation(heirs[urn], measure, year, *row[3:]))
    return [*own, *(one for one in inherited if (one.urn, one.measure, one.year) not in known)]


def _references(session: Session, la: str, *, ours: bool) -> dict[tuple[str, str], Reference]:
    """The national figures, state-funded before all schools; or the area's own published ones."""
    areas = [la] if ours else ["england", "england-state"]
    rows = session.scalars(
        sa.select(ReferenceResult).where(ReferenceResult.area.in_(areas)).order_by(ReferenceResult.area)
    )
    return {
        (row.measure, row.year): Reference(row.value, row.cohort, "in the area" if ours else "nationally")
        for row in rows
    }


def _context(session: Session, phases: Mapping[int, str]) -> dict[int, SchoolContext]:
    """Who each school teaches, by its newest census; first, infant and middle schools among primary ones."""
    told = (
        sa.select(PublishedResult.urn, PublishedResult.measure, PublishedResult.value)
        .where(PublishedResult.measure.in_(_CENSUS), PublishedResult.value.is_not(None))
        .order_by(PublishedResult.year)
    )
    newest: dict[int, dict[str, float]] = {}
    for urn, measure, value in of_schools(session, told, PublishedResult.urn, phases.keys()):
        if urn in phases and value is not None:
            newest.setdefault(urn, {})[measure] = value
    return {
        urn: SchoolContext(
            phase="secondary" if "secondary" in phases[urn].lower() else "primary",
            pupils=said.get("census_pupils"),
            fsm=said.get("census_fsm"),
            eal=said.get("census_eal"),
            sen=said["census_ehcp"] + said["census_sen_support"]
            if "census_ehcp" in said and "census_sen_support" in said
            else None,
        )
        for urn, said in newest.items()
    }


def _inspections(session: Session, urns: set[int], as_of: date) -> dict[int, Inspected]:
    """The latest inspection of each school on or before a day that said something of its quality."""
    told = (
        sa.select(Inspection)
        .where(Inspection.inspected_on.is_not(None), Inspection.inspected_on <= as_of)
        .order_by(Inspection.inspected_on, Inspection.id)
    )
    rows = (row[0] for row in of_schools(session, told, Inspection.urn, urns))
    return {
        row.urn: read_inspection(row.framework, row.overall, row.judgements, row.inspected_on, as_of)
        for row in rows
        if row.urn in urns and row.inspected_on is not None and (row.overall is not None or row.judgements)
    }
