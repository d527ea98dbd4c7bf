"""Both databases behave alike: writers queue, readers cannot write, foreign keys hold."""

import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from config.database import create_engine, reading_scope, session_scope


@pytest.fixture
def counter(engine: Engine) -> Engine:
    with session_scope(engine) as session:
        session.execute(sa.text("CREATE TABLE counter (id INTEGER PRIMARY KEY, value INTEGER NOT NULL)"))
        session.execute(sa.text("INSERT INTO counter VALUES (1, 0)"))
    return engine


def value(session: Session) -> int:
    found: int = session.execute(sa.text("SELECT value FROM counter")).scalar_one()
    return found


def test_a_scope_commits_at_its_end(counter: Engine) -> None:
    with session_scope(counter) as session:
        session.execute(sa.text("UPDATE counter SET value = 7"))
    with reading_scope(counter) as session:
        assert value(session) == 7


def test_a_scope_that_raises_changes_nothing(counter: Engine) -> None:
    with pytest.raises(RuntimeError, match="half way"), session_scope(counter) as session:
        session.execute(sa.text("UPDATE counter SET value = 7"))
        raise RuntimeError("half way")
    with reading_scope(counter) as session:
        assert value(session) == 0


def test_a_reading_scope_cannot_write(counter: Engine) -> None:
    with reading_scope(counter) as session, pytest.raises((OperationalError, ProgrammingError, sa.exc.InternalError)):
        session.execute(sa.text("UPDATE counter SET value = 7"))
    with session_scope(counter) as session:  # and the connection it used can write again
        session.execute(sa.text("UPDATE counter SET value = 8"))


def test_a_reader_is_not_held_up_by_a_writer(counter: Engine) -> None:
    with session_scope(counter) as writer:
        writer.execute(sa.text("UPDATE counter SET value = 7"))
        with reading_scope(counter) as reader:
            assert value(reader) == 0


def test_writers_that_read_first_queue_instead_of_failing(counter: Engine) -> None:
    rounds, failures = 15, []

    def count() -> None:
        try:
            for _ in range(rounds):
                with session_scope(counter) as session:
                    suffix = "" if counter.dialect.name == "sqlite" else " FOR UPDATE"
                    found = session.execute(sa.text("SELECT value FROM counter" + suffix)).scalar_one()
                    session.execute(sa.text("UPDATE counter SET value = :v"), {"v": found + 1})
        except OperationalError as error:
            failures.append(error)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    with reading_scope(counter) as session:
        assert session.execute(sa.text("SELECT value FROM counter")).scalar_one() == 4 * rounds


def test_foreign_keys_hold(engine: Engine) -> None:
    with session_scope(engine) as session:
        session.execute(sa.text("CREATE TABLE parent (id INTEGER PRIMARY KEY)"))
        session.execute(sa.text("CREATE TABLE child (parent_id INTEGER NOT NULL REFERENCES parent (id))"))
    with pytest.raises(IntegrityError), session_scope(engine) as session:
        session.execute(sa.text("INSERT INTO child VALUES (1)"))


def test_the_configured_database_is_the_one_under_test(database: str, engine: Engine) -> None:
    with session_scope() as session:
        session.execute(sa.text("CREATE TABLE seen (id INTEGER PRIMARY KEY)"))
    assert sa.inspect(engine).has_table("seen")


def test_a_sqlite_file_is_made_in_a_folder_of_its_owner(tmp_path: Path) -> None:
    made = create_engine(f"sqlite:///{tmp_path / 'new' / 'sib.sqlite'}")
    with made.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
    made.dispose()
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
