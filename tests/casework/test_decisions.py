"""Decisions: votes of who was there and has no interest; they move the cases; delegated ones are ratified or undone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework import decisions, events, fund, members, notices, opening, pausing, planning
from casework.attendance import Seat, record
from casework.decisions import Motion, decide, ratify
from casework.desk import Desk
from models.board import AgendaItem, BoardMember, Decision, DecisionState, Meeting, Presence, Vote, VoteChoice
from models.commissions import Commission, CommissionState
from models.contacts import ContactRole, Role
from models.fund import FundYear
from models.messages import Notice
from rules.errors import Refused
from tests.casework.board_world import Board, held, make_board
from tests.casework.stages import active, in_planning
from tests.casework.world import ACADEMY, LONG_AGO, SCHOOLS, START, desk_at, priority, say
from tests.templates import World

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Where the kind of database makes no difference."""

FOR, AGAINST, ABSTAIN, CONFLICTED = VoteChoice.FOR, VoteChoice.AGAINST, VoteChoice.ABSTAIN, VoteChoice.CONFLICTED
AUTUMN_1 = date(2025, 10, 9)


@pytest.fixture
def template_world() -> World:
    return make_board


@pytest.fixture
def board(facts: Board) -> Board:
    return facts


def motion(board: Board, **more: Any) -> Motion:
    given: dict[str, Any] = {
        "text": "Agreed.", "mover_id": board.members[4], "seconder_id": board.members[5], "agreed": True
    }  # fmt: skip
    return Motion(**(given | more))


def identified(session: Session, urn: int = SCHOOLS[0], day: date = date(2025, 9, 8)) -> Commission:
    desk = desk_at(session, day)
    return opening.open_case(desk, urn, "maths", "Low.", priority=priority(session, urn))


def votes(session: Session, decision: Decision) -> dict[int, VoteChoice]:
    return dict(
        session.execute(sa.select(Vote.member_id, Vote.choice).where(Vote.decision_id == decision.id)).tuples().all()
    )


def test_confirmed_with_movers_and_votes_and_the_case_moves(session: Session, board: Board) -> None:
    case = identified(session)
    desk, meeting = held(session, board, START, absent=(board.members[3],))
    made = decide(
        desk,
        meeting,
        "confirm-priority",
        motion(board, votes={board.members[0]: AGAINST, board.members[1]: ABSTAIN}),
        case,
    )
    assert case.state is CommissionState.CONFIRMED
    assert (made.state, made.meeting_id, made.decided_on) == (DecisionState.DECIDED, meeting.id, START)
    assert (made.mover_id, made.seconder_id) == (board.members[4], board.members[5])
    found = votes(session, made)
    assert found[board.members[0]] is AGAINST
    assert found[board.members[1]] is ABSTAIN
    assert board.members[3] not in found
    assert len(found) == 7
    assert session.scalars(sa.select(AgendaItem.settled_on).where(AgendaItem.commission_id == case.id)).all() == [START]
    told = session.scalars(sa.select(Notice).where(Notice.template == "decision-recorded")).one()
    assert told.context["votes"] == "5 for, 1 against, 1 abstained"
    assert events.broken_chains(session) == []


def test_a_lost_motion_moves_nothing(session: Session, board: Board) -> None:
    case = identified(session)
    desk, meeting = held(session, board)
    made = decide(
        desk,
        meeting,
        "confirm-priority",
        motion(board, agreed=False, votes=dict.fromkeys(board.members[:3], AGAINST)),
        case,
    )
    assert made.state is DecisionState.LOST
    assert case.state is CommissionState.IDENTIFIED
    assert session.scalars(sa.select(AgendaItem.settled_on)).all() == [None]


