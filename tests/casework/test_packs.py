"""The papers: what waits for the Board and nothing else; once a meeting; read back by an independent reader of PDFs."""

import io
import re
import subprocess
from datetime import date, timedelta
from pathlib import Path
from shutil import which

import pikepdf
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework import chasing, composing, invitations, notices, opening, packs, rounds
from casework.board_impact import board_impact
from casework.board_meetings import cancel_meeting
from models.board import AgendaItem, BoardMember, Meeting, ReplyChoice
from models.commissions import CommissionState
from models.messages import Message
from models.priorities import Priority
from models.rounds import ImpactUpdate, UpdateState
from models.schools import School
from papers.drawing import Part, pack_html
from papers.pack import Pack, as_json, from_json
from papers.pdf import to_pdf
from rules.errors import Refused
from tests.casework.board_world import Board, held, make_board
from tests.casework.programme_world import AFTER, ENDED, make_programme
from tests.casework.stages import active, in_planning
from tests.casework.world import ACADEMY, SCHOOLS, START, desk_at, priority, say
from tests.papers.test_pdf import kinds
from tests.templates import World

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Where the kind of database makes no difference."""

AUTUMN_2 = date(2025, 12, 4)
FIVE_BEFORE = date(2025, 11, 27)
HOSTILE = "<script>alert(1)</script>{{ 7*7 }}\u202e =cmd"


@pytest.fixture
def template_world() -> World:
    return make_board


@pytest.fixture
def board(facts: Board) -> Board:
    return facts


def autumn_2(session: Session) -> Meeting:
    return session.scalars(sa.select(Meeting).where(Meeting.number == 2)).one()


def busy(session: Session) -> Pack:
    """The papers of a Board with something of every kind before it."""
    early = desk_at(session, date(2025, 9, 8))
    waiting = opening.open_case(early, SCHOOLS[5], "maths", "Low.", priority=priority(session, SCHOOLS[5]))
    assert waiting.state is CommissionState.IDENTIFIED
    running = active(session)
    planned = in_planning(session, SCHOOLS[1])
    say(desk_at(session, START + timedelta(days=6)), "plan-school", planned.id, {"agree": True, "name": "Priya Shah"})
    say(desk_at(session, START + timedelta(days=6)), "plan-provider", planned.id, {"agree": True, "name": "Lee Lead"})
    desk = desk_at(session, date(2025, 11, 10), "officer")
    notices.put_on_agenda(desk, running, "brokering-failed", "No provider could be found: 4 asked, none accepted.")
    notices.put_on_agenda(desk, running, "updates-missed", "The school has missed 2 impact updates in a row.")
    notices.put_on_agenda(desk, running, "referral", "A concern was referred.")
    return packs.gather(desk_at(session, FIVE_BEFORE), autumn_2(session), 1)


def test_every_kind_of_matter_in_the_order_of_the_agenda(session: Session, board: Board) -> None:
    held(session, board, START)
    pack = busy(session)
    assert [section.kind for section in pack.sections] == [
        "confirm-priority", "approve-plan", "brokering-failed", "updates-missed", "ratify-approve-plan", "referral",
    ]  # fmt: skip
    found = {section.kind: section.cases[0] for section in pack.sections}
    assert "12 of 30 pupils (40%)" in found["confirm-priority"].said
    assert found["confirm-priority"].carried_over == 1
    assert found["approve-plan"].measures[0].startswith("Key stage 2 maths at the expected standard: from 40%")
    assert found["approve-plan"].pence == 480_000
    assert [(y.label, y.committed, y.reserved) for y in pack.fund if y.label == "2025-26"] == [
        ("2025-26", 480_000, 480_000)
    ]
    assert [(line.theme, line.active) for line in pack.impact] == [("Maths", 1)]
    assert from_json(as_json(pack)) == pack


def test_what_is_settled_or_answered_is_not_there(session: Session, board: Board) -> None:
    case = active(session)
    desk = desk_at(session, date(2025, 10, 10))
    (school, _provider) = rounds.open_round(desk, case)
    notices.put_on_agenda(
        desk,
        case,
        "update-overdue",
        "The school has not sent its impact update.",
        subject=notices.Subject("update", school.id),
    )
    assert "update-overdue" in {one.kind for one in packs.gather(desk, autumn_2(session), 1).sections}
    session.execute(
        sa.update(ImpactUpdate)
        .where(ImpactUpdate.id == school.id)
        .values(state=UpdateState.ANSWERED, answered_at=desk.now, answered_on=desk.as_of)
    )
    assert "update-overdue" not in {one.kind for one in packs.gather(desk, autumn_2(session), 1).sections}
    session.execute(sa.update(AgendaItem).values(settled_on=desk.as_of))
    assert packs.gather(desk, autumn_2(session), 1).sections == ()
    assert chasing.recipients(desk, [case]).leads


def test_made_five_school_days_before_once_and_told(session: Session, board: Board) -> None:
    assert packs.due(desk_at(session, FIVE_BEFORE - timedelta(days=1))) == []
    desk = desk_at(session, FIVE_BEFORE)
    (meeting,) = packs.due(desk)
    invitations.invite(desk, meeting)
    member = session.get_one(BoardMember, board.members[0])
    invitations.reply(desk, meeting, member, ReplyChoice.SUBSTITUTE, by="officer")
    first = packs.make(desk, meeting)
    assert packs.due(desk) == []
    assert first.version == 1
    with pytest.raises(Refused, match="was cancelled"):
        cancel_meeting(desk, meeting, "Snow.", "It fell last night.")
        packs.make(desk, meeting)
    composing.compose(desk)
    told = session.scalars(
        sa.select(Message.recipient).where(Message.template.in_(["board-pack-ready", "digest"]))
    ).all()
    assert "instead0@board.example" in told
    assert len(told) == 9


@on_sqlite
def test_the_public_part_names_no_school(session: Session, board: Board) -> None:
    pack = busy(session)
    public, whole = pack_html(pack, Part.PUBLIC), pack_html(pack)
    named = [name for name in session.scalars(sa.select(School.name)) if name in whole]
    assert len(named) >= 3
    for words in (
        *named,
        "SIB-2025",
        "Confidential: this names schools",
        *session.scalars(sa.select(Priority.sentence)),
    ):
        assert words not in public
    assert "Priorities to confirm: 1" in " ".join(public.split())
    assert "£95,500" in public


@on_sqlite
def test_the_papers_say_what_the_support_did_and_how_sure_it_is(session: Session, board: Board) -> None:
    make_programme(session, {"TSA1": [16.0, 24.0, 20.0, 18.0, 22.0, 20.0], "HUB1": [-4.0, -6.0, -2.0]}, world=False)
    before, after = (packs.gather(desk_at(session, day), autumn_2(session), 1) for day in (ENDED, AFTER))
    assert pack_html(before).count("Nothing can be told yet") == 1, "once, and not in every row"
    assert "What the support costs, by provider" in pack_html(before)
    assert after.effect == board_impact(session, AFTER)
    assert from_json(as_json(after)) == after
    whole, public = (" ".join(pack_html(after, part).split()) for part in (Part.ALL, Part.PUBLIC))
    named = next(one for one in after.effect.tables if one.by == "provider").rows
    assert {one.name for one in named} == {"Provider TSA1", "Provider HUB1"}
    for row in (after.effect.whole, *named):
        assert re.search(r"[0-9.]+ points (better|worse) than similar schools", row.words)
        assert re.search(r"\(95% interval [+−][0-9.]+ to [+−][0-9.]+\): ", row.words)
        assert row.words in whole
    assert after.effect.whole.words in public
    assert after.effect.apart
    for words in (after.effect.apart, "Provider TSA1", "Blackmore Vale", "West Alliance"):
        assert words in whole
        assert words not in public
    older = {key: value for key, value in as_json(after).items() if key != "effect"}
    assert "Impact of support" in pack_html(from_json(older)), "papers made before this was in them still open"


@on_sqlite
@pytest.mark.parametrize("part", Part)
def test_the_pdf_is_tagged_named_and_in_english(session: Session, board: Board, part: Part, tmp_path: Path) -> None:
    drawn = to_pdf(pack_html(busy(session), part))
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.Root.Lang) == "en-GB"
        assert str(pdf.docinfo["/Title"]).endswith("for the Board meeting of 4 December 2025")
        tags = kinds(pdf.Root.StructTreeRoot.K)
        assert tags >= {"/H1", "/H2", "/Table", "/TR", "/TH", "/TD", "/L", "/LI", "/P"}
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
    if which("pdfinfo"):
        file = tmp_path / "papers.pdf"
        file.write_bytes(drawn)
        said = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True).stdout
        assert "Tagged:          yes" in said


@on_sqlite
def test_what_people_wrote_is_shown_and_never_taken_as_markup(session: Session, board: Board) -> None:
    school = session.get_one(School, ACADEMY)
    school.name = HOSTILE
    desk = desk_at(session, date(2025, 9, 8))
    opening.open_case(desk, ACADEMY, "maths", HOSTILE, priority=priority(session, ACADEMY))
    html = pack_html(packs.gather(desk, autumn_2(session), 1))
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "{{ 7*7 }}" in html
    assert "\u202e" not in html
