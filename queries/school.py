"""One school as its page shows it, and finding schools by name, URN or postcode."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.clusters import Alliance, Cluster, ClusterMembership
from models.commissions import ENDED, Commission
from models.contacts import Contact, ContactRole, Role
from models.priorities import IdentificationRun, Priority
from models.results import Inspection, Missing, PublishedResult, ReferenceResult
from models.schools import School, SchoolOptOut, SchoolStatus, Trust, TrustMembership
from models.themes import Theme
from queries.case_list import like
from queries.evidence import predecessors
from queries.funnel import measures_with_results
from queries.outbox import LARGEST_KEY
from queries.people import is_held_on
from queries.priorities import level_words
from queries.small_parts import giving_away
from rules.measures import CATALOGUE, MeasureKind
from rules.small_numbers import is_small

FOUND_AT_MOST = 20
LARGEST_URN = 2**31 - 1


@dataclass(frozen=True, slots=True)
class SchoolFound:
    """A school in a list of those found. `open_cases` are references of cases under way."""

    urn: int
    name: str
    postcode: str | None
    phase: str
    is_open: bool
    open_cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure over the years: year to what is shown. `withheld` says of how few pupils nothing is said."""

    code: str
    name: str
    unit: str
    values: tuple[tuple[str, str], ...]
    reference: float | None


@dataclass(frozen=True, slots=True)
class CaseOfSchool:
    reference: str
    theme: str
    state: str
    outcome: str | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class PriorityOfSchool:
    theme: str
    theme_name: str
    sentence: str
    is_concern: bool
    is_flagged: bool
    rank: int | None
    measures: tuple[str, ...]

    @property
    def level_words(self) -> str:
        return level_words(flagged=self.is_flagged, concern=self.is_concern)


@dataclass(frozen=True, slots=True)
class SchoolView:
    urn: int
    la_code: int | None
    name: str
    type_name: str
    is_academy: bool
    status: str
    phase: str
    ages: str
    pupils: int | None
    postcode: str | None
    trust: str | None
    cluster: str | None
    alliance: str | None
    opted_out_since: date | None
    inspected_on: date | None
    grade: int | None
    people: tuple[tuple[str, str, str], ...]
    years: tuple[str, ...]
    figures: tuple[Figure, ...]
    priorities: tuple[PriorityOfSchool, ...]
    cases: tuple[CaseOfSchool, ...]


def find_schools(session: Session, asked: str) -> list[SchoolFound]:
    """Schools by part of a name, by URN, or by the beginning of a postcode; open ones first, and not too many."""
    text = asked.strip()
    if not text:
        return []
    places: list[sa.ColumnElement[bool]] = [School.name.ilike(like(text), escape="\\")]
    if text.isascii() and text.isdigit() and int(text) <= LARGEST_URN:
        places.append(School.urn == int(text))
    code = text.replace(" ", "").upper()
    if code.isascii() and code.isalnum() and any(c.isdigit() for c in code):
        places.append(sa.func.replace(sa.func.upper(School.postcode), " ", "").like(f"{code}%"))
    schools = session.scalars(
        sa.select(School)
        .where(sa.or_(*places))
        .order_by(sa.case((School.status == SchoolStatus.OPEN, 0), else_=1), School.name, School.urn)
        .limit(FOUND_AT_MOST)
    ).all()
    busy: dict[int, list[str]] = defaultdict(list)
    for urn, reference in session.execute(
        sa.select(Commission.urn, Commission.reference)
        .where(Commission.urn.in_([one.urn for one in schools]), Commission.state.not_in(list(ENDED)))
        .order_by(Commission.id)
    ):
        busy[urn].append(reference)
    return [
        SchoolFound(
            one.urn,
            one.name,
            one.postcode,
            one.phase,
            one.status in (SchoolStatus.OPEN, SchoolStatus.CLOSING),
            tuple(busy[one.urn]),
        )
        for one in schools
    ]


def school_view(session: Session, urn: int, as_of: date, *, figures: bool = True) -> SchoolView | None:
    """A school whole, without its published figures when they are not wanted; None when there is none with the URN."""
    school = session.get(School, urn) if urn <= min(LARGEST_URN, LARGEST_KEY) else None
    if school is None:
        return None
    place = session.execute(
        sa.select(Cluster.name, Alliance.name)
        .join(ClusterMembership, ClusterMembership.cluster_id == Cluster.id)
        .outerjoin(Alliance, Alliance.id == Cluster.alliance_id)
        .where(ClusterMembership.urn == urn, ClusterMembership.starts_on <= as_of)
        .where(sa.or_(ClusterMembership.ends_on.is_(None), ClusterMembership.ends_on >= as_of))
    ).first()
    trust = session.scalar(
        sa.select(Trust.name)
        .join(TrustMembership, TrustMembership.uid == Trust.uid)
        .where(TrustMembership.urn == urn, TrustMembership.ends_on.is_(None))
        .order_by(Trust.name)
    )
    inspected = session.scalars(
        sa.select(Inspection)
        .where(Inspection.urn == urn, Inspection.inspected_on.is_not(None))
        .order_by(Inspection.inspected_on.desc())
        .limit(1)
    ).first()
    opted_out = session.scalar(
        sa.select(SchoolOptOut.starts_on).where(
            SchoolOptOut.urn == urn,
            SchoolOptOut.starts_on <= as_of,
            sa.or_(SchoolOptOut.ends_on.is_(None), SchoolOptOut.ends_on >= as_of),
        )
    )
    years, shown = _figures(session, urn) if figures else ((), ())
    return SchoolView(
        urn=urn,
        name=school.name,
        type_name=school.type_name,
        la_code=school.la_code,
        is_academy=school.is_academy,
        status=school.status.value,
        phase=school.phase,
        ages=f"{school.low_age} to {school.high_age}" if school.low_age is not None and school.high_age else "",
        pupils=school.pupils,
        postcode=school.postcode,
        trust=trust,
        cluster=place[0] if place else None,
        alliance=place[1] if place else None,
        opted_out_since=opted_out,
        inspected_on=inspected.inspected_on if inspected else None,
        grade=inspected.overall if inspected else None,
        people=_people(session, urn, as_of),
        years=years,
        figures=shown,
        priorities=_priorities(session, urn, school.la_code),
        cases=_cases(session, urn),
    )


