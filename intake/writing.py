"""Writing a file that has been read: each family of rows to its tables, and the run kept with its report."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import TypeVar

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
    rows = feed.rows
    taken = []
    if schools := _of(rows, r.SchoolRow):
        taken.append(write_schools(session, schools, as_of=as_of))
    if links := _of(rows, r.SchoolLinkRow):
        taken.append(write_links(session, links))
    groups, memberships = _of(rows, r.GroupRow), _of(rows, r.GroupMembershipRow)
    if groups or memberships:
        taken.append(write_groups(session, groups, memberships, as_of=as_of))
    results, references = _of(rows, r.ResultRow), _of(rows, r.ReferenceRow)
    if results or references:
        taken.append(
            write_results(session, results, references, import_id=import_id, provisional=feed.report.provisional)
        )
    if inspections := _of(rows, r.InspectionRow):
        taken.append(write_inspections(session, inspections, import_id=import_id))
    if clusters := _of(rows, r.ClusterMembershipRow):
        taken.append(write_clusters(session, clusters))
    if providers := _of(rows, r.ProviderRow):
        taken.append(write_providers(session, providers, as_of=as_of))
    if contacts := _of(rows, r.ContactRow):
        taken.append(write_contacts(session, contacts))
    if board := _of(rows, r.BoardPersonRow):
        taken.append(write_board(session, board))
    half_terms, inset = _of(rows, r.HalfTermRow), _of(rows, r.InsetDayRow)
    if half_terms or inset:
        taken.append(write_calendar(session, half_terms, inset, area=area))
    if holidays := _of(rows, r.BankHolidayRow):
        taken.append(write_bank_holidays(session, holidays))
    return taken


def _of(rows: Sequence[r.Row], kind: type[T]) -> list[T]:
    return [row for row in rows if isinstance(row, kind)]
