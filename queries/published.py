"""Published figures of an area's schools in one year, and which schools those are."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.commissions import Commission
from models.results import ListedSchool, PublishedResult
from models.schools import School, SchoolLink
from queries.index_choice import not_searched
from queries.of_schools import asked_by_number, of_schools
from rules.measures import CATALOGUE

_NOT_MAINSTREAM = ("special", "pupil referral", "alternative provision", "independent")


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """One figure as published: percentages 0 to 100; `cohort` of the roll where the table of absence has none."""

    value: float
    cohort: int | None
    lower: float | None
    upper: float | None


def is_mainstream(type_name: str) -> bool:
    """Whether a school of this type is judged with the others: not special, alternative or independent."""
    kind = type_name.lower()
    return not any(word in kind for word in _NOT_MAINSTREAM)


def area_schools(session: Session, la_code: int | None, years: Iterable[str]) -> frozenset[int]:
    """URNs of an authority's mainstream schools in some school years; every authority's where `la_code` is None.

    The tables of those years say whose a school was and whether it is special; for a school that none of them lists,
    the list of schools does, whatever became of it since.
    """
    in_years = ListedSchool.year.in_(list(years))
    told = sa.select(ListedSchool.urn, ListedSchool.la_code, ListedSchool.special).where(in_years)
    wanted = sa.select(School.urn, School.type_name)
    if la_code is None:
        schools = dict(session.execute(wanted).tuples().all())
        listed: Iterable[sa.Row[tuple[int, int, bool]]] = session.execute(told).all()
    else:
        schools = dict(session.execute(wanted.where(School.la_code == la_code)).tuples().all())
        here_then = session.scalars(sa.select(ListedSchool.urn).where(in_years, ListedSchool.la_code == la_code))
        listed = list(of_schools(session, told, ListedSchool.urn, schools.keys() | set(here_then)))
    here = {urn for urn, la, special in listed if la_code in (None, la) and not special}
    known = {urn for urn, _, _ in listed}
    others = {urn for urn, kind in schools.items() if urn not in known and is_mainstream(kind)}
    special = {urn for urn, _, is_special in listed if is_special}
    return frozenset((here | others) - special)


def published_figures(session: Session, measure: str, year: str, urns: Set[int]) -> dict[int, PublishedFigure]:
    """The published figures of one measure and year by URN; what is suppressed or not published is left out."""
    of_all = CATALOGUE[measure].stage == "all"
    told = sa.select(
        PublishedResult.urn,
        PublishedResult.value,
        PublishedResult.cohort,
        PublishedResult.lower,
        PublishedResult.upper,
    ).where(_searched_by(PublishedResult.measure, urns) == measure, PublishedResult.year == year)
    rows = [
        row
        for row in of_schools(session, told.where(PublishedResult.value.is_not(None)), PublishedResult.urn, urns)
        if row.urn in urns
    ]
    roll = pupils_on_roll(session, urns, [year]) if of_all and any(row.cohort is None for row in rows) else {}
    return {
        urn: PublishedFigure(value, roll.get((urn, year)) if cohort is None else cohort, lower, upper)
        for urn, value, cohort, lower, upper in rows
    }


def pupils_on_roll(session: Session, urns: Set[int], years: Iterable[str] | None = None) -> dict[tuple[int, str], int]:
    """Pupils on roll of some schools by URN and school year, from the census."""
    wanted = sa.select(PublishedResult.urn, PublishedResult.year, PublishedResult.value).where(
        _searched_by(PublishedResult.measure, urns) == "census_pupils", PublishedResult.value.is_not(None)
    )
    if years is not None:
        wanted = wanted.where(PublishedResult.year.in_(list(years)))
    told = of_schools(session, wanted, PublishedResult.urn, urns)
    return {(urn, year): int(value) for urn, year, value in told if urn in urns}


def _searched_by(measure: InstrumentedAttribute[str], urns: Set[int]) -> sa.ColumnElement[str]:
    """The column of measures, for which an index is asked only where the schools are too many to be asked for."""
    return not_searched(measure) if asked_by_number(urns) else measure.expression


def supported_schools(session: Session, urns: Set[int], first: date, last: date) -> frozenset[int]:
    """Those of some schools whose support ran on some day from `first` to `last`: not to be compared with."""
    wanted = sa.select(Commission.urn).where(
        Commission.starts_on <= last, sa.or_(Commission.ends_on.is_(None), Commission.ends_on >= first)
    )
    return frozenset(row.urn for row in of_schools(session, wanted, Commission.urn, urns) if row.urn in urns)


def single_predecessors(session: Session, urns: Set[int]) -> dict[int, int]:
    """Each predecessor's URN with the one of today, where a school has exactly one predecessor."""
    of: dict[int, set[int]] = {}
    told = sa.select(SchoolLink.urn, SchoolLink.linked_urn, SchoolLink.link_type)
    ends = (SchoolLink.urn, SchoolLink.linked_urn) if asked_by_number(urns) else (SchoolLink.urn,)
    links = {tuple(row) for column in ends for row in of_schools(session, told, column, urns)}
    for urn, linked, kind in links:
        pair = (
            (urn, linked) if "predecessor" in kind.lower() else (linked, urn) if "successor" in kind.lower() else None
        )
        if pair is not None and pair[0] in urns and pair[1] not in urns:
            of.setdefault(pair[0], set()).add(pair[1])
    return {next(iter(before)): urn for urn, before in sorted(of.items()) if len(before) == 1}
