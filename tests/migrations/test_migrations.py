"""The schema goes up, down and up again on both databases, and is what the models say."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from config import migrations
from config.database import create_engine, session_scope
from migrations.append_only import APPEND_ONLY, protected
from migrations.frozen import FROZEN, frozen
from models.base import Base
from models.board import Meeting, Minutes
from models.events import Event
from rules.errors import Refused


def an_event() -> Event:
    return Event(
        chain="board",
        sequence=1,
        kind="test",
        day=date(2026, 9, 1),
        at=datetime(2026, 9, 1, 9, tzinfo=UTC),
        actor="tests",
        reason="",
        facts={},
        previous_hash="",
        hash="0",
    )


def tables(engine: Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names()) - {"alembic_version"}


def checks(engine: Engine) -> set[tuple[str, str | None, str]]:
    inspector = sa.inspect(engine)
    return {
        (table, check["name"], " ".join(check["sqltext"].split()))
        for table in tables(engine)
        for check in inspector.get_check_constraints(table)
    }


def test_up_down_and_up_again(engine: Engine) -> None:
    everything = tables(engine)
    assert everything == set(Base.metadata.tables)
    migrations.downgrade(engine)
    assert tables(engine) == set()
    assert migrations.stamped(engine) is None
    migrations.upgrade(engine)
    assert tables(engine) == everything
    migrations.require_current(engine)


def test_upgrading_again_keeps_the_rows(engine: Engine) -> None:
    with session_scope(engine) as session:
        session.add(an_event())
    migrations.upgrade(engine)
    with session_scope(engine) as session:
        assert session.scalars(sa.select(Event)).one().reason == ""


def test_models_and_migrations_agree(engine: Engine) -> None:
    assert migrations.differences(engine) == []


def test_a_difference_is_named(engine: Engine) -> None:
    with session_scope(engine) as session:
        session.execute(sa.text("ALTER TABLE themes ADD COLUMN forgotten INTEGER"))
    assert "forgotten" in "\n".join(migrations.differences(engine))


def test_checks_agree_too(engine: Engine) -> None:
    """Alembic compares no check constraint: a schema made from the models is compared instead."""
    migrated = checks(engine)
    migrations.downgrade(engine)
    Base.metadata.create_all(engine)
    assert migrated == checks(engine)


def test_a_database_that_was_never_set_up_is_refused(sqlite_url: str) -> None:
    engine = create_engine(sqlite_url)
    migrations.downgrade(engine)
    with pytest.raises(Refused, match="has not been set up yet: run `sib db upgrade`"):
        migrations.require_current(engine)
    engine.dispose()


def test_every_append_only_table_is_protected(engine: Engine) -> None:
    with engine.connect() as connection:
        assert protected(connection) == APPEND_ONLY


def test_every_table_with_frozen_rows_is_guarded(engine: Engine) -> None:
    with engine.connect() as connection:
        assert frozen(connection) == set(FROZEN)


@pytest.mark.parametrize("change", ["UPDATE minutes SET markdown = 'other'", "DELETE FROM minutes"])
def test_published_minutes_never_change_and_a_draft_may(engine: Engine, change: str) -> None:
    with session_scope(engine) as session:
        meeting = Meeting(academic_year="2026-27", number=0, day=date(2026, 9, 17))
        session.add(meeting)
        session.flush()
        session.add(Minutes(meeting_id=meeting.id, version=1, markdown="As it was"))
    with session_scope(engine) as session:
        session.execute(sa.text("UPDATE minutes SET markdown = 'As agreed'"))
        session.execute(sa.text("UPDATE minutes SET state = 'published', published_at = '2026-09-18 09:00:00+00:00'"))
    with pytest.raises(DatabaseError, match="never changed or removed"), session_scope(engine) as session:
        session.execute(sa.text(change))
    with session_scope(engine) as session:
        assert session.scalars(sa.select(Minutes.markdown)).one() == "As agreed"


@pytest.mark.parametrize("change", ["UPDATE events SET reason = 'other'", "DELETE FROM events"])
def test_an_event_is_never_changed_or_removed(engine: Engine, change: str) -> None:
    with session_scope(engine) as session:
        session.add(an_event())
    with pytest.raises(DatabaseError, match="append-only"), session_scope(engine) as session:
        session.execute(sa.text(change))
    with session_scope(engine) as session:
        assert session.scalars(sa.select(Event.reason)).one() == ""


def test_events_are_not_truncated(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.exec_driver_sql("TRUNCATE events CASCADE")
    engine.dispose()
