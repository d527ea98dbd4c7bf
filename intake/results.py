"""Published results, the areas they are held against, and inspections."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feeds.rows import InspectionRow, ReferenceRow, ResultRow
from intake.report import Taken
from intake.upserting import Counts, upsert
from models.imports import ImportRun
from models.results import Inspection, ListedSchool, Missing, PublishedResult, ReferenceResult
from queries.in_parts import in_parts

AT_ONCE = 50_000
"""Figures that are held in the form of rows: all of England's would be half a gigabyte."""


def write_results(
    session: Session,
    rows: Sequence[ResultRow],
    references: Sequence[ReferenceRow],
    *,
    import_id: int,
    provisional: bool,
) -> Taken:
    """Keep each figure under the URN that the school had then; a provisional one never replaces a final one."""
    notes = []
    kept = list(rows)
    if provisional:
        final = _final(session, rows)
        kept = [row for row in rows if (row.urn, row.measure, row.year) not in final]
        if len(kept) < len(rows):
            notes.append(f"{len(rows) - len(kept)} provisional figures were left out: the final ones are here already.")
    counts = Counts()
    for some in in_parts(kept, AT_ONCE):
        of_some = [_result(row, import_id) for row in some]
        counts += upsert(session, PublishedResult, ("urn", "measure", "year"), of_some)
    upsert(session, ListedSchool, ("urn", "year"), _listed(kept))
    counts += upsert(
        session,
        ReferenceResult,
        ("area", "measure", "year"),
        [
            {
                "area": row.area,
                "measure": row.measure,
                "year": row.year,
                "cohort": row.cohort,
                "value": row.value,
                "import_id": import_id,
            }
            for row in references
            if row.value is not None
        ],
    )
    return Taken(counts, tuple(notes))


def write_inspections(session: Session, rows: Sequence[InspectionRow], *, import_id: int) -> Taken:
    """Keep each inspection by school, day and framework."""
    return Taken(
        upsert(
            session,
            Inspection,
            ("urn", "inspected_on", "framework"),
            [
                {
                    "urn": row.urn,
                    "inspected_on": row.inspected_on,
                    "framework": row.framework.value,
                    "overall": row.overall,
                    "judgements": dict(row.judgements),
                    "import_id": import_id,
                }
                for row in rows
            ],
        )
    )


def _result(row: ResultRow, import_id: int) -> dict[str, Any]:
    return {
        "urn": row.urn,
        "measure": row.measure,
        "year": row.year,
        "cohort": row.cohort,
        "value": row.value,
        "lower": row.lower,
        "upper": row.upper,
        "missing": Missing(row.missing.value) if row.missing is not None else None,
        "import_id": import_id,
    }


def _listed(rows: Sequence[ResultRow]) -> list[dict[str, Any]]:
    """One row a school and year, from tables that say where they list it."""
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for row in rows:
        if row.la_code is not None and (row.urn, row.year) not in found:
            found[row.urn, row.year] = {
                "urn": row.urn,
                "year": row.year,
                "la_code": row.la_code,
                "special": bool(row.special),
            }
    return list(found.values())


def _final(session: Session, rows: Sequence[ResultRow]) -> set[tuple[int, str, str]]:
    """What is here from files that were not provisional."""
    provisional = {run.id for run in session.scalars(sa.select(ImportRun)) if run.report.get("provisional")}
    years = {row.year for row in rows}
    found: set[tuple[int, str, str]] = set()
    for chunk in in_parts(sorted({row.urn for row in rows})):
        for urn, measure, year, import_id in session.execute(
            sa.select(
                PublishedResult.urn, PublishedResult.measure, PublishedResult.year, PublishedResult.import_id
            ).where(PublishedResult.urn.in_(chunk), PublishedResult.year.in_(years))
        ):
            if import_id not in provisional:
                found.add((urn, measure, year))
    return found
