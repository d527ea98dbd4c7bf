"""Meetings: seven a year, moved and cancelled with notice; invitations as two calendar libraries read them."""

from datetime import UTC, date, datetime, time, timedelta

import icalendar
import pytest
import sqlalchemy as sa
import vobject
from sqlalchemy.orm import Session

from casework import composing, invitations, opening
from casework.board_meetings import Change, cancel_meeting, meeting_named, move_meeting, next_meeting, plan_meetings
from casework.invitations import invite
from models.board import BoardMember, Meeting, MeetingReply, MeetingState, ReplyChoice
from models.calendar import TermCalendar
from models.commissions import Commission
from models.contacts import Contact
from models.links import Link, LinkPurpose
from models.messages import Message, Notice
from rules.errors import Refused
from rules.half_terms import CalendarExhausted
from tests.casework.board_world import Board, make_board
from tests.casework.stages import active
from tests.casework.world import SCHOOLS, desk_at, priority
from tests.templates import World

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Where the kind of database makes no difference."""

AUTUMN_2 = date(2025, 12, 4)
INVITING = date(2025, 11, 6)


@pytest.fixture
def template_world() -> World:
    return make_board


@pytest.fixture
def board(facts: Board) -> Board:
    return facts


def autumn_2(session: Session) -> Meeting:
    return session.scalars(sa.select(Meeting).where(Meeting.academic_year == "2025-26", Meeting.number == 2)).one()


def calendars(session: Session) -> list[tuple[str, str]]:
    """Each invitation's recipient and .ics file, in order."""
    rows = session.execute(
        sa.select(Contact.email, Notice.context)
        .join(Contact, Contact.id == Notice.contact_id)
        .where(Notice.template == "board-invitation")
        .order_by(Notice.id)
    )
    return [(email, context["calendar"]) for email, context in rows]


def read(text: str) -> tuple[str, str, int, datetime, datetime, str]:
    """UID, method, sequence, begin, end and status of an .ics file; both readers must agree."""
    whole = icalendar.Calendar.from_ical(text)
    (event,) = whole.walk("VEVENT")
    one = (
        str(event["UID"]),
        str(whole["METHOD"]),
        event.decoded("SEQUENCE"),
        event.decoded("DTSTART"),
        event.decoded("DTEND"),
        str(event["STATUS"]),
    )
    other = vobject.readOne(text)
    assert one == (
        other.vevent.uid.value,
        other.method.value,
        int(other.vevent.sequence.value),
        other.vevent.dtstart.value,
        other.vevent.dtend.value,
        other.vevent.status.value,
    )
    return one


def test_seven_a_year_one_each_half_term_and_the_review(session: Session, board: Board) -> None:
    meetings = session.scalars(sa.select(Meeting).order_by(Meeting.number)).all()
    assert [m.number for m in meetings] == list(range(7))
    assert {m.minutes_long for m in meetings} == {120}
    assert [m.day for m in meetings][1:] == sorted(m.day for m in meetings)[1:]
    desk = desk_at(session, date(2025, 9, 3))
    assert plan_meetings(desk, "2025-26") == []
    for meeting in meetings[1:]:
        half_term = desk.calendars.area.half_term_of(meeting.day)
        assert half_term is not None
        assert half_term.number == meeting.number


def test_invited_once_with_a_file_that_two_readers_open(session: Session, board: Board) -> None:
    meeting = autumn_2(session)
    desk = desk_at(session, INVITING)
    assert [one.id for one in invitations.due(desk)] == [meeting.id]
    assert invite(desk, meeting) == 8
    assert invite(desk, meeting) == 0
    found = calendars(session)
    assert {email for email, _ in found} >= {
        "chair@board.example",
        "member0@board.example",
        "expert@university.example",
    }
    for email, text in found:
        uid, method, sequence, begins, ends, status = read(text)
        assert (method, sequence, status) == ("REQUEST", 0, "CONFIRMED")
        assert begins == datetime(2025, 12, 4, 16, tzinfo=UTC)
        assert ends - begins == timedelta(hours=2)
        assert uid.startswith("meeting-2025-26-2@")
        assert email in text.replace("\n ", "")


@on_sqlite
def test_in_summer_time_the_wall_says_four(session: Session, board: Board) -> None:
    meeting = session.scalars(sa.select(Meeting).where(Meeting.number == 6)).one()
    invite(desk_at(session, meeting.day - timedelta(days=20)), meeting)
    assert read(calendars(session)[0][1])[3].hour == 15


def test_moved_then_cancelled_by_uid_and_sequence(session: Session, board: Board) -> None:
    meeting = autumn_2(session)
    invite(desk_at(session, INVITING), meeting)
    move_meeting(desk_at(session, date(2025, 11, 10)), meeting, Change(day=date(2025, 11, 25), starts_at=time(15, 30)))
    cancel_meeting(desk_at(session, date(2025, 11, 12)), meeting, "The hall is flooded.")
    assert meeting.state is MeetingState.CANCELLED
    by_person: dict[str, list[tuple[str, str, int, datetime, datetime, str]]] = {}
    for email, text in calendars(session):
        by_person.setdefault(email, []).append(read(text))
    assert len(by_person) == 8
    for versions in by_person.values():
        assert [(method, sequence, status) for _, method, sequence, _, _, status in versions] == [
            ("REQUEST", 0, "CONFIRMED"),
            ("REQUEST", 1, "CONFIRMED"),
            ("CANCEL", 2, "CANCELLED"),
        ]
        assert len({uid for uid, *_ in versions}) == 1
        assert versions[1][3] == datetime(2025, 11, 25, 15, 30, tzinfo=UTC)