def test_each_kind_moves_its_case(session: Session, board: Board) -> None:
    rejected, ended = identified(session), active(session, SCHOOLS[1])
    desk, meeting = held(session, board, AUTUMN_1)
    decide(desk, meeting, "reject-priority", motion(board), rejected)
    decide(desk, meeting, "end-case", motion(board), ended)
    assert rejected.state is CommissionState.REJECTED
    assert ended.state is CommissionState.WITHDRAWN
    again = decide(desk, meeting, "recommission", motion(board), ended)
    new = session.scalars(sa.select(Commission).where(Commission.predecessor_id == ended.id)).one()
    assert new.state is CommissionState.CONFIRMED
    assert (again.commission_id, again.kind) == (new.id, "recommission")
    with pytest.raises(Refused, match="has not ended"):
        decide(desk, meeting, "recommission", motion(board), new)


def test_the_board_approves_what_no_delegate_may(session: Session, board: Board) -> None:
    case = in_planning(session)
    day = START + timedelta(days=6)
    say(desk_at(session, day), "plan-school", case.id, {"agree": True, "name": "Priya Shah"})
    say(desk_at(session, day), "plan-provider", case.id, {"agree": True, "name": "Lee Lead"})
    desk = desk_at(session, day, "officer")
    plan = planning.plan_of(desk, case)
    plan.cost_pence = 1_200_000
    with pytest.raises(Refused, match="is for the Board to approve"), session.begin_nested():
        planning.approve(desk, case, plan, "officer")
    at_the_board, meeting = held(session, board, AUTUMN_1)
    decide(at_the_board, meeting, "approve-plan", motion(board), case)
    assert case.state is CommissionState.ACTIVE
    assert session.scalars(sa.select(FundYear.committed_pence).where(FundYear.label == "2025-26")).one() == 1_200_000


@on_sqlite
def test_a_matter_is_noted(session: Session, board: Board) -> None:
    case = active(session)
    desk = desk_at(session, date(2025, 10, 1))
    notices.put_on_agenda(desk, case, "updates-missed", "The school has missed 2 impact updates in a row.")
    at_the_board, meeting = held(session, board, AUTUMN_1)
    decide(at_the_board, meeting, "note", motion(board), case)
    open_kinds = session.scalars(sa.select(AgendaItem.kind).where(AgendaItem.settled_on.is_(None))).all()
    assert open_kinds == ["ratify-approve-plan"]
    assert case.state is CommissionState.ACTIVE


# ---------------------------------------------------------------- conflicts


def works_at_the_school(session: Session, contact_id: int) -> None:
    session.add(ContactRole(contact_id=contact_id, role=Role.DEPUTY, urn=SCHOOLS[0], starts_on=LONG_AGO))


def declares_it(session: Session, contact_id: int) -> None:
    desk = desk_at(session, date(2025, 9, 5))
    contact = session.get_one(BoardMember, 2).contact
    assert contact.id == contact_id
    members.declare(desk, contact, "Chairs its governors.", urn=SCHOOLS[0])


@pytest.mark.parametrize("concern", [works_at_the_school, declares_it])
def test_who_is_concerned_does_not_vote(
    session: Session, board: Board, concern: Callable[[Session, int], None]
) -> None:
    concern(session, session.get_one(BoardMember, board.members[0]).contact_id)
    case, other = identified(session), identified(session, SCHOOLS[1])
    desk, meeting = held(session, board)
    for choice in (FOR, AGAINST):
        with pytest.raises(Refused, match="is concerned with School 1 St Wite’s Primary, and does not vote on it"):
            decide(desk, meeting, "confirm-priority", motion(board, votes={board.members[0]: choice}), case)
    with pytest.raises(Refused, match="cannot move or second"):
        decide(desk, meeting, "confirm-priority", motion(board, mover_id=board.members[0]), case)
    assert case.state is CommissionState.IDENTIFIED
    made = decide(desk, meeting, "confirm-priority", motion(board), case)
    assert votes(session, made)[board.members[0]] is CONFLICTED
    free = decide(desk, meeting, "confirm-priority", motion(board), other)
    assert votes(session, free)[board.members[0]] is FOR


