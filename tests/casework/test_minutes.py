"""Minutes: drafted from the record, agreed, published and then frozen; corrected as a new version; sent round once."""

import hashlib
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from casework import circulation, composing, members, minutes, opening
from casework.decisions import Motion, decide
from models.board import Meeting, Minutes, MinutesState
from models.contacts import Contact
from models.messages import Message, Notice
from models.schools import School
from queries.minutes import published, published_version
from rules.errors import Refused
from tests.casework.board_world import Board, held, make_board
from tests.casework.world import SCHOOLS, START, desk_at, priority
from tests.counting import counted
from tests.templates import World

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Where the kind of database makes no difference."""

THE_DAY_AFTER = START + timedelta(days=1)


@pytest.fixture
def template_world() -> World:
    return make_board


@pytest.fixture
def meeting(session: Session, facts: Board) -> Meeting:
    """The results review, held; one priority confirmed."""
    desk = desk_at(session, date(2025, 9, 8))
    case = opening.open_case(desk, SCHOOLS[0], "maths", "Low.", priority=priority(session, SCHOOLS[0]))
    contact = session.get_one(Contact, facts.substitutes[0])
    contact.surname = "Instead *of* <b>all</b>"
    at_the_board, found = held(session, facts, absent=(facts.members[3],))
    decide(
        at_the_board,
        found,
        "confirm-priority",
        Motion("Agreed.", facts.members[0], facts.members[1], agreed=True),
        case,
    )
    decide(at_the_board, found, "other", Motion("The Board thanks Mo.", facts.members[0], agreed=True))
    return found


def test_drafted_from_what_is_recorded_and_names_no_school(session: Session, meeting: Meeting) -> None:
    made = minutes.draft(desk_at(session, THE_DAY_AFTER), meeting)
    text = made.markdown
    assert text.startswith("# Minutes of the results review 2025-26")
    for line in (
        "- Mo Member 0 (Primary heads)",
        "## Absent\n\n- Mo Member 3",
        "7 of 8 members were present",
        "4 are needed",
    ):
        assert line in text
    assert "SIB-2025-001 (Maths): confirmed as a priority; 7 for, none against.\n" in text
    assert "The Board thanks Mo; 7 for, none against.\n" in text
    assert "9 October 2025, 4pm" in text
    for name in session.scalars(sa.select(School.name)):
        assert name not in text


def test_draft_agreed_published_and_no_other_way(session: Session, meeting: Meeting) -> None:
    desk = desk_at(session, THE_DAY_AFTER, "officer")
    with pytest.raises(Refused, match="draft them first"):
        minutes.agree(desk, meeting, "the Board")
    minutes.draft(desk, meeting)
    with pytest.raises(Refused, match="cannot become published: now draft"):
        minutes.publish(desk, meeting)
    minutes.edit(desk, meeting, "# Minutes\n\nAs amended.\n")
    minutes.agree(desk, meeting, "the Board")
    with pytest.raises(Refused, match="take them back to a draft first"):
        minutes.edit(desk, meeting, "Something else.")
    minutes.reopen(desk, meeting)
    minutes.edit(desk, meeting, "# Minutes\n\nAs amended twice.\n")
    minutes.agree(desk, meeting, "the Board")
    assert published(session) == []
    made = minutes.publish(desk, meeting)
    assert made.sha256 == hashlib.sha256(b"# Minutes\n\nAs amended twice.\n").hexdigest()
    with pytest.raises(Refused, match="never change: correct them instead"):
        minutes.edit(desk, meeting, "Something else.")
    for again in (minutes.publish, minutes.reopen):
        with pytest.raises(Refused, match="now published"):
            again(desk, meeting)
    with pytest.raises(DatabaseError, match="never changed"), session.begin_nested():
        made.markdown = "Something else."
        session.flush()


def test_a_correction_is_a_new_version(session: Session, meeting: Meeting) -> None:
    desk = desk_at(session, THE_DAY_AFTER, "officer")
    minutes.draft(desk, meeting)
    with pytest.raises(Refused, match="not published: edit the draft"):
        minutes.correct(desk, meeting, "A name was wrong.")
    minutes.agree(desk, meeting, "the Board")
    first = minutes.publish(desk, meeting)
    with pytest.raises(Refused, match="Say what was wrong"):
        minutes.correct(desk, meeting, " ")
    minutes.correct(desk, meeting, "A name was wrong.", "# Minutes\n\nCorrected.\n")
    shown = published_version(session, "2025-26", 0, None)
    assert shown is not None
    assert shown.line.version == 1
    minutes.agree(desk, meeting, "the Board")
    minutes.publish(desk, meeting)
    shown = published_version(session, "2025-26", 0, None)
    assert shown is not None
    assert (shown.line.version, shown.line.correction) == (2, "A name was wrong.")
    assert [line.version for line in shown.versions] == [2, 1]
    assert session.get_one(Minutes, first.id).state is MinutesState.PUBLISHED
    old = published_version(session, "2025-26", 0, 1)
    assert old is not None
    assert old.markdown == first.markdown


def test_sent_once_to_whoever_is_on_the_list_and_never_after_stop(session: Session, meeting: Meeting) -> None:
    desk = desk_at(session, THE_DAY_AFTER, "officer")
    assert circulation.subscribe_networks(desk) == 10
    assert circulation.subscribe_networks(desk) == 0
    association = members.person(desk, "office@heads.example", "Ola Office")
    stopped = circulation.subscribe(desk, association, "primary heads’ association")
    assert stopped is not None
    minutes.draft(desk, meeting)
    minutes.agree(desk, meeting, "the Board")
    minutes.publish(desk, meeting)
    (waiting,) = circulation.to_circulate(desk)
    with counted(session) as asked:
        assert circulation.circulate(desk, waiting) == 11
    assert len(asked) < 25, "not one for each on the list"
    assert circulation.to_circulate(desk) == []
    circulation.unsubscribe(desk, stopped.id)
    composing.compose(desk)
    sent = session.scalars(sa.select(Message).where(Message.template == "minutes-published")).all()
    assert len(sent) == 10
    assert "office@heads.example" not in {message.recipient for message in sent}
    assert all(message.context["unsubscribe_url"].startswith("link:") for message in sent)
    assert sent[0].context["url"].endswith("/minutes/2025-26/0")
    later = desk_at(session, START + timedelta(days=9), "officer")
    assert circulation.subscribe(later, association, "again") is None
    minutes.correct(later, meeting, "A name was wrong.")
    minutes.agree(later, meeting, "the Board")
    minutes.publish(later, meeting)
    assert circulation.circulate(later, circulation.to_circulate(later)[0]) == 10
    assert session.scalars(sa.select(Notice.context).order_by(Notice.id.desc()).limit(1)).one()["version"] == 2


def test_of_two_versions_published_on_a_day_only_the_newest_goes_out(session: Session, meeting: Meeting) -> None:
    desk = desk_at(session, THE_DAY_AFTER, "officer")
    circulation.subscribe_networks(desk)
    minutes.draft(desk, meeting)
    minutes.agree(desk, meeting, "the Board")
    minutes.publish(desk, meeting)
    minutes.correct(desk, meeting, "A slip.")
    minutes.agree(desk, meeting, "the Board")
    second = minutes.publish(desk, meeting)
    assert circulation.to_circulate(desk) == [second]
    circulation.circulate(desk, second)
    assert circulation.to_circulate(desk) == []


@on_sqlite
@pytest.mark.parametrize(
    ("text", "said"),
    [pytest.param(" \n", "without a word", id="empty"), pytest.param("x" * 200_001, "at most", id="endless")],
)
def test_texts_that_cannot_be_minutes(session: Session, meeting: Meeting, text: str, said: str) -> None:
    desk = desk_at(session, THE_DAY_AFTER, "officer")
    made = minutes.draft(desk, meeting)
    before = made.markdown
    with pytest.raises(Refused, match=said):
        minutes.edit(desk, meeting, text)
    assert made.markdown == before
