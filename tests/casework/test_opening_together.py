"""Cases opened together: the same rows as when each is opened alone, in as many questions for fifty as for one."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from casework.events import broken_chains
from casework.opening import Wanted, open_case
from casework.opening_together import open_together
from config.database import session_factory
from models.board import AgendaItem
from models.commissions import Commission
from models.events import Event
from models.priorities import Priority
from tests.casework.world import SCHOOLS, START, desk_at, priority
from tests.counting import counted

THEMES = ("maths", "reading", "writing", "leadership")


def rows(session: Session) -> list[Any]:
    session.flush()
    session.expire_all()
    assert broken_chains(session) == []
    cases = sa.select(
        Commission.reference,
        Commission.urn,
        Commission.theme,
        Commission.state,
        Commission.state_since,
        Commission.reason,
        Commission.officer_id,
        Commission.identified_on,
        Commission.next_due_on,
        Commission.cost_pence,
        Priority.urn,
        Priority.theme,
    ).join(Priority, Priority.id == Commission.priority_id)
    said = sa.select(Commission.reference, Event.sequence, Event.kind, Event.from_state, Event.to_state, Event.reason)
    agenda = sa.select(Commission.reference, AgendaItem.kind, AgendaItem.raised_on, AgendaItem.text)
    return [
        [tuple(row) for row in session.execute(one.order_by(Commission.reference))]
        for one in (
            cases,
            said.join(Event, Event.commission_id == Commission.id),
            agenda.join(AgendaItem, AgendaItem.commission_id == Commission.id),
        )
    ]


def test_cases_opened_together_are_those_opened_one_by_one(engine: Engine) -> None:
    found = []
    for together in (False, True):
        with session_factory(engine)() as session:
            desk = desk_at(session, START)
            evidence = [priority(session, urn, theme) for urn in SCHOOLS for theme in THEMES]
            places = [(one, one.urn or 0, one.theme) for one in evidence]
            if together:
                with counted(session) as asked:
                    open_together(desk, [Wanted(urn, theme, f"{theme} is low.", one.id) for one, urn, theme in places])
                assert len(asked) <= 12
            else:
                for one, urn, theme in places:
                    open_case(desk, urn, theme, f"{theme} is low.", priority=one)
            found.append(rows(session))
            session.rollback()
    assert found[0] == found[1]
    assert [len(one) for one in found[0]] == [len(SCHOOLS) * len(THEMES)] * 3
