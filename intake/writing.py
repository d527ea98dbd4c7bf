"""Writing a file that has been read: each family of rows to its tables, and the run kept with its report."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from feeds import rows as r
from feeds.reading import Feed
from intake.calendars import write_bank_holidays, write_calendar
from intake.partners import write_clusters, write_providers
from intake.people import write_board, write_contacts
from intake.report import IntakeReport, Taken, report_of
from intake.results import write_inspections, write_results
from intake.schools import write_links, write_schools
from intake.trusts import write_groups
from models.imports import ImportRun

T = TypeVar("T")


def write(session: Session, feed: Feed, *, imported_at: datetime, as_of: date, area: str) -> IntakeReport:
    """Write all of a file's rows, or raise and leave the rolling back to the caller; a file written again changes
    nothing.

    `area` is the local authority whose dates a calendar holds. What ends with the file ends the day before `as_of`.

    Raises:
        Refused: one of the council's own files names what nobody knows, or term dates overlap.
    """
    run = ImportRun(
        kind=feed.kind,
        filename=feed.report.filename,
        sha256=feed.report.sha256,
        year=feed.year,
        imported_at=imported_at,
        read=feed.report.read,
        written=0,
        unchanged=0,
        skipped=len(feed.report.skipped),
        report={},
    )
    session.add(run)
    session.flush()
    report = report_of(feed.report, _families(session, feed, run.id, as_of, area))
    run.written, run.unchanged = report.written + report.changed, report.unchanged
    kept = asdict(report)
    kept["skipped"] = [[one.row, one.reason] for one in report.skipped[:200]]
    run.report = {**kept, "provisional": feed.report.provisional}
    session.flush()
    return report


def _families(session: Session, feed: Feed, import_id: int, as_of: date, area: str) -> list[Taken]:
    rows = _ByKind(feed.rows)
    taken = []
    if schools := rows.of(r.SchoolRow):
        taken.append(write_schools(session, schools, as_of=as_of))
    if links := rows.of(r.SchoolLinkRow):
        taken.append(write_links(session, links))
    groups, memberships = rows.of(r.GroupRow), rows.of(r.GroupMembershipRow)
    if groups or memberships:
        taken.append(write_groups(session, groups, memberships, as_of=as_of))
    results, references = rows.of(r.ResultRow), rows.of(r.ReferenceRow)
    if results or references:
        taken.append(
            write_results(session, results, references, import_id=import_id, provisional=feed.report.provisional)
        )
    if inspections := rows.of(r.InspectionRow):
        taken.append(write_inspections(session, inspections, import_id=import_id))
    if clusters := rows.of(r.ClusterMembershipRow):
        taken.append(write_clusters(session, clusters))
    if providers := rows.of(r.ProviderRow):
        taken.append(write_providers(session, providers, as_of=as_of))
    if contacts := rows.of(r.ContactRow):
        taken.append(write_contacts(session, contacts))
    if board := rows.of(r.BoardPersonRow):
        taken.append(write_board(session, board))
    half_terms, inset = rows.of(r.HalfTermRow), rows.of(r.InsetDayRow)
    if half_terms or inset:
        taken.append(write_calendar(session, half_terms, inset, area=area))
    if holidays := rows.of(r.BankHolidayRow):
        taken.append(write_bank_holidays(session, holidays))
    return taken


class _ByKind:
    """A file's rows, those of one kind together: one look at each, where a file of England's has 750,000."""

    def __init__(self, rows: Sequence[r.Row]) -> None:
        self._rows: dict[type, list[Any]] = {}
        for row in rows:
            self._rows.setdefault(type(row), []).append(row)

    def of(self, kind: type[T]) -> list[T]:
        return self._rows.get(kind, [])
