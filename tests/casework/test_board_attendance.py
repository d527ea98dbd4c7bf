"""Attendance and the Chair's letters: two years of meetings at random against a plain reference, on both databases."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from casework import attendance, composing, members
from casework.attendance import Seat, record, send_letter
from casework.board_meetings import cancel_meeting, plan_meetings
from models.board import Attendance, BoardMember, GroupLetter, GroupLetterState, Meeting, MeetingState, Presence
from models.contacts import Contact
from models.messages import Message, Notice
from queries.board import expertise, members_on
from rules.errors import Refused
from tests.casework.board_world import CO_OPTED_UNTIL, Board, held, make_board
from tests.casework.world import desk_at
from tests.templates import World

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Where the kind of database makes no difference."""

COUNTS = (Presence.PRESENT, Presence.SUBSTITUTE)


@pytest.fixture
def template_world() -> World:
    return make_board


@pytest.fixture
def board(facts: Board) -> Board:
    return facts


def meetings(session: Session) -> list[Meeting]:
    return list(session.scalars(sa.select(Meeting).order_by(Meeting.day)))


def reference(sat: dict[int, list[tuple[date, Presence]]]) -> set[tuple[int, date, date]]:
    """Member and the days of each two misses in a row, found by looking at pairs and striking out what is used."""
    found = set()
    for member, days in sat.items():
        place = 0
        while place + 1 < len(days):
            (first, one), (second, other) = days[place], days[place + 1]
            if one not in COUNTS and other not in COUNTS:
                found.add((member, first, second))
                place += 2
            else:
                place += 1
    return found


presences = st.lists(
    st.lists(st.sampled_from([*Presence, Presence.ABSENT, Presence.ABSENT]), min_size=6, max_size=6),
    min_size=14,
    max_size=14,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seats=presences, cancelled=st.sets(st.integers(0, 13), max_size=4), corrected=st.integers(0, 13))
def test_letters_exactly_for_two_consecutive_misses_over_two_years(
    engine: Engine, board: Board, seats: list[list[Presence]], cancelled: set[int], corrected: int
) -> None:
    with Session(engine) as session:
        plan_meetings(desk_at(session, date(2026, 7, 1)), "2026-27")
        planned = meetings(session)
        assert len(planned) == 14
        sat: dict[int, list[tuple[date, Presence]]] = {one: [] for one in board.members}
        for n, meeting in enumerate(planned):
            if n in cancelled:
                cancel_meeting(desk_at(session, meeting.day - timedelta(days=20)), meeting, "Cancelled.", "-")
                continue
            desk = desk_at(session, meeting.day)
            given_seats = {one: Seat(seats[n][place]) for place, one in enumerate(board.members)}
            if n == corrected:
                record(desk, meeting, {one: Seat(Presence.ABSENT) for one in board.members})
            record(desk, meeting, given_seats)
            for place, one in enumerate(board.members):
                sat[one].append((meeting.day, seats[n][place]))
        days = {meeting.id: meeting.day for meeting in planned}
        letters = session.scalars(sa.select(GroupLetter)).all()
        assert {
            (letter.member_id, days[letter.first_meeting_id], days[letter.second_meeting_id])
            for letter in letters
            if letter.state is GroupLetterState.DRAFT
        } == reference(sat)
        told = session.scalars(sa.select(Notice).where(Notice.template == "letter-to-send")).all()
        assert len(told) >= len(reference(sat))
        session.rollback()


def test_a_draft_goes_only_when_the_chair_sends_it_and_once(session: Session, board: Board) -> None:
    first, second, *_ = meetings(session)
    held(session, board, first.day, absent=(board.members[0],))
    desk, _ = held(session, board, second.day, absent=(board.members[0],))
    letter = session.scalars(sa.select(GroupLetter)).one()
    assert letter.state is GroupLetterState.DRAFT
    composing.compose(desk)
    sent = session.execute(sa.select(Message.recipient, Message.template)).tuples().all()
    assert ("chair@board.example", "letter-to-send") in sent
    assert "missed-two-meetings" not in {template for _, template in sent}
    later = desk_at(session, second.day + timedelta(days=1))
    send_letter(later, letter.id, "the Chair")
    composing.compose(later)
    message = session.scalars(sa.select(Message).where(Message.template == "missed-two-meetings")).one()
    assert message.recipient == "secretary@pri.example"
    assert message.context["missed"] == [first.day.isoformat(), second.day.isoformat()]
    with pytest.raises(Refused, match="cannot become sent: now sent"):
        send_letter(later, letter.id, "the Chair")
    with pytest.raises(Refused, match="There is no letter number 99"):
        send_letter(later, 99, "the Chair")