@on_sqlite
def test_who_was_not_invited_yet_hears_nothing_of_a_change(session: Session, board: Board) -> None:
    meeting = autumn_2(session)
    move_meeting(desk_at(session, date(2025, 10, 1)), meeting, Change(day=date(2025, 11, 25)))
    assert calendars(session) == []
    invite(desk_at(session, INVITING), meeting)
    assert {read(text)[2] for _, text in calendars(session)} == {1}


@on_sqlite
@pytest.mark.parametrize(
    ("today", "change", "said"),
    [
        (date(2025, 12, 1), Change(day=date(2025, 12, 5)), "fewer than 5 school days"),
        (date(2025, 11, 10), Change(day=date(2025, 11, 29)), "is no school day"),
        (date(2025, 11, 10), Change(day=date(2026, 1, 15)), "does not lie in autumn 2 2025-26"),
        (date(2025, 11, 10), Change(day=date(2025, 11, 3)), "that is before"),
        (date(2025, 11, 10), Change(day=AUTUMN_2), "is like that already"),
    ],
)
def test_a_meeting_is_not_moved_anywhere(
    session: Session, board: Board, today: date, change: Change, said: str
) -> None:
    meeting = autumn_2(session)
    with pytest.raises(Refused, match=said):
        move_meeting(desk_at(session, today), meeting, change)
    assert (meeting.day, meeting.sequence) == (AUTUMN_2, 0)


@on_sqlite
def test_without_term_dates_that_is_said_and_not_that_notice_is_short(session: Session, board: Board) -> None:
    session.execute(sa.update(TermCalendar).values(code="area:999"))
    session.expire_all()
    with pytest.raises(CalendarExhausted, match="import the next school year's calendar"):
        cancel_meeting(desk_at(session, INVITING), autumn_2(session), "Half of the Board is away.")


@on_sqlite
def test_short_notice_needs_a_reason_and_a_cancelled_meeting_stays_so(session: Session, board: Board) -> None:
    meeting, desk = autumn_2(session), desk_at(session, date(2025, 12, 3))
    with pytest.raises(Refused, match="say why, with --short-notice"):
        cancel_meeting(desk, meeting, "Snow.")
    cancel_meeting(desk, meeting, "Snow.", "It fell last night.")
    with pytest.raises(Refused, match="was cancelled and can no longer change"):
        cancel_meeting(desk, meeting, "Snow.", "It fell last night.")
    spring = next_meeting(desk)
    assert spring is not None
    assert spring.number == 3


def test_a_moved_meeting_moves_the_round_before_it(session: Session, board: Board) -> None:
    case = active(session)
    first = case.next_round_on
    assert first is not None
    meeting = session.scalars(sa.select(Meeting).where(Meeting.number == 1)).one()
    move_meeting(desk_at(session, date(2025, 9, 25)), meeting, Change(day=date(2025, 10, 16)))
    session.refresh(case)
    assert case.next_round_on == date(2025, 9, 25)


def test_a_cancelled_meeting_does_not_count_as_carried_over(session: Session, board: Board) -> None:
    desk = desk_at(session, date(2025, 10, 1))
    case = opening.open_case(desk, SCHOOLS[0], "maths", "Low.", priority=priority(session, SCHOOLS[0]))
    before = case.next_due_on
    cancel_meeting(
        desk_at(session, date(2025, 10, 2)), next_meeting(desk) or autumn_2(session), "Half the Board is ill.", "-"
    )
    after = session.get_one(Commission, case.id).next_due_on
    assert before is not None
    assert after is not None
    assert after > before


def test_replies_the_latest_counts_and_a_substitute_is_invited(session: Session, board: Board) -> None:
    meeting, desk = autumn_2(session), desk_at(session, date(2025, 11, 7))
    invite(desk, meeting)
    session.flush()
    member = session.get_one(BoardMember, board.members[0])
    invitations.reply(desk, meeting, member, ReplyChoice.APOLOGIES, by="officer")
    invitations.reply(desk, meeting, member, ReplyChoice.SUBSTITUTE, by="officer")
    kept = session.scalars(sa.select(MeetingReply)).one()
    assert (kept.choice, kept.substitute_id) == (ReplyChoice.SUBSTITUTE, board.substitutes[0])
    assert [email for email, _ in calendars(session)].count("instead0@board.example") == 1
    stranger = session.scalars(sa.select(Contact).where(Contact.email == "instead1@board.example")).one()
    with pytest.raises(Refused, match="is not the designated substitute"):
        invitations.reply(desk, meeting, member, ReplyChoice.SUBSTITUTE, substitute=stranger, by="officer")
    with pytest.raises(Refused, match="can no longer be answered"):
        invitations.reply(
            desk_at(session, AUTUMN_2 + timedelta(days=1)), meeting, member, ReplyChoice.COMING, by="officer"
        )


def test_the_invitation_goes_out_with_a_link_of_its_own(session: Session, board: Board) -> None:
    meeting, desk = autumn_2(session), desk_at(session, INVITING)
    invite(desk, meeting)
    composing.compose(desk)
    links = session.scalars(sa.select(Link).where(Link.purpose == LinkPurpose.MEETING)).all()
    assert len(links) == 8
    assert {link.commission_id for link in links} == {None}
    sent = session.scalars(sa.select(Message).where(Message.template == "board-invitation")).all()
    assert len(sent) == 8


@on_sqlite
@pytest.mark.parametrize("name", ["2025-26/9", "tomorrow", "2031-32/1", "", "1999-01-01"])
def test_an_unknown_meeting_is_refused(session: Session, board: Board, name: str) -> None:
    with pytest.raises(Refused, match=r"names no meeting|no meeting"):
        meeting_named(desk_at(session, INVITING), name)
