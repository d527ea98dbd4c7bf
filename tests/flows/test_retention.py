"""The nightly purge: each class goes when its time is over and not a day before; a dry run changes nothing."""

import asyncio
from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy import Engine

from casework import ending, run_requests, sessions
from casework.events import broken_chains
from cli.main import sib
from config import clock
from config.database import reading_scope, session_factory
from config.fingerprint import content_hash
from flows.retain import retain
from models.commissions import Commission
from models.contacts import Contact, ContactRole
from models.events import Event
from models.imports import ImportRun
from models.links import Link
from models.messages import Message, MessageState
from models.officer_tasks import OfficerTask, OfficerTaskState
from models.read_log import CaseRead
from models.run_requests import RunRequest, RunRequestCase
from models.runs import RunReport
from models.sign_in import SignInBy, StaffSession
from rules.retention import Retention
from tests.casework.stages import active
from tests.casework.world import START, desk_at, make_world

KEPT = Retention()
ENDED = START + timedelta(days=30)


@pytest.fixture
def world(engine: Engine) -> Engine:
    """A case that ended, its mail sent; an import, a run and a task of the same days."""
    with session_factory(engine).begin() as session:
        make_world(session)
        case = active(session)
        ending.end(desk_at(session, ENDED, "officer"), case, "Withdrawn.")
        case.ended_on = case.ended_on or ENDED
        session.execute(sa.update(Message).values(state=MessageState.SENT, sent_at=clock.at(START, time(9))))
        at = clock.at(START, time(9))
        session.add_all(
            [
                ImportRun(
                    kind="contacts",
                    filename="c.csv",
                    sha256="0",
                    imported_at=at,
                    read=1,
                    written=1,
                    unchanged=0,
                    skipped=0,
                    report={"row": "Ada"},
                ),
                RunReport(flow="tick", as_of=START, finished_at=at, facts={}, failed_checks=[]),
                RunReport(flow="tick", as_of=START + timedelta(days=1), finished_at=at, facts={}, failed_checks=[]),
                OfficerTask(
                    key="t1",
                    kind="phone",
                    raised_on=START,
                    due_on=START,
                    state=OfficerTaskState.DONE,
                    done_on=START,
                    text="Phone Priya Shah",
                ),
            ]
        )
    return engine


def purge(day: date) -> dict[str, int]:
    return asyncio.run(retain.fn(as_of=day))


def count(engine: Engine, what: sa.Select[tuple[int]]) -> int:
    with reading_scope(engine) as session:
        return session.scalar(what) or 0


def test_a_record_of_its_last_day_stays_and_goes_the_day_after(world: Engine) -> None:
    with reading_scope(world) as session:
        last = session.scalar(sa.select(sa.func.max(Link.expires_on)))
    assert last is not None
    day = last + timedelta(days=KEPT.link_days)
    with session_factory(world).begin() as session:
        session.execute(sa.update(Link).values(expires_on=last, revoked_at=None))
    assert purge(day)["links"] == 0
    assert purge(day + timedelta(days=1))["links"] > 0
    assert count(world, sa.select(sa.func.count(Link.id))) == 0


def test_after_two_years_mail_says_nothing_but_that_it_was_sent(world: Engine) -> None:
    total = count(world, sa.select(sa.func.count(Message.id)))
    facts = purge(START + timedelta(days=KEPT.mail_days + 60))
    assert facts["mail"] > total, "messages and notices"
    with reading_scope(world) as session:
        for one in session.scalars(sa.select(Message)):
            assert one.context == {"emptied": True}
            assert one.recipient == f"removed-{one.id}@removed.invalid"
            assert one.sent_at is not None
            assert one.template
    assert count(world, sa.select(sa.func.count(Message.id))) == total


def test_runs_tasks_and_imports(world: Engine) -> None:
    facts = purge(START + timedelta(days=KEPT.import_days + 1))
    assert facts["runs"] == facts["imports"] == 1
    assert facts["tasks"] >= 1
    assert count(world, sa.select(sa.func.count(RunReport.id)).where(RunReport.flow == "tick")) == 1, "the newest stays"
    with reading_scope(world) as session:
        assert session.scalars(sa.select(ImportRun)).one().report == {"emptied": True}