def test_a_member_of_the_provider_does_not_vote_on_its_plan(session: Session, board: Board) -> None:
    case = in_planning(session)
    contact_id = session.get_one(BoardMember, board.members[1]).contact_id
    session.add(
        ContactRole(contact_id=contact_id, role=Role.PROVIDER_DEPUTY, provider_id=case.provider_id, starts_on=LONG_AGO)
    )
    desk, meeting = held(session, board, AUTUMN_1)
    with pytest.raises(Refused, match="is concerned with Provider"):
        decide(desk, meeting, "end-case", motion(board, votes={board.members[1]: FOR}), case)


def test_a_substitute_s_own_interest_counts_too(session: Session, board: Board) -> None:
    works_at_the_school(session, board.substitutes[0])
    case = identified(session)
    desk = desk_at(session, START, "officer")
    meeting = session.scalars(sa.select(Meeting).where(Meeting.day == START)).one()
    seats = {one: Seat(Presence.PRESENT) for one in board.everybody} | {board.members[0]: Seat(Presence.SUBSTITUTE)}
    record(desk, meeting, seats)
    made = decide(desk, meeting, "confirm-priority", motion(board), case)
    kept = session.scalars(sa.select(Vote).where(Vote.decision_id == made.id, Vote.member_id == board.members[0])).one()
    assert (kept.choice, kept.substitute_id) == (CONFLICTED, board.substitutes[0])


# ---------------------------------------------------------------- refusals


@on_sqlite
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"votes": {999: FOR}}, "Somebody who is no member of the Board was not at the meeting"),
        ({"mover_id": 999}, "Somebody who is no member"),
        ({"seconder_id": None, "mover_id": 0}, "Somebody who is no member"),
    ],
)
def test_unknown_members_have_no_vote(session: Session, board: Board, change: dict[str, Any], said: str) -> None:
    case = identified(session)
    desk, meeting = held(session, board)
    with pytest.raises(Refused, match=said):
        decide(desk, meeting, "confirm-priority", motion(board, **change), case)
    assert session.scalars(sa.select(Decision)).all() == []
    assert case.state is CommissionState.IDENTIFIED


@on_sqlite
def test_an_absent_member_has_no_vote_and_nobody_seconds_themselves(session: Session, board: Board) -> None:
    case = identified(session)
    desk, meeting = held(session, board, absent=(board.members[0],))
    with pytest.raises(Refused, match="Mo Member 0 was not at the meeting of 2025-09-17"):
        decide(desk, meeting, "confirm-priority", motion(board, votes={board.members[0]: FOR}), case)
    with pytest.raises(Refused, match="cannot second a motion of their own"):
        decide(desk, meeting, "confirm-priority", motion(board, seconder_id=board.members[4]), case)


@on_sqlite
def test_below_quorum_before_the_day_and_without_attendance_nothing_is_decided(session: Session, board: Board) -> None:
    case = identified(session)
    meeting = session.scalars(sa.select(Meeting).where(Meeting.day == START)).one()
    with pytest.raises(Refused, match="has not taken place yet"):
        decide(desk_at(session, START - timedelta(days=1)), meeting, "confirm-priority", motion(board), case)
    with pytest.raises(Refused, match="Record who came"):
        decide(desk_at(session, START), meeting, "confirm-priority", motion(board), case)
    desk, meeting = held(session, board, absent=(*tuple(board.everybody[:4]), board.members[4]))
    with pytest.raises(Refused, match="below its quorum"):
        decide(desk, meeting, "confirm-priority", motion(board, mover_id=board.members[5], seconder_id=None), case)
    assert case.state is CommissionState.IDENTIFIED


# ---------------------------------------------------------------- delegated authority


def confirmed_by_an_officer(session: Session, urn: int = SCHOOLS[0]) -> Commission:
    case = identified(session, urn)
    opening.confirm(desk_at(session, date(2025, 9, 22), "officer"), case, "It cannot wait.")
    return case


