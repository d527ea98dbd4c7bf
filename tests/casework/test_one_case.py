"""One commission from evidence to evaluated impact, answers by link, on both databases."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework import (
    chasing,
    commissioning,
    composing,
    deadlines,
    evaluation,
    pausing,
    rounds,
    spending,
)
from casework.events import broken_chains
from casework.lifecycle import locked
from models.board import AgendaItem
from models.commissions import Commission, CommissionState, Offer, Outcome
from models.fund import FundYear
from models.messages import Message, Notice, NoticeState
from models.plans import PlanMeasure
from models.referrals import Referral
from models.rounds import ImpactUpdate, UpdateState
from queries.due import next_due_day, updates_to_chase
from rules.errors import Refused
from tests.casework.stages import YES, active, confirmed, gone, offered
from tests.casework.world import ACADEMY, SCHOOLS, START, desk_at, say


@pytest.fixture
def world(session: Session) -> Session:
    return session


def day_of_work(session: Session, day: date) -> None:
    """What the tick does, without the engine, after what was made before has been sent."""
    gone(session, day)
    desk = desk_at(session, day)
    for case_id in session.scalars(sa.select(Commission.id).where(Commission.next_round_on <= day)).all():
        rounds.open_round(desk, locked(desk, case_id))
    for update_id in updates_to_chase(session, day):
        update = session.get_one(ImpactUpdate, update_id)
        chasing.chase(desk, update, chasing.recipients(desk, [update.commission]))
    for case_id in session.scalars(sa.select(Commission.id).where(Commission.next_due_on <= day)).all():
        deadlines.advance(desk, locked(desk, case_id))
    composing.compose(desk)
    session.flush()


def templates_to(session: Session, address: str) -> list[str]:
    return list(session.scalars(sa.select(Message.template).where(Message.recipient == address).order_by(Message.id)))


def state_of(case: Commission) -> str:
    return case.state.value


def code_of(offer: Offer) -> str | None:
    return offer.provider.code if offer.provider else None


def money(session: Session) -> tuple[int, int, int, int]:
    year = session.scalars(sa.select(FundYear).where(FundYear.label == "2025-26")).one()
    session.refresh(year)
    assert year.budget_pence == year.reserved_pence + year.committed_pence + year.spent_pence + year.free_pence
    return year.reserved_pence, year.committed_pence, year.spent_pence, year.free_pence


def test_from_evidence_to_evaluated_impact(world: Session) -> None:
    case = active(world)
    assert state_of(case) == "active"
    assert money(world) == (0, 480_000, 0, 9_550_000 - 480_000)
    day, last = date(2025, 9, 25), date(2026, 7, 22)
    answered = 0
    while day <= last and state_of(case) == "active":
        day_of_work(world, day)
        for update in world.scalars(sa.select(ImpactUpdate).where(ImpactUpdate.state == UpdateState.AWAITED)).all():
            if update.party == "school" and update.last_rung == "request":
                measures = world.scalars(sa.select(PlanMeasure)).all()
                figures = [
                    {"measure": m.id, "value": min(100, m.target + 1), "cohort": 30, "rag": "green", "reason": "Books."}
                    for m in measures
                ]
                say(desk_at(world, day), "update", case.id, {"name": "Priya Shah", "measures": figures})
                answered += 1
        day += timedelta(days=1)
    assert answered >= 3
    assert state_of(case) == "evaluating"
    desk = desk_at(world, day, "officer")
    spending.pay(desk, case, invoice="7", pence=300_000, what_for="Six days")
    assert spending.pay(desk, case, invoice="7", pence=300_000, what_for="Six days") is None
    evaluation.close(desk, case, Outcome.MET, "", "the team")
    composing.compose(desk)
    assert (case.state, case.outcome) == (CommissionState.CLOSED, Outcome.MET)
    assert money(world) == (0, 0, 300_000, 9_550_000 - 300_000)
    assert broken_chains(world) == []
    due = next_due_day(world)
    assert due is None or due > day
    assert "support-offered" in templates_to(world, "head@110001.example")


def test_one_scheduled_mail_a_person_and_day(world: Session) -> None:
    for urn in SCHOOLS[:3]:
        offered(world, urn)
    day = START + timedelta(days=1)
    for case in world.scalars(sa.select(Commission)).all():
        say(desk_at(world, day), "school-offer", case.id, YES)
    # Three offers to one provider on one day: the first has gone when the others come, and they wait for the next
    # day's mail.
    assert templates_to(world, "lead@tsa1.example") == ["brokering-offer"]
    composing.compose(desk_at(world, day + timedelta(days=1)))
    assert templates_to(world, "lead@tsa1.example") == ["brokering-offer", "digest"]


def test_opting_out_gives_the_money_back_and_closes_the_links(world: Session) -> None:
    case = offered(world)
    assert money(world)[0] == 480_000
    say(desk_at(world, START + timedelta(days=1)), "school-offer", case.id, {"accept": False, "name": "Priya Shah"})
    assert case.state is CommissionState.OPTED_OUT
    assert money(world) == (0, 0, 0, 9_550_000)
    assert templates_to(world, "head@110001.example") == ["support-offered", "opt-out-confirmed"]
    assert world.scalar(sa.select(Referral.id)) is None
    with pytest.raises(Refused, match="not in use any more"):
        say(desk_at(world, START + timedelta(days=2)), "school-offer", case.id, YES)


def test_an_academy_with_a_concern_that_refuses_is_referred(world: Session) -> None:
    case = offered(world, ACADEMY, concern=True)
    say(desk_at(world, START + timedelta(days=1)), "school-offer", case.id, {"accept": False, "name": "A Head"})
    assert case.state is CommissionState.OPTED_OUT
    assert world.scalars(sa.select(Referral)).one().commission_id == case.id


def test_declined_by_one_accepted_by_the_next_and_silence_expires(world: Session) -> None:
    case = offered(world)
    say(desk_at(world, START + timedelta(days=1)), "school-offer", case.id, YES)
    say(desk_at(world, START + timedelta(days=2)), "provider-offer", case.id, {"accept": False, "name": "Lee Lead"})
    day = START + timedelta(days=3)
    while day < START + timedelta(days=14):
        day_of_work(world, day)
        day += timedelta(days=1)
    offers = world.scalars(sa.select(Offer).where(Offer.party == "provider").order_by(Offer.position)).all()
    assert [offer.state.value for offer in offers] == ["declined", "expired", "pending"]
    assert code_of(offers[0]) == "TSA1"
    assert code_of(offers[1]) == "SIP1"
    say(desk_at(world, day), "provider-offer", case.id, YES)
    assert case.state is CommissionState.PLANNING
    assert case.provider_id == offers[2].provider_id


def test_a_declared_conflict_is_a_no_and_is_remembered(world: Session) -> None:
    case = offered(world)
    say(desk_at(world, START + timedelta(days=1)), "school-offer", case.id, YES)
    say(desk_at(world, START + timedelta(days=2)), "provider-offer", case.id, {**YES, "conflict": True})
    assert case.state is CommissionState.BROKERING
    wanted = world.scalars(sa.select(Offer).order_by(Offer.id.desc())).first()
    assert wanted is not None
    assert code_of(wanted) == "SIP1"


def test_the_list_used_up_goes_to_the_board_and_the_case_stays(world: Session) -> None:
    case = offered(world)
    say(desk_at(world, START + timedelta(days=1)), "school-offer", case.id, YES)
    for n in range(4):
        say(desk_at(world, START + timedelta(days=2 + n)), "provider-offer", case.id, {"accept": False, "name": "Lee"})
    assert case.state is CommissionState.BROKERING
    assert world.scalar(sa.select(AgendaItem.id).where(AgendaItem.kind == "brokering-failed")) is not None


def test_silence_of_a_school_reaches_the_chair(world: Session) -> None:
    offered(world)
    day = START
    while day < START + timedelta(days=20):
        day_of_work(world, day)
        day += timedelta(days=1)
    assert templates_to(world, "head@110001.example") == ["support-offered", "support-offer-reminder"]
    assert templates_to(world, "chair@board.example") == ["overdue-digest"]


def test_the_ladder_to_a_party_that_never_answers(world: Session) -> None:
    case = active(world)
    day = date(2025, 9, 25)
    while day <= date(2025, 12, 22):
        day_of_work(world, day)
        day += timedelta(days=1)
    steps = world.execute(
        sa.select(Notice.step)
        .where(Notice.update_id.is_not(None), Notice.contact_id == _head_id(world))
        .order_by(Notice.id)
    ).scalars()
    first = list(steps)[:4]
    assert first == ["request", "nudge", "reminder", "second-reminder"]
    states = world.scalars(sa.select(ImpactUpdate.state).where(ImpactUpdate.commission_id == case.id)).all()
    assert states.count(UpdateState.MISSED) >= 2
    assert world.scalar(sa.select(AgendaItem.id).where(AgendaItem.kind == "updates-missed")) is not None


def test_pausing_freezes_the_waits_and_resuming_goes_on(world: Session) -> None:
    case = offered(world)
    answer_by = case.deadline_on
    pausing.pause(desk_at(world, START + timedelta(days=5)), case, "The head is away.", START + timedelta(days=30))
    for n in range(6, 19):
        day_of_work(world, START + timedelta(days=n))
    assert templates_to(world, "head@110001.example") == ["support-offered"]
    pausing.resume(desk_at(world, START + timedelta(days=19)), case, "Back.")
    assert case.state is CommissionState.OFFERED
    assert answer_by is not None
    assert case.deadline_on is not None
    assert case.deadline_on > answer_by


def test_a_case_past_the_calendar_is_held_and_said(world: Session) -> None:
    case = confirmed(world)
    desk = desk_at(world, date(2027, 7, 20))
    case.next_due_on = date(2027, 7, 20)
    case.state_since = date(2027, 7, 1)
    commissioning_refused = False
    try:
        commissioning.start(desk, case, 100)
    except Exception as error:  # noqa: BLE001
        commissioning_refused = "do not reach" in str(error) or "No Fund year" in str(error)
    assert commissioning_refused


def test_notices_of_a_closed_matter_are_cancelled(world: Session) -> None:
    case = offered(world)
    say(desk_at(world, START + timedelta(days=1)), "school-offer", case.id, YES)
    pausing.withdraw(desk_at(world, START + timedelta(days=1), "officer"), case, "The school closes.")
    left = world.scalars(
        sa.select(Notice).where(Notice.state == NoticeState.PENDING, Notice.commission_id == case.id)
    ).all()
    assert left == []
    assert money(world)[0] == 0


def _head_id(session: Session) -> int:
    from models.contacts import Contact

    return session.scalars(sa.select(Contact.id).where(Contact.email == "head@110001.example")).one()