def _figures(session: Session, urn: int) -> tuple[tuple[str, ...], tuple[Figure, ...]]:
    """Every published measure of the last years, England's latest beside it; figures of fewer than 6 are withheld."""
    rows = session.scalars(
        sa.select(PublishedResult)
        .where(PublishedResult.urn.in_([urn, *predecessors(session, urn)]))
        .order_by(PublishedResult.year, PublishedResult.urn == urn, PublishedResult.id)
    ).all()
    years = tuple(sorted({row.year for row in rows})[-4:])
    shown: dict[str, dict[str, str]] = defaultdict(dict)
    hidden = giving_away(session, rows)
    for row in rows:
        shown[row.measure][row.year] = _cell(row, hidden=(row.urn, row.measure, row.year) in hidden)
    references: dict[str, float] = {}
    for measure, area, value in session.execute(
        sa.select(ReferenceResult.measure, ReferenceResult.area, ReferenceResult.value)
        .where(ReferenceResult.area.in_(["england", "england-state"]), ReferenceResult.year.in_(years))
        .order_by(ReferenceResult.year, ReferenceResult.area)
    ):
        if area == "england-state" or measure not in references:
            references[measure] = value
    return years, tuple(
        Figure(
            code,
            measure.name,
            measure.unit.value,
            tuple((year, shown[code].get(year, "–")) for year in years),
            references.get(code),
        )
        for code, measure in CATALOGUE.items()
        if code in shown and any(shown[code].get(year, "–") != "–" for year in years)
    )


def _cell(row: PublishedResult, *, hidden: bool) -> str:
    if row.value is None:
        if row.missing in (None, Missing.BLANK, Missing.NOT_APPLICABLE):
            return "–"
        return row.missing.value.replace("-", " ")
    if hidden or is_small(row.cohort):
        return "withheld"
    measure = CATALOGUE.get(row.measure)
    if measure is not None and measure.kind is MeasureKind.COUNT:
        return f"{row.value:.0f}"
    percent = "%" if measure is not None and measure.unit.value == "percent" else ""
    return f"{row.value:.1f}".removesuffix(".0") + percent


def _people(session: Session, urn: int, as_of: date) -> tuple[tuple[str, str, str], ...]:
    rows = session.execute(
        sa.select(ContactRole.role, Contact)
        .join(Contact, Contact.id == ContactRole.contact_id)
        .where(
            ContactRole.urn == urn,
            ContactRole.role.in_([Role.HEAD, Role.DEPUTY]),
            is_held_on(as_of),
        )
        .order_by(ContactRole.role.desc(), ContactRole.id)
    )
    return tuple((role.value, contact.name, contact.phone or "") for role, contact in rows)


def _priorities(session: Session, urn: int, la_code: int | None) -> tuple[PriorityOfSchool, ...]:
    """Those of the last identification of the school's area, the worst first; of their measures those that a funnel
    plot shows.
    """
    last = sa.select(sa.func.max(IdentificationRun.id)).group_by(IdentificationRun.la_code)
    rows = session.execute(
        sa.select(Priority, Theme.name)
        .join(Theme, Theme.code == Priority.theme)
        .where(Priority.urn == urn, sa.or_(Priority.run_id.in_(last), Priority.run_id.is_(None)))
        .order_by(Priority.rank.is_(None), Priority.rank, Priority.id)
    ).all()
    if not rows:
        return ()
    drawn = {code for code, _ in measures_with_results(session, la_code)} if la_code is not None else set()
    return tuple(
        PriorityOfSchool(
            theme=priority.theme,
            theme_name=name,
            sentence=priority.sentence,
            is_concern=priority.is_concern,
            is_flagged=priority.level != "watch",
            rank=priority.rank,
            measures=tuple(
                str(one["measure"])
                for one in priority.evidence
                if isinstance(one, dict) and one.get("measure") in drawn
            ),
        )
        for priority, name in rows
    )


def _cases(session: Session, urn: int) -> tuple[CaseOfSchool, ...]:
    rows = session.execute(
        sa.select(Commission, Theme.name)
        .join(Theme, Theme.code == Commission.theme)
        .where(Commission.urn == urn)
        .order_by(Commission.id.desc())
    )
    return tuple(
        CaseOfSchool(
            case.reference,
            theme,
            case.state.value,
            case.outcome.value if case.outcome else None,
            case.state not in ENDED,
        )
        for case, theme in rows
    )
