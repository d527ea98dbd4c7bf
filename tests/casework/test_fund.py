"""The Fund: never more promised than there is, to the penny, also when fifty officers act at the same instant."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from casework import commissioning, events, fund, spending
from casework.lifecycle import locked
from config.database import create_engine, session_factory
from models.commissions import Commission, CommissionState, Offer
from models.contacts import Contact, ContactRole, Role
from models.events import Event
from models.fund import Commitment, FundYear, Reservation, Spend
from models.messages import Notice
from models.schools import School
from rules.errors import Refused
from tests.casework.stages import active, confirmed
from tests.casework.world import SCHOOLS, START, desk_at, priority

ASKED = 480_000


def year(session: Session) -> FundYear:
    found = session.scalars(sa.select(FundYear).where(FundYear.label == "2025-26")).one()
    session.refresh(found)
    return found


def adds_up(session: Session) -> None:
    """The year's totals are the sums of its rows, and nothing is below nothing."""
    found = year(session)
    held = session.scalar(sa.select(sa.func.sum(Reservation.pence)).where(Reservation.state == "held")) or 0
    spent = session.scalar(sa.select(sa.func.sum(Spend.pence))) or 0
    promised = Commitment.pence - Commitment.spent_pence - Commitment.released_pence
    committed = session.scalar(sa.select(sa.func.sum(promised))) or 0
    assert found.budget_pence == found.reserved_pence + found.committed_pence + found.spent_pence + found.free_pence
    assert found.reserved_pence == held
    assert found.spent_pence == spent
    assert min(found.reserved_pence, found.committed_pence, found.spent_pence, found.free_pence) >= 0
    assert found.committed_pence == committed


def test_fifty_at_once_never_promise_more_than_there_is(engine: Engine, database: str) -> None:
    with session_factory(engine).begin() as session:
        cases = _fifty(session)
        assert year(session).free_pence == 9_550_000
    start = threading.Barrier(50)

    def officer(case_id: int) -> str:
        own = create_engine(database)
        start.wait()
        try:
            with session_factory(own).begin() as session:
                desk = desk_at(session, START, "officer")
                fund.reserve(desk, locked(desk, case_id), ASKED)
        except Refused as refused:
            return str(refused)
        finally:
            own.dispose()
        return ""

    with ThreadPoolExecutor(50) as pool:
        said = Counter(pool.map(officer, cases))
    assert said == {"": 19, "The Fund has £4,300 free in 2025-26, and £4,800 is asked for.": 31}
    with session_factory(engine)() as session:
        assert year(session).reserved_pence == 19 * ASKED
        assert session.scalar(sa.select(sa.func.count()).select_from(Reservation)) == 19
        assert session.scalar(sa.select(sa.func.count()).where(Event.kind == "money-reserved")) == 19
        adds_up(session)


def _fifty(session: Session) -> list[int]:
    first = session.get_one(School, SCHOOLS[0])
    copied = {c.key: getattr(first, c.key) for c in sa.inspect(School).mapper.column_attrs if c.key != "urn"}
    found = []
    for urn in range(120_000, 120_050):
        session.add(School(urn=urn, **copied))
        session.flush()
        case = Commission(
            reference=f"SIB-2025-{urn - 119_000}",
            urn=urn,
            theme="maths",
            state=CommissionState.CONFIRMED,
            reason="Maths is low.",
            priority_id=priority(session, urn).id,
            identified_on=START,
            state_since=START,
        )
        session.add(case)
        session.flush()
        found.append(case.id)
    return found


def test_fifty_commission_at_once_and_none_is_half_done(engine: Engine, database: str) -> None:
    """The whole of it, offer and all, each on a connection of its own: whoever gets no money has changed nothing."""
    with session_factory(engine).begin() as session:
        cases = _fifty(session)
        head = session.scalars(sa.select(Contact.id).where(Contact.email == f"head@{SCHOOLS[0]}.example")).one()
        for urn in range(120_000, 120_050):
            session.add(ContactRole(contact_id=head, role=Role.HEAD, urn=urn, starts_on=START.replace(year=2015)))
    start = threading.Barrier(50)

    def officer(case_id: int) -> str:
        own = create_engine(database)
        start.wait()
        try:
            with session_factory(own).begin() as session:
                desk = desk_at(session, START, "officer")
                commissioning.start(desk, locked(desk, case_id), ASKED)
        except Refused as refused:
            return str(refused)
        finally:
            own.dispose()
        return ""

    with ThreadPoolExecutor(50) as pool:
        said = Counter(pool.map(officer, cases))
    assert said.pop("") == 19
    assert all("is asked for" in sentence for sentence in said)
    with session_factory(engine)() as session:
        states = Counter(session.scalars(sa.select(Commission.state)))
        assert states == {CommissionState.OFFERED: 19, CommissionState.CONFIRMED: 31}
        assert session.scalar(sa.select(sa.func.count()).select_from(Offer)) == 19
        assert session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 19
        assert events.broken_chains(session) == []
        adds_up(session)


@pytest.mark.parametrize("pence", [0, -1, -480_000])
def test_nothing_and_less_than_nothing_are_no_amounts(session: Session, pence: int) -> None:
    case = active(session)
    desk = desk_at(session, START, "officer")
    with pytest.raises(Refused, match="more than nothing"):
        spending.pay(desk, case, invoice="1", pence=pence, what_for="Days")
    with pytest.raises(Refused, match="more than nothing"):
        fund.contribute(session, year(session), contributor="Schools", pence=pence, basis="given", on=START)
    with pytest.raises(Refused, match="more than nothing"):
        fund.reserve(desk, confirmed(session, SCHOOLS[1]), pence)
    adds_up(session)


def test_more_than_was_committed_cannot_be_spent(session: Session) -> None:
    case = active(session)
    desk = desk_at(session, START, "officer")
    assert spending.pay(desk, case, invoice="1", pence=479_999, what_for="Days") is not None
    with pytest.raises(Refused):
        spending.pay(desk, case, invoice="2", pence=2, what_for="Days")
    assert spending.pay(desk, case, invoice="2", pence=1, what_for="Days") is not None
    assert year(session).spent_pence == ASKED
    adds_up(session)


def test_no_year_no_money(session: Session) -> None:
    case = confirmed(session)
    with pytest.raises(Refused, match="No Fund year covers 2030-09-02"):
        fund.reserve(desk_at(session, START.replace(year=2030, day=2)), case, ASKED)


steps = st.lists(
    st.tuples(
        st.sampled_from(["reserve", "commit", "spend", "release"]), st.integers(0, 3), st.integers(-10, 7_000_000)
    ),
    max_size=25,
)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_every_penny_adds_up_after_any_steps(engine: Engine, steps: list[tuple[str, int, int]]) -> None:
    with session_factory(engine)() as session:
        cases = [confirmed(session, urn) for urn in SCHOOLS[:4]]
        for number, (what, which, pence) in enumerate(steps):
            desk, case = desk_at(session, START, "officer"), cases[which]
            try:
                with session.begin_nested():
                    match what:
                        case "reserve":
                            fund.reserve(desk, case, pence)
                        case "commit":
                            fund.commit(desk, case, pence)
                        case "spend":
                            fund.spend(desk, case, key=str(number), pence=pence, what_for="Days")
                        case _:
                            fund.release(desk, case)
            except Refused:
                pass
            session.flush()
            adds_up(session)
        session.rollback()
