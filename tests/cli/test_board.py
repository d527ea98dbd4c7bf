"""The Board from outside: meetings, invitations, replies, attendance and the Chair's letters, on both databases."""

from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import Engine

from config.database import session_factory
from tests.casework.board_world import make_board
from tests.cli.conftest import Sib

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Where the kind of database makes no difference."""

AUTUMN_2, INVITING = "2025-12-04", "2025-11-06"
MEMBERS = [f"member{n}@board.example" for n in range(6)]


@pytest.fixture
def board(engine: Engine, sib: Sib) -> Sib:
    with session_factory(engine).begin() as session:
        make_board(session)
    return sib


def names(*emails: str) -> list[str]:
    return [word for email in emails for word in ("--present", email)]


def test_a_meeting_from_invitation_to_letter(board: Sib) -> None:
    facts = board.done("board", "prepare", "--as-of", INVITING, "--json").json
    assert facts["invitations"] == 8
    assert board.done("board", "prepare", "--as-of", INVITING, "--json").json["invitations"] == 0
    board.done("board", "reply", "2025-26/2", MEMBERS[0], "--substitute", "--as-of", "2025-11-07")
    seats = board.done("board", "attendance", "2025-26/2", "--json").json
    assert {seat["name"]: seat["reply"] for seat in seats}["Mo Member 0"] == "substitute"
    came = names("chair@board.example", *MEMBERS[2:])
    for day in ("2025-10-09", AUTUMN_2):
        board.done("board", "attendance", day, *came, "--substitute", MEMBERS[0], "--as-of", day)
    (letter,) = board.done("board", "letters", "--json").json
    assert (letter["member"], letter["state"]) == ("Mo Member 1", "draft")
    board.done("board", "letters", "--send", letter["id"], "--as-of", "2025-12-05")
    outbox = board.done("outbox", "--json").json
    assert ("secretary@sec.example", "missed-two-meetings") in {(m["recipient"], m["template"]) for m in outbox}
    assert board.done("board", "tick", "--as-of", "2025-12-08", "--json").json["letters"] == 0


@on_sqlite
def test_refusals_are_one_sentence(board: Sib) -> None:
    assert "no member of the Board" in board.refused(
        "board", "attendance", "2025-10-09", "--present", "fay.money@council.example", "--as-of", "2025-10-09"
    )
    assert "Nobody is known" in board.refused("board", "reply", "2025-26/2", "who@example.org", "--coming")
    assert "school days’ notice" in board.refused(
        "board", "move", "2025-26/2", "--to", "2025-12-05", "--as-of", "2025-12-03"
    )
    assert "not a time" in board.refused("board", "move", "2025-26/2", "--at", "late", "--as-of", INVITING)
    assert "There is no letter" in board.refused("board", "letters", "--send", "7")


@on_sqlite
def test_people_and_expertise(board: Sib) -> None:
    members = board.done("board", "members", "--as-of", "2026-05-01", "--json").json
    assert "Ed Expert" not in {member["name"] for member in members}
    gaps = {
        line["stage"]: line["gap"] for line in board.done("board", "expertise", "--as-of", "2026-05-01", "--json").json
    }
    assert gaps == {"EYFS": False, "KS1": False, "KS2": False, "KS3": False, "KS4": False, "KS5": True}
    board.done(
        "board", "co-opt", "nia@example.org", "--name", "Nia New", "--stage", "KS5", "--until", "2026-12-01",
        "--reason", "A gap.", "--as-of", "2026-05-01",
    )  # fmt: skip
    after = board.done("board", "expertise", "--as-of", "2026-05-01", "--json").json
    assert not any(line["gap"] for line in after)
    assert "Sal New" in board.done("board", "group", "PRI", "--email", "sal@example.org", "--name", "Sal New").out
    board.done("board", "interest", MEMBERS[0], "--urn", 110001, "--reason", "Chairs its governors.")
    assert "no school with URN" in board.refused("board", "interest", MEMBERS[0], "--urn", 1, "--reason", "No.")


@on_sqlite
def test_help_is_there_for_every_command(board: Sib) -> None:
    listed = board.done("board", "--help").out
    for command in ("meetings", "move", "cancel", "attendance", "letters", "expertise", "co-opt"):
        assert command in listed


def test_the_fund_from_outside(board: Sib, tmp_path: Path) -> None:
    shares = board.done(
        "fund", "shares", "2025-26", "--council", "Poole:=18300", "--council", "Christchurch:=6500", "--own", 53000,
        "--record", "--as-of", "2025-09-17", "--json",
    ).json  # fmt: skip
    assert [share["pence"] for share in shares] == [3_452_830, 1_226_415]
    year = next(year for year in board.done("fund", "--json").json if year["label"] == "2025-26")
    assert year["contributions"] == 4_679_245
    assert year["budget"] == 10_000_000 + 4_679_245 - 450_000
    board.done("fund", "pay-chair", "--pounds", 750, "--invoice", 1, "--for", "Days", "--as-of", "2025-10-01")
    assert "left" in board.refused(
        "fund", "pay-chair", "--pounds", 3750.01, "--invoice", 2, "--for", "x", "--as-of", "2025-10-01"
    )
    came = names("chair@board.example", *MEMBERS)
    board.done("board", "attendance", "2025-26/5", *came, "--as-of", "2026-05-07")
    decided = board.done(
        "board", "decide", "2025-26/5", "carry-over", "--text", "A thousand pounds.", "--mover", MEMBERS[0], "--agreed",
        "--as-of", "2026-05-07",
    )  # fmt: skip
    number = decided.out.split()[1].rstrip(":")
    board.done("fund", "carry-over", "2025-26", "--pounds", 1000, "--decision", number, "--as-of", "2026-05-08")
    assert "before" in board.refused("fund", "carry-over", "2025-26", "--pounds", 1, "--decision", number)
    file = tmp_path / "fund.xlsx"
    board.done("fund", "--xlsx", file)
    assert {"Years", "2025-26 contributions"} <= set(openpyxl.load_workbook(file).sheetnames)
    assert board.done("fund", "statement", "2025-26", "--json").json["contributions"][0]["contributor"] == "Poole"
    assert board.done("fund", "vat", "--json").json == []
    assert "names no council" in board.refused("fund", "shares", "2025-26", "--council", "Poole")
