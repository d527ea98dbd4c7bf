"""A day run twice, two runs at once, days missed: properties over random school years, on both databases.

Each example works on one transaction that is rolled back; the flow's own function runs, without the engine.
"""

import asyncio
import threading
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from config.database import rolled_back, session_scope
from flows.tick import tick
from models.commissions import Commission
from models.messages import Message, MessageKind, Notice, NoticeState
from models.officer_tasks import OfficerTask
from models.rounds import ImpactUpdate, UpdateState
from rules.ladder import TO_THE_PARTY, Rung, rung_days
from rules.policy import LadderPolicy
from sample.population import populate
from tests.casework.world import desk_at, make_world

START = date(2025, 11, 3)
ACTIVE = 8
SPAN = 55
PROPERTY = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def year(database: str) -> None:
    with session_scope() as session:
        make_world(session, grant_pence=100_000_000)
        populate(desk_at(session, START), ACTIVE, seed=1)


def run(day: date) -> None:
    asyncio.run(tick.fn(as_of=day))


def everything(session: Session) -> list[Any]:
    """What the runs left behind, without the numbers of rows and the instants."""
    session.expire_all()
    return [
        sorted(
            session.execute(
                sa.select(Notice.key, Notice.template, Notice.day, Notice.state, sa.func.coalesce(Notice.reason, ""))
            ).tuples()
        ),
        sorted(
            session.execute(
                sa.select(Message.recipient, Message.day, Message.template, Message.header_id, Message.state)
            ).tuples()
        ),
        sorted(session.execute(sa.select(OfficerTask.key, OfficerTask.raised_on)).tuples()),
        session.execute(
            sa.select(ImpactUpdate.id, ImpactUpdate.state, ImpactUpdate.last_rung, ImpactUpdate.next_step_on).order_by(
                ImpactUpdate.id
            )
        )
        .tuples()
        .all(),
        session.execute(
            sa.select(Commission.id, Commission.state, Commission.next_due_on, Commission.next_round_on).order_by(
                Commission.id
            )
        )
        .tuples()
        .all(),
    ]


days_run = st.sets(st.integers(0, SPAN), min_size=1, max_size=14).map(sorted)


@PROPERTY
@given(offsets=days_run)
def test_a_day_run_twice_changes_nothing(year: None, offsets: list[int]) -> None:
    with rolled_back() as session:
        for offset in offsets:
            run(START + timedelta(days=offset))
            once = everything(session)
            run(START + timedelta(days=offset))
            assert everything(session) == once


@PROPERTY
@given(offsets=days_run)
def test_after_missed_days_one_run_catches_up(year: None, offsets: list[int]) -> None:
    with rolled_back() as session:
        before: dict[int, Rung | None] = {}
        for offset in offsets:
            today = START + timedelta(days=offset)
            run(today)
            session.expire_all()
            scheduled = session.execute(
                sa.select(Message.recipient, Message.day).where(Message.kind == MessageKind.SCHEDULED)
            ).tuples()
            assert max(Counter(scheduled).values(), default=0) <= 1
            desk = desk_at(session, today)
            open_today = desk.calendars.area.is_school_day(today)
            for update in session.scalars(sa.select(ImpactUpdate)):
                _nothing_forgotten(session, update, today, before.get(update.id), open_today=open_today)
                before[update.id] = Rung(update.last_rung) if update.last_rung else None


def _nothing_forgotten(
    session: Session, update: ImpactUpdate, today: date, last: Rung | None, *, open_today: bool
) -> None:
    desk = desk_at(session, today)
    calendar = desk.calendars.of_school(update.commission.urn)
    rungs = rung_days(calendar, update.opened_on, update.due_on, update.closes_on, LadderPolicy())
    due = [r for r in rungs if r.day <= today]
    if update.state is UpdateState.MISSED:
        assert today > update.closes_on
        return
    assert today <= update.closes_on
    if not due or not open_today:
        return
    assert update.last_rung == due[-1].rung.value
    order = list(Rung)
    new = [r for r in due if last is None or order.index(r.rung) > order.index(last)]
    notices = {
        notice.step: notice.state
        for notice in session.scalars(sa.select(Notice).where(Notice.update_id == update.id).order_by(Notice.id.desc()))
    }
    mails = [r.rung for r in new if r.rung in TO_THE_PARTY]
    phoned = any(r.rung is Rung.OFFICER_TASK for r in new)
    for place, rung in enumerate(mails):
        told = place == len(mails) - 1 and not phoned
        assert (notices[rung.value] is not NoticeState.SKIPPED) is told, (rung, today)
    if phoned:
        assert session.scalar(sa.select(OfficerTask.id).where(OfficerTask.key == f"phone:update:{update.id}"))


def test_two_runs_at_once_do_what_one_does(year: None) -> None:
    day = START + timedelta(days=1)
    with rolled_back() as session:
        run(day)
        alone = everything(session)
    troubles: list[BaseException] = []

    def go() -> None:
        try:
            run(day)
        except BaseException as error:  # noqa: BLE001  shown by the assertion below
            troubles.append(error)

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    run(day)
    with session_scope() as session:
        assert everything(session) == alone


def test_a_fortnight_missed_then_one_run(year: None) -> None:
    run(START)
    late = START + timedelta(days=14)
    run(late)
    with session_scope() as session:
        on_the_day = session.execute(sa.select(Message.recipient, Message.template).where(Message.day == late)).tuples()
        assert max(Counter(recipient for recipient, _ in on_the_day).values()) == 1
        skipped = session.scalars(sa.select(Notice).where(Notice.state == NoticeState.SKIPPED)).all()
        assert all(notice.reason and "overtaken" in notice.reason for notice in skipped)


def test_a_holiday_chases_nobody(year: None) -> None:
    for offset in range(50, 60):
        run(START + timedelta(days=offset))
    with session_scope() as session:
        holiday = session.scalars(sa.select(Message.day).where(Message.day > date(2025, 12, 19))).all()
        assert holiday == []
