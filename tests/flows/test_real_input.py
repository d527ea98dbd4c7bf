"""Real published figures in, a commission taken through to active.

Hampshire, and Dorset with the files there are for it.
"""

import asyncio
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from casework import composing, planning
from casework.desk import desk_for
from config.database import session_scope
from flows.commission import commission
from flows.identify import identify
from intake.themes import seed_themes
from models.calendar import HalfTerm, TermCalendar
from models.commissions import Commission, CommissionState
from models.contacts import Contact, ContactRole, Role
from models.priorities import Priority, PriorityScope
from models.providers import Provider, ProviderType, Reach
from models.results import PublishedResult
from models.schools import School
from rules.errors import Refused
from tasks.import_file import import_file
from tests.casework.world import LONG_AGO, say
from tests.rules.calendars import DORSET

HAMPSHIRE = (
    ("gias/gias_search_results_850_20220420.csv", "schools"),
    ("performance/2016-2017/850_ks2final.csv", "ks2"),
    ("performance/2017-2018/850_ks2final.csv", "ks2"),
    ("performance/2016-2017/850_ks4final.csv", "ks4"),
    ("performance/2017-2018/850_ks4final.csv", "ks4"),
)
DORSET_FILES = (
    ("performance/2018-2019/england_school_information.xlsx", "schools"),
    ("performance/2021-2022/england_school_information.xlsx", "schools"),
    ("gias/allgroupsdata20260821.csv", "groups"),
    ("gias/grouplinks_edubaseallacademiesandfree20240329.csv", "groups"),
    ("gias/links_edubasealldata20260821.csv", "links"),
    ("performance/2017-2018/england_ks4provisional.csv", "ks4"),
    ("performance/2018-2019/england_ks4provisional.csv", "ks4"),
    ("performance/2017-2018/england_abs.csv", "absence"),
    ("performance/2018-2019/england_abs.csv", "absence"),
    ("performance/2017-2018/england_census.csv", "census"),
    ("performance/2018-2019/england_census.csv", "census"),
)
START = date(2025, 9, 17)


def bring_in(real_data: Path, files: tuple[tuple[str, str], ...], area: str) -> None:
    """The published files, and what a council adds of its own: themes, term dates, people, a provider, a Fund."""
    from casework.fund import open_year

    with session_scope() as session:
        seed_themes(session)
    for name, kind in files:
        import_file(str(real_data / name), kind, None, START, area)
    import_file(str(real_data / "calendar/bank-holidays.json"), None, None, START, area)
    with session_scope() as session:
        calendar = TermCalendar(code=f"area:{area}")
        session.add(calendar)
        session.flush()
        for h in DORSET.half_terms:
            session.add(
                HalfTerm(
                    calendar_id=calendar.id,
                    academic_year=h.academic_year,
                    number=h.number,
                    starts_on=h.starts_on,
                    ends_on=h.ends_on,
                )
            )
        open_year(session, 2025, 10_000_000, 450_000)
        provider = Provider(
            code="TSA1",
            name="South Teaching School Alliance",
            type=ProviderType.TSA,
            reach=Reach.LOCAL,
            capacity=5,
            day_rate_pence=50_000,
            valid_from=LONG_AGO,
        )
        session.add(provider)
        session.flush()
        person(session, "officer@council.example", Role.OFFICER)
        person(session, "lead@tsa.example", Role.PROVIDER_LEAD, provider_id=provider.id)


def person(session: sa.orm.Session, email: str, role: Role, **place: int) -> None:
    contact = Contact(email=email, first_name="Alex", surname="Person")
    session.add(contact)
    session.flush()
    session.add(ContactRole(contact_id=contact.id, role=role, starts_on=LONG_AGO, **place))


def take_to_active(urn: int, theme: str) -> Commission:
    with session_scope() as session:
        person(session, "head@school.example", Role.HEAD, urn=urn)
    facts = asyncio.run(
        commission.fn(urn=urn, theme=theme, pounds=4800, reason="The published figures say so.", as_of=START)
    )
    case_id = int(facts["cases"][0])
    yes = {"accept": True, "name": "Alex Person"}
    with session_scope() as session:
        say(desk_for(session, START + timedelta(days=1)), "school-offer", case_id, dict(yes))
    with session_scope() as session:
        say(desk_for(session, START + timedelta(days=2)), "provider-offer", case_id, dict(yes))
    for purpose in ("plan-school", "plan-provider"):
        with session_scope() as session:
            say(desk_for(session, START + timedelta(days=5)), purpose, case_id, {"agree": True, "name": "Alex Person"})
    with session_scope() as session:
        desk = desk_for(session, START + timedelta(days=6), actor="officer")
        case = session.get_one(Commission, case_id)
        planning.approve(desk, case, planning.plan_of(desk, case), "officer")
        composing.compose(desk)
        return case


def found_priorities() -> list[Priority]:
    with session_scope() as session:
        return list(
            session.scalars(
                sa.select(Priority).where(Priority.scope == PriorityScope.SCHOOL).order_by(Priority.rank, Priority.id)
            )
        )


def test_hampshire_from_its_files_to_an_active_commission(
    database: str, real_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_in(real_data, HAMPSHIRE, "838")
    facts = asyncio.run(identify.fn(la=850, as_of=START))
    assert facts["schools"] > 400
    assert facts["findings"] >= 1
    again = asyncio.run(identify.fn(la=850, as_of=START))
    assert again["run"] == facts["run"]
    first = found_priorities()[0]
    assert first.urn is not None
    assert f"{_percent_of(first)}" in first.sentence
    case = take_to_active(first.urn, first.theme)
    assert case.state is CommissionState.ACTIVE
    assert case.priority_id == first.id


def _percent_of(priority: Priority) -> str:
    """The figure of the strongest evidence, as the sentence must say it."""
    item = priority.evidence[0]
    with session_scope() as session:
        value = session.scalar(
            sa.select(PublishedResult.value).where(
                PublishedResult.urn == priority.urn,
                PublishedResult.measure == item["measure"],
                PublishedResult.year == item["years"][-1],
            )
        )
    assert value == pytest.approx(item["value"])
    return f"{value:g}".replace("-", "−")


def test_dorset_with_the_files_there_are(database: str, real_data: Path) -> None:
    bring_in(real_data, DORSET_FILES, "838")
    facts = asyncio.run(identify.fn(la=838, as_of=START))
    assert facts["schools"] > 100
    priorities = found_priorities()
    with session_scope() as session:
        urn = (
            priorities[0].urn
            if priorities
            else session.scalars(
                sa.select(School.urn).where(School.la_code == 838, School.phase == "Secondary").order_by(School.urn)
            ).first()
        )
    assert urn is not None
    case = take_to_active(urn, priorities[0].theme if priorities else "attendance")
    assert case.state is CommissionState.ACTIVE


def test_a_school_that_is_closed_is_refused(database: str, real_data: Path) -> None:
    bring_in(real_data, HAMPSHIRE[:1], "838")
    with session_scope() as session:
        closed = session.scalars(sa.select(School.urn).where(School.status == "closed").order_by(School.urn)).first()
    assert closed is not None
    with pytest.raises(Refused, match="is not open"):
        asyncio.run(commission.fn(urn=closed, theme="maths", pounds=100, reason="A closed school.", as_of=START))
    with session_scope() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Commission)) == 0
