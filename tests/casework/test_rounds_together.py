"""Rounds opened together: the same rows, events and days as when each case's is opened alone."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from casework import pausing, rounds
from casework.desk import Desk
from casework.events import broken_chains
from casework.lifecycle import locked
from casework.rounds_together import open_together
from config.database import session_factory
from models.base import Base
from models.calendar import HalfTerm
from models.commissions import Commission
from models.events import Event
from models.rounds import ImpactUpdate, Round
from models.schools import School
from tests.casework.stages import active, at_stage
from tests.casework.world import SCHOOLS, desk_at
from tests.counting import counted

COPIES = 50


def one_by_one(desk: Desk, ids: list[int]) -> int:
    return sum(bool(rounds.open_round(desk, locked(desk, one))) for one in ids)


def together(desk: Desk, ids: list[int]) -> int:
    opened, left = open_together(desk, ids)
    return opened + one_by_one(desk, left)


def rows(session: Session, first_event: int) -> list[Any]:
    """All that opening a round writes, without numbers that a sequence gives."""
    session.flush()
    session.expire_all()
    cases = sa.select(
        Commission.id, Commission.state, Commission.next_round_on, Commission.next_due_on, Commission.held_because
    )
    asked = (
        sa.select(
            ImpactUpdate.commission_id,
            ImpactUpdate.party,
            ImpactUpdate.state,
            ImpactUpdate.opened_on,
            ImpactUpdate.due_on,
            ImpactUpdate.closes_on,
            ImpactUpdate.next_step_on,
            ImpactUpdate.last_rung,
            ImpactUpdate.revision,
            Round.academic_year,
            Round.number,
            Round.opened_on,
        )
        .join(Round, Round.id == ImpactUpdate.round_id)
        .order_by(ImpactUpdate.commission_id, Round.academic_year, Round.number, ImpactUpdate.party)
    )
    said = sa.select(Event.chain, Event.sequence, Event.kind, Event.day, Event.actor, Event.reason, Event.to_state)
    return [
        [tuple(row) for row in session.execute(one)]
        for one in (
            cases.order_by(Commission.id),
            asked,
            said.where(Event.id > first_event).order_by(Event.chain, Event.sequence),
        )
    ]


def compared(engine: Engine, days: list[date]) -> tuple[list[Any], list[str]]:
    """The rows after these days, held to be the same opened alone and together, and what was said to be wrong."""
    with session_factory(engine)() as session:
        ids = list(session.scalars(sa.select(Commission.id).order_by(Commission.id)))
    found = []
    for way in (one_by_one, together):
        with session_factory(engine)() as session:
            first = session.scalar(sa.select(sa.func.max(Event.id))) or 0
            opened, checks = [], []
            for day in days:
                desk = desk_at(session, day)
                opened.append(way(desk, ids))
                checks += desk.failed_checks
                session.flush()
            assert broken_chains(session) == []
            found.append((rows(session, first), opened, sorted(checks)))
            session.rollback()
    assert found[0] == found[1]
    return found[1][0], found[1][2]


def all_days(session: Session, cases: list[Commission]) -> list[date]:
    opens = max(case.next_round_on or date(2025, 10, 1) for case in cases)
    return [opens + timedelta(days=n) for n in (-1, 0, 0, 1, 45, 60, 100)]


def test_rounds_opened_together_are_those_opened_one_by_one(engine: Engine) -> None:
    with session_factory(engine).begin() as session:
        cases = [active(session, urn) for urn in SCHOOLS[:3]]
        days = all_days(session, cases)
        pausing.pause(desk_at(session, days[0] - timedelta(days=1), "officer"), cases[1], "A new head.", days[-1])
        cases[1].next_round_on = days[0]  # as a run that chose it before the pause would have it
        paused = cases[1].id
    written, checks = compared(engine, days)
    assert not checks
    assert len(written[1]) >= 8, "two parties of two cases in at least two rounds"
    assert paused not in {row[0] for row in written[1]}


@pytest.mark.parametrize("number", [2, 3])
def test_a_case_whose_dates_lie_past_the_calendar_is_held_in_either_way(engine: Engine, number: int) -> None:
    with session_factory(engine).begin() as session:
        cases = [active(session, urn) for urn in SCHOOLS[:2]]
        days = all_days(session, cases)
        later = sa.or_(
            HalfTerm.academic_year > "2025-26",
            sa.and_(HalfTerm.academic_year == "2025-26", HalfTerm.number >= number),
        )
        session.execute(sa.delete(HalfTerm).where(later))
        cases[1].ends_on = date(2025, 10, 20)  # the last is over before the calendar is
    written, checks = compared(engine, days)
    assert checks
    assert "is held" in checks[0]
    assert any(row[4] for row in written[0])


@at_stage(active)
def test_what_is_asked_does_not_grow_with_the_cases(session: Session, case: Commission) -> None:
    opens = case.next_round_on
    assert opens is not None
    ids = [case.id, *(copy(session, case, number) for number in range(COPIES))]
    with counted(session) as asked:
        opened, left = open_together(desk_at(session, opens), ids)
    assert (opened, left) == (COPIES + 1, [])
    assert len(asked) <= 13, "the round itself is made, and the calendar read, once"
    assert session.scalar(sa.select(sa.func.count()).select_from(ImpactUpdate)) == 2 * (COPIES + 1)


@at_stage(active)
def test_a_round_is_opened_once(session: Session, case: Commission) -> None:
    opens = case.next_round_on
    assert opens is not None
    ways: list[Callable[[Desk, list[int]], int]] = [together, together, one_by_one]
    assert [way(desk_at(session, opens), [case.id]) for way in ways] == [1, 0, 0]


def copy(session: Session, case: Commission, number: int) -> int:
    """Another school just like this one's, with a case just like this one, without a log."""
    school = School(**values(case.school) | {"urn": 120_000 + number})
    session.add(school)
    session.flush()
    made = Commission(**values(case) | {"id": None, "urn": school.urn, "reference": f"SIB-2025-9{number:03}"})
    session.add(made)
    session.flush()
    return made.id


def values(row: Base) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in sa.inspect(type(row)).column_attrs}
