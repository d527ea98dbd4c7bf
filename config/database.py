"""Engines and sessions for SQLite (embedded) and PostgreSQL (production): same models, same behaviour."""

import atexit
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from sqlite3 import Connection as SQLiteConnection
from typing import Any

import orjson
import sqlalchemy
from sqlalchemy import URL, Connection, Engine, event, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.orm import Session, sessionmaker

from config.settings import settings

BUSY_SECONDS = 30
"""How long a SQLite writer waits for another before it gives up."""

PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""How long a PostgreSQL server may be out of reach before a connection is given up: about a minute, where the system's
own patience is a quarter of an hour to two hours. The names, and milliseconds for the last, are libpq's; what the
address itself says of them (`?connect_timeout=3`) comes first.
"""

READ_ONLY = "sib_read_only"

_PLAIN = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


def _as_json(value: Any) -> str:
    """JSON as the standard library writes it, where orjson will not: a number beyond 64 bits, a key that is no text."""
    try:
        return orjson.dumps(value, option=_PLAIN).decode()
    except TypeError:
        return json.dumps(value)


_JSON = {"json_serializer": _as_json, "json_deserializer": orjson.loads}
"""Ten times as quick as the standard library's, which costs a twentieth of a national round."""


def create_engine(url: str | URL | None = None) -> Engine:
    """An engine for this address, or for the configured one."""
    address = make_url(settings().database_url.get_secret_value() if url is None else url)
    if address.drivername in {"postgres", "postgresql"}:
        address = address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() == "sqlite":
        return _sqlite(address)
    arguments = {**PATIENCE, "options": "-c timezone=utc"}
    made = sqlalchemy.create_engine(
        address,
        pool_pre_ping=True,
        hide_parameters=True,
        **_JSON,
        connect_args={name: value for name, value in arguments.items() if name not in address.query},
    )
    event.listen(made, "handle_error", _without_rows)
    return made


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The engine of the configured database, one a process; closed with it, so that SQLite's log is written home."""
    made = create_engine()
    atexit.register(made.dispose)
    return made


def forget_engine() -> None:
    """Let go of the configured database's engine, after the settings have changed."""
    if engine.cache_info().currsize:
        engine().dispose()
    engine.cache_clear()


def session_factory(bind: Engine | None = None) -> sessionmaker[Session]:
    """Sessions whose rows stay readable after a commit: outcomes are built from them."""
    return sessionmaker(bind or engine(), expire_on_commit=False)


_borrowed: ContextVar[Connection | None] = ContextVar("borrowed", default=None)
"""The connection of a dry run: every session joins it, and nothing of it stays."""


@contextmanager
def rolled_back(bind: Engine | None = None) -> Iterator[Session]:
    """Let everything inside work on one transaction that is rolled back at the end.

    A dry run, seen by its own steps only.
    """
    with (bind or engine()).connect() as connection:
        outer = connection.begin()
        token = _borrowed.set(connection)
        try:
            with _joined(connection) as session:
                yield session
        finally:
            _borrowed.reset(token)
            outer.rollback()


def _joined(connection: Connection) -> Session:
    return Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)


@contextmanager
def session_scope(bind: Engine | None = None) -> Iterator[Session]:
    """A session that commits at the end, or rolls back when anything was raised."""
    borrowed = _borrowed.get()
    if borrowed is not None:
        with _joined(borrowed) as session, session.begin():
            yield session
        return
    with session_factory(bind).begin() as session:
        yield session


@contextmanager
def reading_scope(bind: Engine | None = None) -> Iterator[Session]:
    """A session that cannot write, and on SQLite waits for no writer: for pages and lists."""
    borrowed = _borrowed.get()
    if borrowed is not None:
        with _joined(borrowed) as session:
            yield session
        return
    readers = (bind or engine()).execution_options(**{READ_ONLY: True, "postgresql_readonly": True})
    with session_factory(readers)() as session:
        yield session


def _sqlite(address: URL) -> Engine:
    if address.database and address.database != ":memory:":
        Path(address.database).absolute().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = sqlalchemy.create_engine(address, hide_parameters=True, **_JSON, connect_args={"timeout": BUSY_SECONDS})
    event.listen(made, "connect", _prepare_sqlite)
    event.listen(made, "begin", _begin_sqlite)
    return made


def _without_rows(trouble: ExceptionContext) -> None:
    """Take out of an error what PostgreSQL quotes of the row: names and addresses would reach logs and Prefect."""
    for error in (trouble.original_exception, trouble.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).split("\nDETAIL:")[0], *error.args[1:])


def _prepare_sqlite(connection: SQLiteConnection, _record: object) -> None:
    """SQLAlchemy's documented recipe: the driver's own BEGIN, which comes late and deferred, is switched off."""
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its lock at once.

    A deferred transaction that reads first and writes later fails without waiting when another has written between;
    an immediate one queues, for as long as the busy timeout says.
    """
    reading = bool(connection.get_execution_options().get(READ_ONLY))
    connection.exec_driver_sql(f"PRAGMA query_only = {int(reading)}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
