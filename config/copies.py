"""PostgreSQL copied through its own protocol: for machines without client programs, or with older ones than the server.

One ZIP file: `about.json` with the schema's revision, then a file a table as COPY writes it, all read in one snapshot.
"""

import json
import zipfile
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from config import migrations
from migrations.append_only import APPEND_ONLY
from rules.errors import Refused

ABOUT = "about.json"


def write_copy(engine: Engine, file: Path) -> None:
    """Copy every table as it is at this moment, while others go on writing."""
    snapshot = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with snapshot.connect() as connection, zipfile.ZipFile(file, "x", zipfile.ZIP_DEFLATED, compresslevel=3) as kept:
        tables = _tables(connection)
        revision = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
        columns = {table.name: [column.name for column in table.columns] for table in tables}
        kept.writestr(ABOUT, json.dumps({"revision": revision, "columns": columns}))
        cursor = connection.connection.cursor()
        for table in tables:
            command = _copy(table.name, columns[table.name], "TO STDOUT")
            with kept.open(table.name, "w", force_zip64=True) as out, cursor.copy(command) as rows:
                for block in rows:
                    out.write(block)


def read_copy(engine: Engine, file: Path) -> None:
    """Put a copy in the place of what is in the database: the schema of its revision, then its rows at once.

    Raises:
        Refused: the file is damaged, or is of a newer version than this code; nothing has changed then.
    """
    try:
        with zipfile.ZipFile(file) as kept:
            damaged = kept.testzip()
            about = json.loads(kept.read(ABOUT))
    except (zipfile.BadZipFile, KeyError, ValueError):
        raise Refused(f"{file} is not a copy of a PostgreSQL database.") from None
    if damaged:
        raise Refused(f"{file} is damaged: {damaged} cannot be read.")
    if not migrations.knows(about["revision"]):
        raise Refused(f"{file} is of a newer version, at revision {about['revision']}: install that version first.")
    migrations.downgrade(engine)
    migrations.upgrade(engine, about["revision"])
    with engine.begin() as connection, zipfile.ZipFile(file) as kept:
        cursor = connection.connection.cursor()
        for table in _tables(connection):
            columns = about["columns"][table.name]
            if table.name not in APPEND_ONLY:
                connection.execute(sa.delete(table))  # rows that a revision wrote
            command = _copy(table.name, columns, "FROM STDIN")
            with kept.open(table.name) as source, cursor.copy(command) as rows:
                while block := source.read(1 << 20):
                    rows.write(block)
            _go_on_counting(connection, table)


def _copy(table: str, columns: list[str], way: str) -> str:
    named = ", ".join(f'"{column}"' for column in columns)
    return f'COPY "{table}" ({named}) {way}'


def _tables(connection: Connection) -> list[sa.Table]:
    """Our tables as the database has them, each after those that it points at."""
    found = sa.MetaData()
    found.reflect(connection, only=lambda name, _: name != "alembic_version")
    return found.sorted_tables


def _go_on_counting(connection: Connection, table: sa.Table) -> None:
    """The next number a table gives out comes after the highest that it holds."""
    for column in table.primary_key.columns:
        sequence = connection.scalar(
            sa.text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name}
        )
        if sequence:
            last = connection.scalar(sa.select(sa.func.max(column)))
            connection.execute(
                sa.text("SELECT setval(:sequence, :value, :called)"),
                {"sequence": sequence, "value": last or 1, "called": last is not None},
            )
