"""From outside, on both databases: decisions that move cases, papers as files, minutes frozen and sent, referrals,
clusters.
"""

from datetime import date, timedelta
from pathlib import Path

import pikepdf
import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from casework import opening
from config.database import session_factory
from models.board import BoardMember
from tests.casework.board_world import make_board
from tests.casework.stages import offered
from tests.casework.world import ACADEMY, SCHOOLS, START, desk_at, priority, say
from tests.cli.conftest import Sib

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Where the kind of database makes no difference."""

MEMBERS = [f"member{n}@board.example" for n in range(6)]
CAME = [word for email in ("chair@board.example", *MEMBERS[1:]) for word in ("--present", email)]
REVIEW, NEXT_DAY = START.isoformat(), (START + timedelta(days=1)).isoformat()
NO = {"accept": False, "name": "Priya Shah", "note": "No."}


@pytest.fixture
def board(engine: Engine, sib: Sib) -> Sib:
    """Two priorities that wait, one confirmed by an officer, and an academy with a concern that has opted out."""
    with session_factory(engine).begin() as session:
        make_board(session)
        desk = desk_at(session, date(2025, 9, 8), "officer")
        cases = [opening.open_case(desk, urn, "maths", "Low.", priority=priority(session, urn)) for urn in SCHOOLS[:2]]
        cases.append(opening.open_case(desk, SCHOOLS[4], "maths", "Low.", priority=priority(session, SCHOOLS[4])))
        opening.confirm(desk, cases[2], "It cannot wait.")
        academy = offered(session, ACADEMY, concern=True)
        say(desk_at(session, START + timedelta(days=1)), "school-offer", academy.id, NO)
        assert session.scalar(sa.select(sa.func.count()).select_from(BoardMember)) == 8
    return sib


def test_a_meeting_decides_and_its_minutes_are_published(board: Sib, tmp_path: Path) -> None:
    first, second = "SIB-2025-001", "SIB-2025-002"
    moved = ("--mover", MEMBERS[1], "--seconder", MEMBERS[2], "--as-of", NEXT_DAY)
    assert "Record who came" in board.refused("board", "decide", REVIEW, "note", first, "--text", "x", *moved)
    board.done("board", "attendance", REVIEW, *CAME, "--as-of", REVIEW)
    assert "was not at the meeting" in board.refused(
        "board", "decide", REVIEW, "confirm-priority", first, "--text", "x", "--for", MEMBERS[0], *moved
    )
    board.done("board", "decide", REVIEW, "confirm-priority", first, "--text", "Agreed.", "--agreed", *moved)
    board.done("board", "decide", REVIEW, "reject-priority", second, "--text", "Later.", "--agreed", *moved)
    board.done("board", "ratify", REVIEW, "--all", "--agreed", *moved)
    states = {case["reference"]: case["state"] for case in board.done("cases", "--json").json}
    assert (states[first], states[second]) == ("confirmed", "rejected")
    kinds = [(d["kind"], d["state"], d["in_favour"]) for d in board.done("board", "decisions", "--json").json]
    assert ("confirm-priority", "ratified", 6) in kinds
    assert ("confirm-priority", "decided", 6) in kinds

    text = tmp_path / "minutes.md"
    board.done("board", "minutes", "draft", REVIEW, "--to", text, "--as-of", NEXT_DAY)
    text.write_text(text.read_text("utf-8") + "\nThe Chair thanked everybody.\n", "utf-8")
    board.done("board", "minutes", "edit", REVIEW, text, "--as-of", NEXT_DAY)
    assert "now draft" in board.refused("board", "minutes", "publish", REVIEW)
    board.done("board", "minutes", "agree", REVIEW, "--as-of", NEXT_DAY)
    assert "SHA-256" in board.done("board", "minutes", "publish", REVIEW, "--as-of", NEXT_DAY).out
    assert "never change: correct them" in board.refused("board", "minutes", "edit", REVIEW, text)
    board.done("board", "minutes", "subscribe", "--networks", "--as-of", NEXT_DAY)
    sent = board.done("board", "minutes", "circulate", "--as-of", NEXT_DAY, "--json").json
    assert (sent["minutes"], sent["people"]) == (1, 10)
    assert board.done("board", "minutes", "circulate", "--as-of", NEXT_DAY, "--json").json["minutes"] == 0


def test_papers_as_files_and_their_public_part(board: Sib, tmp_path: Path) -> None:
    assert "no papers" in board.refused("board", "pack", "2025-26/1")
    board.done("board", "pack", "2025-26/1", "--make", "--as-of", "2025-10-02")
    board.done("board", "pack", "2025-26/1", "--to", tmp_path)
    board.done("board", "pack", "2025-26/1", "--to", tmp_path, "--public", "--html-only")
    with pikepdf.open(tmp_path / "board-2025-26-1.pdf") as pdf:
        assert str(pdf.Root.Lang) == "en-GB"
        assert bool(pdf.Root.MarkInfo.Marked)
    assert "St Wite’s" in (tmp_path / "board-2025-26-1.html").read_text("utf-8")
    assert "St Wite’s" not in (tmp_path / "board-2025-26-1-public.html").read_text("utf-8")
    assert board.done("board", "pack", "2025-26/1", "--json").json["version"] == 1


@on_sqlite
def test_a_referral_from_its_draft_to_its_end(board: Sib) -> None:
    (found,) = board.done("referrals", "--json").json
    reference = found["reference"]
    assert found["state"] == "draft"
    assert board.done("referrals", "letter", reference).out.startswith("Subject: Concern about School 3")
    board.done("referrals", "sent", reference, "--by", "The Director", "--as-of", "2025-09-22")
    assert "cannot have been answered" in board.refused(
        "referrals", "answered", reference, "--said", "Yes.", "--as-of", "2025-09-20"
    )
    board.done("referrals", "answered", reference, "--said", "They will visit.", "--as-of", "2025-10-06")
    board.done("referrals", "close", reference, "--reason", "They visited.", "--as-of", "2025-11-10")
    assert board.done("referrals", "--json").json[0]["state"] == "closed"


@on_sqlite
def test_clusters_are_realigned_from_a_day(board: Sib, tmp_path: Path) -> None:
    file = tmp_path / "clusters.csv"
    heading = "cluster_code,cluster_name,alliance_code,alliance_name,family_partnership_zone,urn,from,to\n"
    file.write_text(f"{heading}C2,Another,A1,West Alliance,North,{SCHOOLS[0]},2019-04-01,\n", "utf-8")
    dry = board.done("cluster", "realign", file, "--from", "2026-04-01", "--dry-run", "--json").json
    assert (dry["moved"], dry["new_clusters"]) == (1, 1)
    assert [c["code"] for c in board.done("cluster", "health", "--json").json] == ["C1"]
    board.done("cluster", "realign", file, "--from", "2026-04-01")

    def schools(day: str) -> dict[str, int]:
        return {c["code"]: c["schools"] for c in board.done("cluster", "health", "--as-of", day, "--json").json}

    assert schools("2026-03-31") == {"C1": 6, "C2": 0}
    assert schools("2026-04-01") == {"C1": 5, "C2": 1}
    assert "has moved after" in board.refused("cluster", "realign", file, "--from", "2026-03-01")
    board.done("cluster", "lead", "C1", "--email", "l@example.org", "--name", "Lea Lead", "--for", "maths network")
