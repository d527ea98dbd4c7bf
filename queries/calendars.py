"""The school calendars that waits are counted in: a school's own dates, else its trust's, else its area's."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.calendar import BankHoliday, HalfTerm, InsetDay, TermCalendar
from models.schools import School, TrustMembership
from queries.in_parts import in_parts
from rules.half_terms import HalfTerm as HalfTermDates
from rules.half_terms import SchoolCalendar

_NO_TERM = (sa.cast(sa.null(), sa.Date), sa.cast(sa.null(), sa.Text), sa.cast(sa.null(), sa.Integer))
_ALL_DATES: sa.CompoundSelect[tuple[str | None, date, date | None, str | None, int | None]] = sa.union_all(
    sa.select(TermCalendar.code, HalfTerm.starts_on, HalfTerm.ends_on, HalfTerm.academic_year, HalfTerm.number).join(
        HalfTerm.calendar
    ),
    sa.select(TermCalendar.code, InsetDay.day, *_NO_TERM).join(InsetDay.calendar),
    sa.select(sa.cast(sa.null(), sa.Text), BankHoliday.day, *_NO_TERM),
)
"""Every half term, INSET day and bank holiday in one question: it is asked before every piece of work."""


class Calendars:
    """Calendars of schools and of the area, read once and kept for the length of a batch.

    `area` is the local authority's code; a school of another authority whose dates are not loaded counts in it too.
    An override need not cover every school year: the years it leaves out are its area's.
    """

    def __init__(self, session: Session, area: str) -> None:
        self._session = session
        self._area = area
        self._half_terms: dict[str, list[HalfTermDates]] = defaultdict(list)
        self._inset: dict[str, set[date]] = defaultdict(set)
        self._built: dict[tuple[str, ...], SchoolCalendar] = {}
        self._codes: dict[int, tuple[str, ...]] = {}
        holidays: set[date] = set()
        for code, day, ends_on, academic_year, number in session.execute(_ALL_DATES):
            if number is not None:
                self._half_terms[code].append(HalfTermDates(day, ends_on, academic_year, number))
            else:
                (self._inset[code] if code else holidays).add(day)
        self._bank_holidays = frozenset(holidays)

    @property
    def area(self) -> SchoolCalendar:
        """The area's own calendar, which officers, providers and the Board go by."""
        return self._build((f"area:{self._area}",))

    def of_school(self, urn: int) -> SchoolCalendar:
        """The calendar of one school."""
        if urn not in self._codes:
            self.prepare([urn])
        return self._build(self._codes[urn])

    def prepare(self, urns: Collection[int]) -> None:
        """Look up whose dates a batch of schools goes by, in one query instead of one each."""
        wanted = [urn for urn in urns if urn not in self._codes]
        for chunk in in_parts(wanted):
            authority: dict[int, str] = {}
            trusts: dict[int, list[str]] = defaultdict(list)
            rows = self._session.execute(
                sa.select(School.urn, School.la_code, TrustMembership.uid)
                .outerjoin(
                    TrustMembership, sa.and_(TrustMembership.urn == School.urn, TrustMembership.ends_on.is_(None))
                )
                .where(School.urn.in_(chunk))
                .order_by(TrustMembership.uid)
            )
            for urn, la_code, uid in rows:
                authority[urn] = la_code
                if uid is not None:
                    trusts[urn].append(f"trust:{uid}")
            for urn in chunk:
                own_area = f"area:{authority.get(urn)}"
                candidates = [f"school:{urn}", *trusts[urn], own_area, f"area:{self._area}"]
                known = [code for code in candidates if code in self._half_terms or code in self._inset]
                self._codes[urn] = tuple(dict.fromkeys(known)) or (f"area:{self._area}",)

    def _build(self, codes: tuple[str, ...]) -> SchoolCalendar:
        if codes not in self._built:
            by_year: dict[str, list[HalfTermDates]] = {}
            inset: set[date] = set()
            for code in codes:
                for half_term in self._half_terms.get(code, []):
                    by_year.setdefault(half_term.academic_year, [])
                covered = {year for year, terms in by_year.items() if terms}
                for half_term in self._half_terms.get(code, []):
                    if half_term.academic_year not in covered:
                        by_year[half_term.academic_year].append(half_term)
                if not inset:
                    inset = set(self._inset.get(code, set()))
            terms = tuple(term for year in by_year.values() for term in year)
            self._built[codes] = SchoolCalendar(codes[0], terms, self._bank_holidays | frozenset(inset))
        return self._built[codes]