def test_a_corrected_attendance_withdraws_the_draft(session: Session, board: Board) -> None:
    first, second, *_ = meetings(session)
    held(session, board, first.day, absent=(board.members[0],))
    held(session, board, second.day, absent=(board.members[0],))
    held(session, board, first.day)
    assert session.scalars(sa.select(GroupLetter.state)).all() == [GroupLetterState.WITHDRAWN]
    held(session, board, first.day, absent=(board.members[0],))
    assert session.scalars(sa.select(GroupLetter.state)).all() == [GroupLetterState.DRAFT]


@on_sqlite
def test_a_group_without_an_address_keeps_its_letter_as_a_draft(session: Session, board: Board) -> None:
    first, second, *_ = meetings(session)
    held(session, board, first.day, absent=(board.members[0],))
    desk, _ = held(session, board, second.day, absent=(board.members[0],))
    member = session.get_one(BoardMember, board.members[0])
    assert member.group is not None
    member.group.contact_id = None
    letter = session.scalars(sa.select(GroupLetter)).one()
    with pytest.raises(Refused, match="Nobody is known at Primary heads"):
        send_letter(desk, letter.id, "the Chair")
    assert letter.state is GroupLetterState.DRAFT


def test_who_is_not_named_was_absent_and_who_had_apologised_is_excused(session: Session, board: Board) -> None:
    desk, meeting = held(session, board, meetings(session)[0].day, absent=(board.members[1],))
    rows = dict(session.execute(sa.select(Attendance.member_id, Attendance.presence)).tuples().all())
    assert rows[board.members[1]] is Presence.ABSENT
    assert len(rows) == 8
    assert meeting.state is MeetingState.HELD
    assert attendance.is_quorate(desk, meeting)


@on_sqlite
def test_below_quorum(session: Session, board: Board) -> None:
    desk, meeting = held(session, board, meetings(session)[0].day, absent=tuple(board.everybody[:5]))
    assert not attendance.is_quorate(desk, meeting)


@on_sqlite
def test_refusals_change_nothing(session: Session, board: Board) -> None:
    meeting = meetings(session)[1]
    early = desk_at(session, meeting.day - timedelta(days=1))
    with pytest.raises(Refused, match="has not taken place yet"):
        record(early, meeting, {})
    desk = desk_at(session, meeting.day)
    with pytest.raises(Refused, match="was no member"):
        record(desk, meeting, {999: Seat(Presence.PRESENT)})
    stranger = session.get_one(Contact, board.substitutes[1])
    with pytest.raises(Refused, match="is not the designated substitute"):
        record(desk, meeting, {board.members[0]: Seat(Presence.SUBSTITUTE, stranger)})
    with pytest.raises(Refused, match="no designated substitute"):
        record(desk, meeting, {board.chair: Seat(Presence.SUBSTITUTE)})
    assert session.scalars(sa.select(Attendance)).all() == []
    assert meeting.state is MeetingState.PLANNED


def test_a_co_option_expires_by_itself_and_leaves_its_gap(session: Session, board: Board) -> None:
    desk = desk_at(session, CO_OPTED_UNTIL - timedelta(days=14))
    stages = desk.policy.board.stages
    assert [line.stage for line in expertise(session, CO_OPTED_UNTIL, stages) if line.is_gap] == []
    (ending,) = members.co_options_ending(desk)
    assert members.say_co_option_ends(desk, ending)
    assert not members.say_co_option_ends(desk, ending)
    after = CO_OPTED_UNTIL + timedelta(days=1)
    assert [line.stage for line in expertise(session, after, stages) if line.is_gap] == ["KS5"]
    assert board.co_opted not in {member.id for member in members_on(session, after)}
    said = session.scalars(sa.select(Notice.context).where(Notice.step == "co-option-ends")).one()["lines"][0]["said"]
    assert said == "The co-option of Ed Expert ends on 30 April 2026, and leaves nobody with expertise in KS5."


@on_sqlite
def test_co_opting_for_a_gap(session: Session, board: Board) -> None:
    desk = desk_at(session, CO_OPTED_UNTIL + timedelta(days=1), "officer")
    contact = members.person(desk, "New.Expert@example.org", "Nia New")
    with pytest.raises(Refused, match="Name the key stages"):
        members.co_opt(desk, contact, ("KS9",), date(2026, 12, 1), "A gap.")
    with pytest.raises(Refused, match="cannot end on"):
        members.co_opt(desk, contact, ("KS5",), desk.as_of, "A gap.")
    members.co_opt(desk, contact, ("KS5",), date(2026, 12, 1), "A gap in key stage 5.")
    assert not [line for line in expertise(session, desk.as_of, desk.policy.board.stages) if line.is_gap]
    with pytest.raises(Refused, match="is on the Board already"):
        members.co_opt(desk, contact, ("KS5",), date(2026, 12, 1), "Again.")
