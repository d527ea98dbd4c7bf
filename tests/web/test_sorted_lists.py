"""Decisions and contacts in the order that their address names, cut into pages by the database."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams

from models.board import Decision, DecisionState, Meeting, Vote, VoteChoice
from models.contacts import Contact, ContactRole, Role
from queries.board import members_on
from queries.decisions import find_decisions
from tests.web.conftest import Site
from tests.web.test_page_costs import questions
from web.listing import A_PAGE, asked_of

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
MANY = 2 * A_PAGE + 20


def add_decisions(session: Session) -> None:
    """More than two pages of decisions, each a day older than the last, with a vote for each."""
    board = session.scalars(sa.select(Meeting).where(Meeting.number == 0)).one()
    member = members_on(session, board.day)[0]
    states = (DecisionState.DECIDED, DecisionState.LOST)
    made = [
        Decision(
            kind="note",
            text=f"Matter {number:03}",
            state=states[number % 2],
            decided_on=board.day - timedelta(days=number),
            decided_by="the Board",
            meeting_id=board.id,
        )
        for number in range(MANY)
    ]
    session.add_all(made)
    session.flush()
    session.add_all(Vote(decision_id=one.id, member_id=member.id, choice=VoteChoice.FOR) for one in made)


def matters(text: str) -> list[int]:
    return [int(found) for found in re.findall(r"Matter (\d{3})", text)]


def test_decisions_are_cut_counted_and_sorted_by_the_database(site: Site) -> None:
    with Session(site.engine) as session, session.begin():
        before = find_decisions(session).total
        add_decisions(session)
    with Session(site.engine) as session:
        found = find_decisions(session, search="Matter", limit=10, offset=20)
        assert (found.total, len(found.lines)) == (MANY, 10)
        assert [one.text for one in found.lines] == [f"Matter {number:03}" for number in range(20, 30)]
        assert {one.in_favour for one in found.lines} == {1}
        oldest = find_decisions(session, search="Matter", descending=False, limit=2)
        assert matters(str(oldest.lines)) == [MANY - 1, MANY - 2]
        beyond = find_decisions(session, search="Matter", limit=10, offset=MANY)
        assert (beyond.total, beyond.lines) == (MANY, ())
        assert find_decisions(session).total == before + MANY
        by_state = find_decisions(session, search="Matter", sort="state", descending=False)
        assert [one.state for one in by_state.lines] == ["decided"] * (MANY // 2) + ["lost"] * (MANY // 2)
        unvoted = found.lines[3].id
        session.execute(sa.delete(Vote).where(Vote.decision_id == unvoted))
        least = find_decisions(session, search="Matter", sort="votes", descending=False, limit=2)
        assert least.lines[0].id == unvoted
        most = find_decisions(session, search="Matter", sort="votes", descending=True)
        assert most.lines[-1].id == unvoted


@on_sqlite
def test_decisions_are_sorted_by_their_headings_and_the_file_is_in_the_same_order(site: Site) -> None:
    with Session(site.engine) as session, session.begin():
        add_decisions(session)
    newest = site.get("/board/decisions?search=Matter")
    assert matters(newest.text) == list(range(A_PAGE))
    assert 'aria-sort="descending"' in newest.text
    assert "sort=day&amp;order=desc&amp;page=2" in newest.text
    assert matters(site.get("/board/decisions?search=Matter&sort=day").text)[0] == MANY - 1
    last = matters(site.get("/board/decisions?search=Matter&page=99").text)
    assert last == list(range(2 * A_PAGE, MANY))
    sheet = site.get("/board/decisions.csv?search=Matter&sort=day").content.decode("utf-8-sig")
    assert matters(sheet) == list(range(MANY))[::-1]
    with questions() as asked:
        site.get("/board/decisions?search=Matter")
    assert any("LIMIT" in one and "decisions" in one for one in asked)


def test_contacts_are_sorted_both_ways_by_name_role_address_and_phone(site: Site) -> None:
    began, gone = date(2020, 9, 1), date(2021, 7, 31)
    people: tuple[tuple[str, str, str, str | None, list[tuple[Role, date | None]]], ...] = (
        ("Zoe", "Aardvark", "m.sorted@school.example", None, [(Role.OFFICER, None), (Role.CHAIR, gone)]),
        ("Mia", "Middle", "z.sorted@school.example", "01305 1", [(Role.FINANCE, gone)]),
        ("Ada", "Zebra", "a.sorted@school.example", "01305 2", [(Role.OFFICER, gone), (Role.MEMBER, None)]),
    )
    with Session(site.engine) as session, session.begin():
        for first, surname, email, phone, roles in people:
            held = [ContactRole(role=role, starts_on=began, ends_on=ends) for role, ends in roles]
            session.add(Contact(first_name=first, surname=surname, email=email, phone=phone, roles=held))
    for order, expected in (
        ("", ["Zoe", "Mia", "Ada"]),
        ("&sort=name&order=desc", ["Ada", "Mia", "Zoe"]),
        ("&sort=role", ["Ada", "Zoe", "Mia"]),
        ("&sort=role&order=desc", ["Zoe", "Ada", "Mia"]),
        ("&sort=email", ["Ada", "Zoe", "Mia"]),
        ("&sort=email&order=desc", ["Mia", "Zoe", "Ada"]),
        ("&sort=phone", ["Mia", "Ada", "Zoe"]),
        ("&sort=phone&order=desc", ["Ada", "Mia", "Zoe"]),
    ):
        sheet = site.get(f"/contacts.csv?search=sorted@{order}").content.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(sheet)))[1:]
        assert [row[0].split()[0] for row in rows] == expected, order
    text = site.get("/contacts?search=sorted@&sort=email&page=9").text
    assert text.index("Ada Zebra") < text.index("Zoe Aardvark") < text.index("Mia Middle")
    assert 'aria-sort="ascending"' in text


def test_a_list_that_is_newest_first_stays_so_until_a_column_is_named() -> None:
    def way(query: str) -> tuple[str, bool]:
        asked = asked_of("/l", QueryParams(query), (), ("day", "case"), "day", newest_first=True)
        return asked.sort, asked.descending

    assert way("") == way("sort=evil") == way("sort=day&order=desc") == ("day", True)
    assert way("sort=day") == ("day", False)
    assert way("sort=case") == ("case", False)
