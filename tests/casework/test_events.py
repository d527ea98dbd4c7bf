"""The event log: rows are added and never changed, and a change made behind the triggers' back shows."""

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from casework.events import broken_chains
from config.database import session_factory
from migrations.append_only import Protect, Unprotect
from models.events import Event
from tests.casework.stages import active, at_stage

pytestmark = at_stage(active)


@pytest.fixture
def log(engine: Engine) -> Engine:
    """A database with the events of a case that has become active."""
    return engine


@pytest.mark.parametrize("act", ["UPDATE events SET actor = 'nobody'", "DELETE FROM events", "TRUNCATE events CASCADE"])
def test_no_event_is_changed_or_removed(log: Engine, act: str) -> None:
    if act.startswith("TRUNCATE") and log.dialect.name == "sqlite":
        act = "DELETE FROM events WHERE 1"  # SQLite has no TRUNCATE
    with pytest.raises(DBAPIError, match="append-only"), log.begin() as connection:
        connection.execute(sa.text(act))
    with session_factory(log)() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Event))
        assert broken_chains(session) == []


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE events SET actor = 'nobody' WHERE sequence = 3",
        "UPDATE events SET reason = 'Another reason.' WHERE sequence = 1",
        "UPDATE events SET to_state = 'closed' WHERE sequence = 2",
        "UPDATE events SET day = '2025-01-01' WHERE sequence = 2",
        "DELETE FROM events WHERE sequence = 2",
        "UPDATE events SET sequence = sequence + 100 WHERE sequence >= 4",
    ],
)
def test_what_is_done_behind_the_triggers_back_shows(log: Engine, act: str) -> None:
    with log.begin() as connection:
        operations = Operations(MigrationContext.configure(connection))
        operations.invoke(Unprotect("events"))
        assert connection.execute(sa.text(act)).rowcount
        operations.invoke(Protect("events"))
    with session_factory(log)() as session:
        assert broken_chains(session) == ["commission:1"]
