"""A batch is looked up by the numbers that it has, not by a state that a whole round shares."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from casework import composing, unsent
from casework.desk import Desk
from queries.updates import latest_figures_of
from tests.casework.stages import active
from tests.casework.world import START, desk_at
from tests.counting import plans

BATCH = range(1, 401)
BY_STATE = ("ix_notices_state_day", "ix_messages_state_id (state=?)", "ix_impact_updates_state_step")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # PostgreSQL keeps statistics by itself
@pytest.mark.parametrize(
    "act",
    [
        composing.compose,
        unsent.late,
        unsent.take_back,
        lambda desk, numbers: latest_figures_of(desk.session, numbers),
    ],
    ids=["waiting", "late", "taken-back", "figures"],
)
def test_no_batch_looks_through_a_whole_round(session: Session, act: Callable[[Desk, Sequence[int]], Any]) -> None:
    active(session)
    with plans(session, lambda statement: statement.count("?") >= len(BATCH)) as found:
        act(desk_at(session, START + timedelta(days=12)), BATCH)

    assert found
    assert [one for one in found if any(index in one for index in BY_STATE)] == []
