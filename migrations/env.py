"""Runs migrations on SQLite and PostgreSQL; called through config/migrations.py and by the `alembic` command alike."""

import importlib
import pkgutil
from typing import Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeDecorator

import migrations.append_only
import migrations.frozen  # noqa: F401  # their operations register themselves
import models
from config.database import create_engine
from models.base import Base

ONE_AT_A_TIME = 7_405_926_001
"""PostgreSQL's advisory lock under which a schema is changed: two machines that start together take turns."""


def main() -> None:
    for module in pkgutil.iter_modules(models.__path__):
        importlib.import_module(f"models.{module.name}")
    given: Connection | None = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    engine = create_engine()
    with engine.connect() as connection:
        migrate(connection)
    engine.dispose()


def migrate(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        # SQLite changes a table by making it anew and dropping the old one, which with foreign keys on would take the
        # rows that point at it along. The switch has no effect inside a transaction, so it is thrown before.
        _foreign_keys(connection, on=False)
    try:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            transactional_ddl=True,  # true for SQLite as well, since config/database.py sends a real BEGIN
            compare_server_default=True,
            render_item=render_item,
        )
        with context.begin_transaction():
            if not sqlite:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
            context.run_migrations()
            if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
                message = f"the migration left a row of {broken[0]} pointing at nothing"
                raise RuntimeError(message)
    finally:
        if sqlite:
            _foreign_keys(connection, on=True)


def _foreign_keys(connection: Connection, *, on: bool) -> None:
    driver = connection.connection.dbapi_connection
    assert driver is not None
    driver.execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")


def render_item(kind: str, item: object, generation: AutogenContext) -> str | Literal[False]:
    """Write types so that a revision stands without today's models, and with the check constraint of an enum."""
    if kind != "type":
        return False
    if isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    if isinstance(item, sa.Enum):
        values = ", ".join(repr(value) for value in item.enums)
        return (
            f"sa.Enum({values}, name={item.name!r}, native_enum=False, "
            f"create_constraint={item.create_constraint}, length={item.length})"
        )
    if isinstance(item, postgresql.JSONB):
        generation.imports.add("from sqlalchemy.dialects import postgresql")
        return "postgresql.JSONB(none_as_null=True)"  # Alembic writes one that does not load
    return False


main()