def test_ratified_at_the_next_meeting(session: Session, board: Board) -> None:
    case = confirmed_by_an_officer(session)
    desk, meeting = held(session, board, AUTUMN_1)
    (waiting,) = decisions.delegated(desk)
    assert (waiting.state, waiting.meeting_id) == (DecisionState.DELEGATED, None)
    told = session.scalars(sa.select(Notice).where(Notice.template == "decision-recorded")).one()
    assert told.context["ratify_on"] == AUTUMN_1.isoformat()
    ratify(desk, meeting, waiting, motion(board))
    assert (waiting.state, waiting.meeting_id, waiting.settled_on) == (DecisionState.RATIFIED, meeting.id, AUTUMN_1)
    assert case.state is CommissionState.CONFIRMED
    assert decisions.delegated(desk) == []
    with pytest.raises(Refused, match="cannot become ratified: now ratified"):
        ratify(desk, meeting, waiting, motion(board))


def test_reversed_when_the_vote_is_lost_and_the_money_comes_back(session: Session, board: Board) -> None:
    case = confirmed_by_an_officer(session)
    fund.reserve(desk_at(session, date(2025, 9, 22), "officer"), case, 480_000)
    desk, meeting = held(session, board, AUTUMN_1)
    against = motion(board, agreed=False, text="Others come first.", votes=dict.fromkeys(board.members, AGAINST))
    ratify(desk, meeting, decisions.delegated(desk)[0], against)
    assert case.state is CommissionState.WITHDRAWN
    assert session.scalars(sa.select(FundYear.reserved_pence).where(FundYear.label == "2025-26")).one() == 0
    assert session.scalars(sa.select(Decision.state)).all() == [DecisionState.REVERSED]


def test_a_reversed_rejection_opens_the_case_anew(session: Session, board: Board) -> None:
    case = identified(session)
    opening.reject(desk_at(session, date(2025, 9, 22), "officer"), case, "Too early.")
    desk, meeting = held(session, board, AUTUMN_1)
    against = motion(board, agreed=False, votes=dict.fromkeys(board.members, AGAINST))
    ratify(desk, meeting, decisions.delegated(desk)[0], against)
    assert session.scalars(sa.select(Commission.state).where(Commission.predecessor_id == case.id)).all() == [
        CommissionState.IDENTIFIED
    ]


@on_sqlite
def test_what_was_decided_after_a_meeting_is_not_ratified_by_it(session: Session, board: Board) -> None:
    _desk, meeting = held(session, board)
    confirmed_by_an_officer(session)
    later = desk_at(session, date(2025, 9, 25), "officer")
    with pytest.raises(Refused, match="after the meeting"):
        ratify(later, meeting, decisions.delegated(later)[0], motion(board))


def test_plans_approved_between_meetings_have_a_limit_together(session: Session, board: Board) -> None:
    active(session)
    case = in_planning(session, SCHOOLS[1], date(2025, 9, 18))
    day = date(2025, 9, 25)
    say(desk_at(session, day), "plan-school", case.id, {"agree": True, "name": "Priya Shah"})
    say(desk_at(session, day), "plan-provider", case.id, {"agree": True, "name": "Lee Lead"})
    desk = desk_at(session, day, "officer")
    tight: Desk = replace(desk, policy=replace(desk.policy, delegated_total_pence=900_000))
    with pytest.raises(Refused, match="would pass the £9,000 that may be approved"), session.begin_nested():
        planning.approve(tight, case, planning.plan_of(desk, case), "officer")
    session.refresh(case)
    assert case.state.value == "planning"
    at_the_board, meeting = held(session, board, AUTUMN_1)
    ratify(at_the_board, meeting, decisions.delegated(at_the_board)[0], motion(board))
    after = replace(at_the_board, policy=tight.policy)
    planning.approve(after, case, planning.plan_of(after, case), "officer")
    session.refresh(case)
    assert case.state.value == "active"


@on_sqlite
def test_a_case_that_ended_meanwhile_is_ratified_all_the_same(session: Session, board: Board) -> None:
    case = confirmed_by_an_officer(session, ACADEMY)
    pausing.withdraw(desk_at(session, date(2025, 9, 24), "officer"), case, "The school closes.")
    desk, meeting = held(session, board, AUTUMN_1)
    against = motion(board, agreed=False, votes=dict.fromkeys(board.members, AGAINST))
    assert ratify(desk, meeting, decisions.delegated(desk)[0], against).state is DecisionState.REVERSED
