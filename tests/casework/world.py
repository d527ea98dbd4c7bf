"""A small world to work in: an area with a calendar, schools, providers, people, a Board and a Fund."""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework import answers, links
from casework.board_meetings import plan_meetings
from casework.desk import Desk, desk_for
from casework.fund import open_year
from models.calendar import BankHoliday, HalfTerm, InsetDay, TermCalendar
from models.clusters import Alliance, Cluster, ClusterMembership
from models.contacts import Contact, ContactRole, Role
from models.links import Link
from models.priorities import Priority, PriorityScope, PrioritySource
from models.providers import Provider, ProviderCluster, ProviderStage, ProviderTheme, ProviderType, Reach
from models.results import PublishedResult, ReferenceResult
from models.schools import School
from models.themes import Theme
from rules.themes import DEFAULT_THEMES
from tests.rules.calendars import DORSET

LONG_AGO = date(2015, 9, 1)
START = date(2025, 9, 17)
SCHOOLS = (110001, 110002, 110003, 110004, 110005, 110006)
ACADEMY = 110003
PROVIDERS = ("TSA1", "SIP1", "NLE1", "HUB1")


def make_world(session: Session, *, grant_pence: int = 10_000_000) -> None:
    """Write the world; the caller commits. The calendar is Dorset's of 2025-26 and the same a year later."""
    session.add_all(Theme(code=code, name=name) for code, name in DEFAULT_THEMES)
    _calendar(session)
    alliance = Alliance(code="A1", name="West Alliance")
    session.add(alliance)
    session.flush()
    cluster = Cluster(code="C1", name="Blackmore Vale", alliance_id=alliance.id)
    session.add(cluster)
    session.flush()
    for place, urn in enumerate(SCHOOLS):
        _school(session, urn, f"School {place + 1} St Wite’s Primary", academy=urn == ACADEMY)
        session.add(ClusterMembership(urn=urn, cluster_id=cluster.id, starts_on=LONG_AGO))
    for place, code in enumerate(PROVIDERS):
        kind = (ProviderType.TSA, ProviderType.SIP, ProviderType.NLE, ProviderType.CURRICULUM_HUB)[place]
        _provider(session, code, kind, cluster.id if place < 2 else None)
    _person(session, "sam.hallett@council.example", "Sam", "Hallett", Role.OFFICER, phone="01632 960 111")
    _person(session, "fay.money@council.example", "Fay", "Money", Role.FINANCE)
    _person(session, "chair@board.example", "Ines", "Chair", Role.CHAIR)
    for year in ("2023-24", "2024-25"):
        session.add(ReferenceResult(area="england-state", measure="ks2_mat_exp", year=year, value=73.0, cohort=600_000))
    session.flush()
    open_year(session, 2025, grant_pence, min(450_000, grant_pence))
    open_year(session, 2026, grant_pence, min(450_000, grant_pence))
    plan_meetings(desk_at(session, date(2025, 9, 3)), "2025-26")


def desk_at(session: Session, day: date, actor: str = "system") -> Desk:
    """A desk on a day of the world's year."""
    return desk_for(session, day, actor=actor)


def priority(session: Session, urn: int, theme: str = "maths", *, concern: bool = False) -> Priority:
    """A priority with a sentence of evidence."""
    made = Priority(
        scope=PriorityScope.SCHOOL,
        source=PrioritySource.ANALYSIS,
        la_code=838,
        urn=urn,
        theme=theme,
        rank=1,
        score=4.0,
        level="below-998" if concern else "below-95",
        is_concern=concern,
        sentence="In 2024-25, 12 of 30 pupils (40%) reached the expected standard in maths, against 73% nationally.",
        recorded_on=START,
    )
    session.add(made)
    session.flush()
    return made


def token_for(desk: Desk, purpose: str, commission_id: int, generation: int = 1) -> str:
    """The token of the newest link of a purpose for a case, derived as the mail's rendering derives it."""
    link = desk.session.scalars(
        sa.select(Link)
        .where(Link.commission_id == commission_id, Link.purpose == purpose)
        .order_by(Link.id.desc())
        .limit(1)
    ).one()
    return links.token_of(link.nonce, desk.link_key)


def say(desk: Desk, purpose: str, commission_id: int, given: dict[str, object]) -> answers.Taken:
    """Answer by the newest link of a purpose."""
    return answers.answer(desk, token_for(desk, purpose, commission_id), given)


def _calendar(session: Session) -> None:
    calendar = TermCalendar(code="area:838")
    session.add(calendar)
    session.flush()
    for half_term in DORSET.half_terms:
        session.add(
            HalfTerm(
                calendar_id=calendar.id,
                academic_year=half_term.academic_year,
                number=half_term.number,
                starts_on=half_term.starts_on,
                ends_on=half_term.ends_on,
            )
        )
        session.add(
            HalfTerm(
                calendar_id=calendar.id,
                academic_year="2026-27",
                number=half_term.number,
                starts_on=half_term.starts_on + timedelta(days=364),
                ends_on=half_term.ends_on + timedelta(days=364),
            )
        )
    session.add(InsetDay(calendar_id=calendar.id, day=date(2026, 1, 5)))
    for day in (date(2025, 12, 25), date(2026, 5, 4), date(2026, 4, 3), date(2026, 4, 6), date(2027, 5, 3)):
        session.add(BankHoliday(day=day, title="A bank holiday"))


def _school(session: Session, urn: int, name: str, *, academy: bool) -> None:
    session.add(
        School(
            urn=urn,
            name=name,
            la_code=838,
            type_name="Academy converter" if academy else "Community school",
            is_academy=academy,
            phase="Primary",
            low_age=4,
            high_age=11,
            easting=370_000,
            northing=110_000,
            pupils=210,
        )
    )
    session.flush()
    for year, value in (("2023-24", 45.0), ("2024-25", 40.0)):
        session.add(PublishedResult(urn=urn, measure="ks2_mat_exp", year=year, cohort=30, value=value))
    _person(session, f"head@{urn}.example", "Priya", f"Shah {urn}", Role.HEAD, urn=urn)
    _person(session, f"deputy@{urn}.example", "Dan", f"Dean {urn}", Role.DEPUTY, urn=urn)


def _provider(session: Session, code: str, kind: ProviderType, cluster_id: int | None) -> None:
    made = Provider(
        code=code,
        name=f"Provider {code}",
        type=kind,
        reach=Reach.LOCAL,
        capacity=10,
        day_rate_pence=60_000,
        easting=372_000,
        northing=111_000,
        valid_from=LONG_AGO,
        themes=[ProviderTheme(theme=theme) for theme in ("maths", "reading", "writing", "leadership")],
        stages=[ProviderStage(stage="KS2")],
        clusters=[ProviderCluster(cluster_id=cluster_id, starts_on=LONG_AGO)] if cluster_id else [],
    )
    session.add(made)
    session.flush()
    _person(session, f"lead@{code.lower()}.example", "Lee", f"Lead {code}", Role.PROVIDER_LEAD, provider_id=made.id)


def _person(
    session: Session,
    email: str,
    first_name: str,
    surname: str,
    role: Role,
    *,
    urn: int | None = None,
    provider_id: int | None = None,
    phone: str | None = None,
) -> None:
    contact = Contact(email=email, first_name=first_name, surname=surname, phone=phone)
    session.add(contact)
    session.flush()
    session.add(ContactRole(contact_id=contact.id, role=role, urn=urn, provider_id=provider_id, starts_on=LONG_AGO))