def test_six_years_after_its_end_a_case_names_nobody_and_is_whole(world: Engine) -> None:
    day = ENDED + timedelta(days=KEPT.case_days)
    assert purge(day)["cases"] == 0
    assert purge(day + timedelta(days=1))["cases"] == 1
    with reading_scope(world) as session:
        texts = " ".join(session.scalars(sa.select(Event.reason)))
        assert "Priya Shah" not in texts
        assert "Lee Lead" not in texts
        assert broken_chains(session) == []
        case = session.scalars(sa.select(Commission)).one()
        assert case.cost_pence == 480_000
    assert purge(day + timedelta(days=1))["cases"] == 0, "a second time there is nothing left"


def test_people_whose_roles_ended_go_after_a_year(world: Engine) -> None:
    with session_factory(world).begin() as session:
        session.execute(sa.update(ContactRole).where(ContactRole.role == "deputy").values(ends_on=START))
    assert purge(START + timedelta(days=KEPT.contact_days))["contacts"] == 0
    assert purge(START + timedelta(days=KEPT.contact_days + 1))["contacts"] == 6
    with reading_scope(world) as session:
        left = session.scalars(sa.select(Contact.first_name).where(Contact.email.like("deputy@%"))).all()
        assert left == []
        assert session.scalars(sa.select(Contact).where(Contact.email.like("head@%"))).all()


def test_who_read_what_goes_after_a_year_and_the_log_stays_protected(world: Engine) -> None:
    with session_factory(world).begin() as session:
        case = session.scalars(sa.select(Commission)).one()
        for day in (START, START + timedelta(days=30)):
            at = clock.at(day, time(9))
            session.add(CaseRead(at=at, actor="contact:1", commission_id=case.id, page="/cases/{reference}"))
    facts = purge(START + timedelta(days=KEPT.reading_days + 1))
    assert facts["readings"] == 1
    assert count(world, sa.select(sa.func.count(CaseRead.id))) == 1
    with session_factory(world)() as session, pytest.raises(sa.exc.DBAPIError, match="append-only"):
        session.execute(sa.delete(CaseRead))


def test_sessions_and_requests_for_runs_go_after_they_ended(world: Engine) -> None:
    ended = clock.at(START, time(9))
    with session_factory(world).begin() as session:
        case = session.scalars(sa.select(Commission)).one()
        person = session.scalars(sa.select(Contact)).first()
        assert person is not None
        sessions.open_session(session, person.id, SignInBy.LINK, now=ended, lasts=timedelta(hours=1))
        sessions.open_session(session, person.id, SignInBy.LINK, now=ended, lasts=timedelta(days=500))
        for key in ("ended", "waits"):
            run_requests.ask(
                session, key=key, flow="commission", parameters={}, as_of=START, actor="a", now=ended, cases=[case.id]
            )
        run_requests.refused(session, 1, "The school has closed.", ended)
    assert purge(START + timedelta(days=KEPT.session_days))["sessions"] == 0
    facts = purge(START + timedelta(days=KEPT.run_days + 1))
    assert (facts["sessions"], facts["requests"]) == (1, 1)
    assert count(world, sa.select(sa.func.count(StaffSession.id))) == 1
    with reading_scope(world) as session:
        assert session.scalars(sa.select(RunRequest.key)).all() == ["waits"]
        assert session.scalars(sa.select(RunRequestCase.run_request_id)).all() == [2]


def test_a_dry_run_says_the_same_and_changes_nothing(world: Engine) -> None:
    day = (START + timedelta(days=KEPT.import_days + 1)).isoformat()
    before = content_hash(world)
    dry = CliRunner().invoke(sib, ["retain", "--as-of", day, "--dry-run", "--json"])
    assert dry.exit_code == 0, dry.output
    assert content_hash(world) == before
    real = CliRunner().invoke(sib, ["retain", "--as-of", day, "--json"])
    assert real.stdout == dry.stdout
    assert content_hash(world) != before
