"""Fund years: the ring-fence, carry-over by decision only, the statement that adds up, finance's file."""

import io
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casework import events, fund, spending, vat
from casework.decisions import Motion, decide
from casework.desk import Desk
from casework.fund_book import book as finances_file
from casework.fund_years import carry_over, pay_chair, year_labelled
from models.board import Decision
from models.clusters import Cluster, ClusterMembership
from models.fund import FundYear
from models.plans import Plan, VatTreatment
from models.schools import School
from papers.workbook import Sheet, to_xlsx
from queries.money import fund_years
from queries.statement import statement
from queries.vat import to_check
from rules.errors import Refused
from tests.casework.board_world import Board, add_board, held
from tests.casework.stages import active, confirmed
from tests.casework.world import ACADEMY, SCHOOLS, START, desk_at

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Where the kind of database makes no difference."""

SUMMER_1 = date(2026, 5, 7)


def decided(session: Session, board: Board, kind: str = "carry-over") -> tuple[Desk, Decision]:
    """The Board's decision after the year has ended, and a desk on that day."""
    desk, meeting = held(session, board, SUMMER_1)
    return desk, decide(desk, meeting, kind, Motion("£1,000 of last year.", board.members[0], agreed=True))


def test_what_is_free_lapses_unless_the_board_carries_it_over(session: Session) -> None:
    board = add_board(session)
    old, new = year_labelled(desk_at(session, SUMMER_1), "2025-26"), year_labelled(desk_at(session, SUMMER_1), "2026")
    assert (new.carried_in_pence, new.free_pence) == (0, 9_550_000)
    desk, decision = decided(session, board)
    carry_over(desk, old, 100_000, decision)
    assert (old.free_pence, new.free_pence) == (9_450_000, 9_650_000)
    with pytest.raises(Refused, match="has been carried out before"):
        carry_over(desk, old, 1, decision)
    assert events.broken_chains(session) == []


@on_sqlite
@pytest.mark.parametrize(
    ("pence", "said"), [(0, "more than nothing"), (-1, "more than nothing"), (9_550_001, "has £95,500 free")]
)
def test_no_more_than_is_free_is_carried_over(session: Session, pence: int, said: str) -> None:
    board = add_board(session)
    desk, decision = decided(session, board)
    with pytest.raises(Refused, match=said):
        carry_over(desk, year_labelled(desk, "2025-26"), pence, decision)
    assert year_labelled(desk, "2025-26").carried_out_pence == 0


@on_sqlite
def test_a_year_that_runs_another_decision_and_a_year_that_is_not_open(session: Session) -> None:
    board = add_board(session)
    desk, other = decided(session, board, "other")
    with pytest.raises(Refused, match="is not one to carry money over"):
        carry_over(desk, year_labelled(desk, "2025-26"), 1, other)
    decision = session.get_one(Decision, other.id)
    decision.kind = "carry-over"
    with pytest.raises(Refused, match="has not ended"):
        carry_over(desk, year_labelled(desk, "2026-27"), 1, decision)
    later = desk_at(session, date(2027, 4, 2))
    with pytest.raises(Refused, match="The Fund year after 2026-27 is not open"):
        carry_over(later, year_labelled(later, "2026-27"), 1, decision)
    with pytest.raises(Refused, match="2031-32 is not open"):
        year_labelled(desk, "2031-32")


def test_the_chair_is_paid_from_the_ring_fence_alone(session: Session) -> None:
    desk = desk_at(session, START, "officer")
    year = year_labelled(desk, "2025-26")
    assert pay_chair(desk, year, invoice="1", pence=449_999, what_for="Six days") is not None
    assert pay_chair(desk, year, invoice="1", pence=449_999, what_for="Six days") is None
    with pytest.raises(Refused, match=r"has £0\.01 left, and £0\.02 is asked for"):
        pay_chair(desk, year, invoice="2", pence=2, what_for="More")
    assert pay_chair(desk, year, invoice="3", pence=1, what_for="The rest") is not None
    assert (year.ring_spent_pence, year.free_pence) == (450_000, 9_550_000)
    with pytest.raises(Refused, match="does not lie in the Fund year"):
        pay_chair(desk_at(session, date(2026, 4, 1)), year, invoice="4", pence=1, what_for="Late")


def test_the_database_itself_refuses_more_than_there_is(session: Session) -> None:
    for change in ({"carried_out_pence": 9_550_001}, {"ring_spent_pence": 450_001}, {"carried_in_pence": -1}):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(sa.update(FundYear).where(FundYear.label == "2025-26").values(**change))


def test_a_statement_by_theme_and_by_the_cluster_of_the_day(session: Session) -> None:
    case = active(session)
    spending.pay(
        desk_at(session, START + timedelta(days=20), "officer"), case, invoice="1", pence=120_001, what_for="Days"
    )
    old = session.scalars(sa.select(ClusterMembership).where(ClusterMembership.urn == SCHOOLS[0])).one()
    old.ends_on = date(2025, 12, 31)
    session.flush()
    session.add(Cluster(code="C2", name="Another"))
    session.flush()
    new = session.scalars(sa.select(Cluster.id).where(Cluster.code == "C2")).one()
    session.add(ClusterMembership(urn=SCHOOLS[0], cluster_id=new, starts_on=date(2026, 1, 1)))
    session.flush()
    found = statement(session, year_labelled(desk_at(session, START), "2025-26"))
    (line,) = found.cases
    assert (line.theme, line.cluster, line.spent, line.committed) == ("Maths", "Blackmore Vale", 120_001, 359_999)
    assert [(g.name, g.cases, g.spent) for g in found.by_theme] == [("Maths", 1, 120_001)]
    assert [(g.name, g.spent) for g in found.by_cluster] == [("Blackmore Vale", 120_001)]
    assert [(p.reference, p.pence) for p in found.payments] == [(case.reference, 120_001)]


