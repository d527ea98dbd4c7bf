"""Evaluating day after day: closed cases are looked at once for the same results, and nobody is written to."""

import asyncio

import pytest
import sqlalchemy as sa

from config.database import reading_scope, session_scope
from flows.evaluate import evaluate
from models.commissions import Commission, Outcome
from models.messages import Message, Notice
from models.plans import LaterEvaluation
from tests.casework.programme_world import AFTER, ENDED, make_programme


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_closed_cases_are_evaluated_once_when_their_results_are_out(database: str) -> None:
    with session_scope() as session:
        make_programme(session, {"TSA1": [20.0, -4.0], "HUB1": [0.0]})
    found = [asyncio.run(evaluate.fn(as_of=day))["evaluated_again"] for day in (ENDED, AFTER, AFTER)]
    assert found == [0, 3, 0]
    with reading_scope() as session:
        assert session.scalar(sa.select(sa.func.count(LaterEvaluation.id))) == 3
        assert set(session.scalars(sa.select(Commission.outcome))) == {Outcome.MET}
        assert session.scalar(sa.select(sa.func.count(Notice.id))) == 0
        assert session.scalar(sa.select(sa.func.count(Message.id))) == 0
