"""The calendars as they were loaded: whose dates, half terms, INSET days, bank holidays, and how far they reach."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.board import Meeting, MeetingState
from models.calendar import BankHoliday, HalfTerm, InsetDay, TermCalendar
from models.schools import School, Trust
from rules.half_terms import NAMES

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Term:
    name: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Year:
    academic_year: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class CalendarView:
    """One calendar: the area's own, or what a trust or school keeps instead. `until` is where it ends."""

    code: str
    owner: str
    is_area: bool
    years: tuple[Year, ...]
    inset: tuple[date, ...]
    until: date | None


@dataclass(frozen=True, slots=True)
class Dates:
    calendars: tuple[CalendarView, ...]
    holidays: tuple[tuple[date, str], ...]
    meetings: tuple[tuple[date, str], ...]
    others: int


def dates(session: Session, as_of: date, *, most: int = SHOWN) -> Dates:
    """The calendars, the area's first, `most` of them; bank holidays and meetings from a day on."""
    found = session.scalars(
        sa.select(TermCalendar)
        .order_by(sa.case((TermCalendar.code.like("area:%"), 0), else_=1), TermCalendar.code)
        .limit(most)
    ).all()
    total = session.scalar(sa.select(sa.func.count()).select_from(TermCalendar)) or 0
    terms: dict[int, list[HalfTerm]] = {}
    for half_term in session.scalars(
        sa.select(HalfTerm).where(HalfTerm.calendar_id.in_([one.id for one in found])).order_by(HalfTerm.starts_on)
    ):
        terms.setdefault(half_term.calendar_id, []).append(half_term)
    inset: dict[int, list[date]] = {}
    for calendar_id, day in session.execute(
        sa.select(InsetDay.calendar_id, InsetDay.day)
        .where(InsetDay.calendar_id.in_([one.id for one in found]))
        .order_by(InsetDay.day)
    ):
        inset.setdefault(calendar_id, []).append(day)
    names = _owners(session, [one.code for one in found])
    holidays = session.execute(
        sa.select(BankHoliday.day, BankHoliday.title)
        .where(BankHoliday.day >= as_of)
        .order_by(BankHoliday.day)
        .limit(12)
    )
    meetings = session.execute(
        sa.select(Meeting.day, Meeting.number)
        .where(Meeting.day >= as_of, Meeting.state != MeetingState.CANCELLED)
        .order_by(Meeting.day)
        .limit(7)
    )
    return Dates(
        calendars=tuple(
            CalendarView(
                code=one.code,
                owner=names.get(one.code, one.code),
                is_area=one.code.startswith("area:"),
                years=_years(terms.get(one.id, [])),
                inset=tuple(inset.get(one.id, [])),
                until=max((term.ends_on for term in terms.get(one.id, [])), default=None),
            )
            for one in found
        ),
        holidays=tuple((day, title) for day, title in holidays),
        meetings=tuple(
            (day, "Reviews results and confirms priorities" if number == 0 else f"Half term {number}")
            for day, number in meetings
        ),
        others=max(total - len(found), 0),
    )


def _years(terms: list[HalfTerm]) -> tuple[Year, ...]:
    found: dict[str, list[Term]] = {}
    for term in terms:
        found.setdefault(term.academic_year, []).append(
            Term(NAMES[term.number - 1].capitalize(), term.starts_on, term.ends_on)
        )
    return tuple(Year(year, tuple(those)) for year, those in sorted(found.items()))


def _owners(session: Session, codes: list[str]) -> dict[str, str]:
    """What a calendar's code says: `area:838`, `trust:4229`, `school:113456`."""
    urns = [int(code[7:]) for code in codes if code.startswith("school:") and code[7:].isdigit()]
    uids = [code[6:] for code in codes if code.startswith("trust:")]
    names = {f"area:{code[5:]}": f"The area ({code[5:]})" for code in codes if code.startswith("area:")}
    for urn, name in session.execute(sa.select(School.urn, School.name).where(School.urn.in_(urns))):
        names[f"school:{urn}"] = name
    for uid, name in session.execute(sa.select(Trust.uid, Trust.name).where(Trust.uid.in_(uids))):
        names[f"trust:{uid}"] = name
    return names
