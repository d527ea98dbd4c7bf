"""The Board's file: a group's correspondent is kept with the group, and is no member."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from feeds.reading import read_feed
from feeds.rows import BoardPersonRow
from intake.people import write_board
from models.board import BoardMember, NominatingGroup
from models.contacts import Contact
from rules.errors import Refused
from tests.feeds import samples

CORRESPONDENT = "PRI,Primary heads,secretary@heads.example.org,,Sal,Ray,correspondent,,,2025-09-01,\n"


def rows(folder: Path, text: str) -> list[BoardPersonRow]:
    file = folder / "board.csv"
    file.write_text(text, "utf-8")
    return [row for row in read_feed(file, "board").rows if isinstance(row, BoardPersonRow)]


def test_a_correspondent_is_kept_with_the_group(session: sa.orm.Session, tmp_path: Path) -> None:
    given = rows(tmp_path, samples.BOARD + CORRESPONDENT)
    write_board(session, given)
    group = session.scalars(sa.select(NominatingGroup)).one()
    assert session.get_one(Contact, group.contact_id).email == "secretary@heads.example.org"
    assert len(session.scalars(sa.select(BoardMember)).all()) == 2
    again = write_board(session, given)
    assert (again.counts.written, again.counts.changed) == (0, 0)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            CORRESPONDENT + CORRESPONDENT.replace("secretary", "other.one"),
            "has a correspondent at the same time in row 5",
        ),
        (CORRESPONDENT.replace("PRI,Primary heads", ","), "group_code is empty"),
    ],
)
def test_a_correspondent_needs_a_group_of_their_own(tmp_path: Path, more: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        rows(tmp_path, samples.BOARD + more)
