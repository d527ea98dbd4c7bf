"""Escalations are held for ten minutes from when they could go, and an officer can undo them until they have gone."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework import chasing, composing, escalating, holding, letters, outbox, rounds
from casework.notices import Subject
from config import clock
from mail.catalogue import letter_of
from mail.samples import SAMPLES
from models.commissions import Commission
from models.events import Event
from models.messages import Message, MessageState, Notice, NoticeState
from models.rounds import ImpactUpdate
from rules.errors import Refused
from rules.escalations import held_until, is_escalation
from tests.casework.stages import active, at_stage, gone
from tests.casework.world import SCHOOLS, desk_at

one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
EIGHT = datetime(2025, 11, 12, 8, tzinfo=UTC)
SECOND = date(2025, 10, 22)
HEAD, DEPUTY = f"head@{SCHOOLS[0]}.example", f"deputy@{SCHOOLS[0]}.example"


def _reminded(session: Session) -> Commission:
    """The school has had everything up to the second reminder, which is made and held."""
    case = active(session)
    for day in (date(2025, 10, 10), SECOND):
        gone(session, day)
        desk = desk_at(session, day)
        rounds.open_round(desk, case)
        session.execute(sa.update(ImpactUpdate).values(due_on=date(2025, 10, 15), last_rung=None))
        session.expire_all()
        for update in session.scalars(sa.select(ImpactUpdate)):
            chasing.chase(desk, update, chasing.recipients(desk, [case]))
        composing.compose(desk)
        session.flush()
    return case


pytestmark = at_stage(_reminded)


@pytest.fixture
def reminded(session: Session) -> Session:
    return session


def of(session: Session, email: str) -> Message:
    wanted = sa.select(Message).where(Message.recipient == email, Message.day == SECOND)
    return session.scalars(wanted).one()


def test_a_hold_is_counted_from_when_it_could_go() -> None:
    assert held_until(EIGHT - timedelta(minutes=30), EIGHT, 10) == EIGHT + timedelta(minutes=10)
    assert held_until(EIGHT + timedelta(hours=2), EIGHT, 10) == EIGHT + timedelta(hours=2, minutes=10)


def test_what_is_an_escalation() -> None:
    assert is_escalation("overdue-digest", "chair-chair-line")
    assert is_escalation("impact-update-reminder", "second-reminder")
    assert is_escalation("missed-two-meetings", "told")
    assert not is_escalation("impact-update-reminder", "reminder")


def test_a_second_reminder_waits_its_ten_minutes_and_then_goes(reminded: Session) -> None:
    opens = clock.at(SECOND, time(8))
    for email in (HEAD, DEPUTY):
        assert of(reminded, email).held_until == opens + timedelta(minutes=10)
    held = {of(reminded, email).id for email in (HEAD, DEPUTY)}
    early, late = opens + timedelta(minutes=9), opens + timedelta(minutes=10)
    before = {one.id for one in outbox.claim(reminded, day=SECOND, now=early, worker="a", limit=99)}
    after = {one.id for one in outbox.claim(reminded, day=SECOND, now=late, worker="b", limit=99)}
    assert not before & held
    assert held <= after


def test_an_officer_undoes_one(reminded: Session) -> None:
    message = of(reminded, HEAD)
    escalating.undo(desk_at(reminded, SECOND, "contact:1"), message.id)
    assert of(reminded, HEAD).state is MessageState.ABORTED
    assert of(reminded, DEPUTY).state is MessageState.QUEUED
    notice = reminded.scalars(sa.select(Notice).where(Notice.message_id == message.id)).one()
    assert notice.state is NoticeState.CANCELLED
    event = reminded.scalars(sa.select(Event).where(Event.kind == "escalation-undone")).one()
    assert event.actor == "contact:1"
    assert not composing.compose(desk_at(reminded, SECOND))
    with pytest.raises(Refused, match="can no longer be undone"):
        escalating.undo(desk_at(reminded, SECOND), message.id)


@one_database
def test_what_else_it_told_goes_another_day(reminded: Session) -> None:
    message = of(reminded, HEAD)
    other = reminded.scalars(sa.select(Notice).where(Notice.message_id == message.id)).one()
    extra = Notice(
        key="extra",
        template="case-paused",
        contact_id=other.contact_id,
        commission_id=other.commission_id,
        step="paused",
        day=SECOND,
        context=letter_of(SAMPLES["case-paused"])[1],
        state=NoticeState.COMPOSED,
        message_id=message.id,
        created_at=EIGHT,
    )
    reminded.add(extra)
    reminded.flush()
    escalating.undo(desk_at(reminded, SECOND), message.id)
    assert not composing.compose(desk_at(reminded, SECOND))
    gone(reminded, SECOND)
    assert len(composing.compose(desk_at(reminded, SECOND + timedelta(days=1)))) == 1
    assert extra.state is NoticeState.COMPOSED
    assert extra.message_id != message.id


@one_database
def test_a_message_that_is_going_cannot_be_held_released_or_undone(reminded: Session) -> None:
    message, now = of(reminded, HEAD), clock.at(SECOND, time(9))
    outbox.claim(reminded, day=SECOND, now=now, worker="w", limit=99)
    with pytest.raises(Refused, match="can no longer be held"):
        holding.hold(reminded, [message.id], now + timedelta(hours=1), now)
    outbox.mark_sending(reminded, [message.id], worker="w", now=now)
    with pytest.raises(Refused, match="can no longer be undone"):
        escalating.undo(desk_at(reminded, SECOND), message.id)
    with pytest.raises(Refused, match="is not held"):
        holding.release(reminded, [message.id], now)
    with pytest.raises(Refused, match="no message number"):
        holding.release(reminded, [10**9], now)


@one_database
def test_any_message_may_be_held_and_released(reminded: Session) -> None:
    first = reminded.scalars(sa.select(Message).order_by(Message.id)).first()
    assert first is not None
    first.state, first.sent_at, wanted = MessageState.QUEUED, None, first.id
    reminded.flush()
    now = clock.at(SECOND, time(9))
    holding.hold(reminded, [wanted], now + timedelta(hours=1), now)
    assert wanted not in {one.id for one in outbox.claim(reminded, day=SECOND, now=now, worker="w", limit=99)}
    holding.release(reminded, [wanted], now)
    assert wanted in {one.id for one in outbox.claim(reminded, day=SECOND, now=now, worker="v", limit=99)}
    with pytest.raises(Refused, match="is no escalation"):
        escalating.undo(desk_at(reminded, SECOND), wanted)


def test_a_case_whose_reminders_are_held_goes_on_by_itself_on_the_day(reminded: Session) -> None:
    """An officer holds the second reminder, still in its ten minutes, and what has not gone of the case with it."""
    case = reminded.scalars(sa.select(Commission)).one()
    until = SECOND + timedelta(days=2)
    holding.hold_reminders(desk_at(reminded, SECOND, "contact:1"), case, until, "The head is ill.")
    reminded.expire_all()
    both = {of(reminded, email).id for email in (HEAD, DEPUTY)}
    assert {(of(reminded, email).state, of(reminded, email).response) for email in (HEAD, DEPUTY)} == {
        (MessageState.QUEUED, holding.HELD)
    }
    for day in range(2):
        late = clock.at(SECOND + timedelta(days=day), time(15))
        claimed = outbox.claim(reminded, day=late.date(), now=late, worker="a", limit=99)
        assert not both & {one.id for one in claimed}
    composing.compose(desk_at(reminded, until - timedelta(days=1)))
    assert {of(reminded, email).state for email in (HEAD, DEPUTY)} == {MessageState.QUEUED}
    then = clock.at(until, time(8))
    assert both <= {one.id for one in outbox.claim(reminded, day=until, now=then, worker="b", limit=99)}


def test_releasing_a_case_lets_go_of_what_an_officer_held_and_of_no_escalation(reminded: Session) -> None:
    case = reminded.scalars(sa.select(Commission)).one()
    desk = desk_at(reminded, SECOND)
    opens = of(reminded, HEAD).held_until
    with pytest.raises(Refused, match="No reminder of"):
        reminded.execute(sa.update(ImpactUpdate).values(next_step_on=SECOND))
        reminded.expire_all()
        holding.release_reminders(desk, case)
    assert of(reminded, HEAD).held_until == opens
    holding.hold(reminded, [of(reminded, DEPUTY).id], clock.at(SECOND, time(23)), desk.now)
    holding.release_reminders(desk, case)
    reminded.expire_all()
    assert (of(reminded, HEAD).held_until, of(reminded, DEPUTY).held_until) == (opens, None)


@one_database
@at_stage(active)
def test_a_line_to_the_chair_is_held(session: Session, case: Commission) -> None:
    desk = desk_at(session, SECOND)
    letters.tell_chair(desk, case, Subject("commission", case.id), "line", "has not answered.")
    composing.compose(desk)
    assert of(session, "chair@board.example").held_until is not None
