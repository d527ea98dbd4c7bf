"""A hash of what is in a database, the same on SQLite and PostgreSQL: shows that a restored copy is the original."""

import hashlib
import json
from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

import models  # noqa: F401  # registers the tables
from models.base import Base


def content_hashes(engine: Engine) -> dict[str, str]:
    """The SHA-256 of each table's rows in the order of their keys; all read in one moment."""
    readers = engine.execution_options(sib_read_only=True)
    if engine.dialect.name == "postgresql":
        readers = readers.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with readers.connect() as connection:
        return {table.name: _hash(connection, table) for table in Base.metadata.sorted_tables}


def content_hash(engine: Engine) -> str:
    """One hash over all tables."""
    return hashlib.sha256(json.dumps(content_hashes(engine), sort_keys=True).encode()).hexdigest()


def _hash(connection: Connection, table: sa.Table) -> str:
    found = hashlib.sha256()
    rows = connection.execution_options(yield_per=2_000).execute(sa.select(table).order_by(*table.primary_key.columns))
    for row in rows:
        found.update(json.dumps(list(row), sort_keys=True, default=_plain, ensure_ascii=False).encode())
    return found.hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    raise TypeError(type(value).__name__)