steps = st.lists(
    st.tuples(
        st.sampled_from(["reserve", "commit", "spend", "release", "contribute", "chair", "carry"]),
        st.integers(0, 3),
        st.integers(-10, 7_000_000),
    ),
    max_size=25,
)


def adds_up(session: Session) -> None:
    """The sums of every statement are the totals on its year; what one year gave the other has; nothing is below
    nothing.
    """
    session.flush()
    session.expire_all()
    years = list(session.scalars(sa.select(FundYear)))
    for year in years:
        found = statement(session, year)
        for groups in (found.cases, found.by_theme, found.by_cluster):
            assert sum(one.reserved for one in groups) == year.reserved_pence
            assert sum(one.committed for one in groups) == year.committed_pence
            assert sum(one.spent for one in groups) == year.spent_pence
        assert sum(one.pence for one in found.contributions) == year.contributions_pence
        assert sum(one.pence for one in found.payments) == year.spent_pence + year.ring_spent_pence
        used = year.reserved_pence + year.committed_pence + year.spent_pence
        assert year.free_pence == year.budget_pence - used >= 0
    assert sum(year.carried_in_pence for year in years) == sum(year.carried_out_pence for year in years)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_every_penny_adds_up_over_two_years_after_any_steps(engine: Engine, steps: list[tuple[str, int, int]]) -> None:
    with Session(engine) as session:
        board = add_board(session)
        cases = [confirmed(session, urn) for urn in SCHOOLS[:4]]
        _, decision = decided(session, board)
        for number, (what, which, pence) in enumerate(steps):
            desk = desk_at(session, START if which % 2 == 0 else SUMMER_1, "officer")
            year = year_labelled(desk, "2025-26" if which % 2 == 0 else "2026-27")
            try:
                with session.begin_nested():
                    match what:
                        case "reserve":
                            fund.reserve(desk, cases[which], pence)
                        case "commit":
                            fund.commit(desk, cases[which], pence)
                        case "spend":
                            fund.spend(desk, cases[which], key=str(number), pence=pence, what_for="Days")
                        case "release":
                            fund.release(desk, cases[which])
                        case "contribute":
                            fund.contribute(session, year, contributor="Schools", pence=pence, basis="given", on=START)
                        case "chair":
                            pay_chair(desk, year, invoice=str(number), pence=pence % 300_000, what_for="Days")
                        case _:
                            carry_over(desk_at(session, SUMMER_1), year, pence, decision)
            except Refused:
                pass
            adds_up(session)
        session.rollback()


def test_vat_is_flagged_and_settled_by_finance(session: Session) -> None:
    case = active(session, ACADEMY)
    (line,) = to_check(session)
    assert (line.reference, line.pence) == (case.reference, 480_000)
    assert line.reason == "The school is an academy, so that VAT may arise."
    desk = desk_at(session, START + timedelta(days=10), "officer")
    with pytest.raises(Refused, match="Settle it as"):
        vat.settle(desk, case, VatTreatment.TO_CHECK, "Hm.")
    with pytest.raises(Refused, match="Say why"):
        vat.settle(desk, case, VatTreatment.OUTSIDE_SCOPE, " ")
    vat.settle(desk, case, VatTreatment.OUTSIDE_SCOPE, "A grant, not a supply.")
    assert to_check(session) == []
    assert session.scalars(sa.select(Plan.vat)).one() is VatTreatment.OUTSIDE_SCOPE


@on_sqlite
def test_finance_s_file_holds_numbers_and_no_formula(session: Session, tmp_path: Path) -> None:
    school = session.get_one(School, SCHOOLS[0])
    school.name = '=HYPERLINK("https://evil.example","St Wite’s")'
    case = active(session)
    spending.pay(
        desk_at(session, START + timedelta(days=20), "officer"), case, invoice="1", pence=123_456, what_for="@SUM(1)"
    )
    session.flush()
    year = year_labelled(desk_at(session, START), "2025-26")
    file = tmp_path / "fund.xlsx"
    file.write_bytes(finances_file(fund_years(session), [statement(session, year)]))
    book = openpyxl.load_workbook(file)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert school.name in {cell.value for cell in cells}
    cases = book["2025-26 cases"]
    headings = [cell.value for cell in cases[1]]
    assert cases.cell(2, headings.index("Spent") + 1).value == pytest.approx(1234.56)
    assert book["Years"].freeze_panes == "A2"


@given(st.text(max_size=40))
def test_any_text_comes_back_as_a_text(words: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx([Sheet("One", ("Words",), [[words]])])))
    assert book["One"]["A2"].data_type in {"s", "n"}
    assert not str(book["One"]["A2"].value or "").startswith("=") or book["One"]["A2"].data_type == "s"
