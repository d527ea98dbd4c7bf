"""Term dates of an area, a trust or a school; INSET days; bank holidays."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feeds.rows import BankHolidayRow, HalfTermRow, InsetDayRow
from intake.report import Taken
from intake.upserting import Counts, upsert
from models.calendar import BankHoliday, HalfTerm, InsetDay, TermCalendar
from rules.errors import Refused

ENGLAND = "england-and-wales"


def write_calendar(
    session: Session, half_terms: Sequence[HalfTermRow], inset: Sequence[InsetDayRow], *, area: str
) -> Taken:
    """Keep half terms by calendar, school year and number; the file's INSET days replace those of its school years.

    Raises:
        Refused: a half term would overlap another of its calendar.
    """
    codes = {_code(row.applies_to, area) for row in half_terms} | {_code(row.applies_to, area) for row in inset}
    counts = upsert(session, TermCalendar, ("code",), [{"code": code} for code in sorted(codes)])
    ids = dict(session.execute(sa.select(TermCalendar.code, TermCalendar.id)).tuples().all())
    counts += upsert(
        session,
        HalfTerm,
        ("calendar_id", "academic_year", "number"),
        [
            {
                "calendar_id": ids[_code(row.applies_to, area)],
                "academic_year": row.academic_year,
                "number": row.number,
                "starts_on": row.starts_on,
                "ends_on": row.ends_on,
            }
            for row in half_terms
        ],
    )
    for code in sorted(codes):
        _check_order(session, code, ids[code])
    years = {(ids[_code(r.applies_to, area)], r.academic_year) for r in half_terms}
    years |= {(ids[_code(r.applies_to, area)], r.academic_year) for r in inset}
    counts += _inset_days(session, years, {(ids[_code(r.applies_to, area)], r.day) for r in inset})
    return Taken(counts)


def write_bank_holidays(session: Session, rows: Sequence[BankHolidayRow]) -> Taken:
    """Keep the bank holidays of England and Wales."""
    days = [{"day": row.day, "title": row.title} for row in rows if row.division == ENGLAND]
    return Taken(upsert(session, BankHoliday, ("day",), days))


def _code(applies_to: str, area: str) -> str:
    return f"area:{area}" if applies_to == "area" else applies_to


def _check_order(session: Session, code: str, calendar_id: int) -> None:
    terms = session.scalars(
        sa.select(HalfTerm)
        .where(HalfTerm.calendar_id == calendar_id)
        .order_by(HalfTerm.starts_on)
        .execution_options(populate_existing=True)
    ).all()
    for earlier, later in pairwise(terms):
        if later.starts_on <= earlier.ends_on:
            raise Refused(
                f"The half terms of {code} overlap: number {later.number} of {later.academic_year} begins on "
                f"{later.starts_on.isoformat()}, before number {earlier.number} of {earlier.academic_year} has ended."
            )


def _inset_days(session: Session, years: set[tuple[int, str]], wanted: set[tuple[int, object]]) -> Counts:
    known: dict[tuple[int, object], InsetDay] = {}
    for calendar_id, academic_year in sorted(years):
        first, last = f"{academic_year[:4]}-09-01", f"{int(academic_year[:4]) + 1}-08-31"
        for one in session.scalars(
            sa.select(InsetDay).where(
                InsetDay.calendar_id == calendar_id, InsetDay.day >= _day(first), InsetDay.day <= _day(last)
            )
        ):
            known[calendar_id, one.day] = one
    for key, one in known.items():
        if key not in wanted:
            session.delete(one)
    new = [{"calendar_id": calendar_id, "day": day} for calendar_id, day in sorted(wanted - set(known), key=str)]
    session.flush()
    if new:
        session.execute(sa.insert(InsetDay), new)
    gone = len(set(known) - wanted)
    return Counts(len(new), gone, len(wanted & set(known)))


def _day(text: str) -> date:
    return date.fromisoformat(text)
