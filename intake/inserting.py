"""New rows in bulk, the quickest way that each database has: a year of England's results is 750,000 of them."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from queries.in_parts import in_parts

_AT_ONCE = 5_000
"""Rows that a statement is given: more is no faster, and each is held in the driver's form as well."""


def insert_all(session: Session, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that all have the same columns.

    PostgreSQL takes them by COPY, without a statement a row; SQLite as tuples, without SQLAlchemy's work a row. Rows
    without a column that Python fills in go SQLAlchemy's ordinary way.

    Raises:
        sqlalchemy.exc.IntegrityError: a key that is there already, or a value that a check refuses.
    """
    if not rows:
        return
    connection, names = session.connection(), [column.name for column in table.columns if column.name in rows[0]]
    if any(column.default is not None and column.name not in rows[0] for column in table.columns):
        for some in in_parts(rows, _AT_ONCE):
            connection.execute(sa.insert(table), list(some))
    elif connection.dialect.name == "postgresql":
        _copy(connection, table, names, rows)
    else:
        statement = str(sa.insert(table).compile(dialect=connection.dialect, column_keys=names))
        for some in in_parts(rows, _AT_ONCE):
            connection.exec_driver_sql(statement, list(_in_order(connection, table, names, some)))


def _copy(connection: sa.Connection, table: sa.Table, names: list[str], rows: Sequence[dict[str, Any]]) -> None:
    from psycopg import Error  # a council on SQLite needs no PostgreSQL's driver

    quoted = connection.dialect.identifier_preparer
    columns = ", ".join(quoted.quote(name) for name in names)
    statement = f"COPY {quoted.format_table(table)} ({columns}) FROM STDIN"
    cursor = connection.connection.cursor()
    try:
        with cursor.copy(statement) as copy:
            for some in in_parts(rows, _AT_ONCE):  # one COPY: the server writes what it has while the next is made
                for values in _in_order(connection, table, names, some):
                    copy.write_row(values)
    except Error as error:
        # The server's first line alone: the others quote the row. Without one it is the driver that speaks.
        error.args = (error.diag.message_primary or str(error).split("\n", 1)[0],)
        if cursor.connection.closed:
            connection.invalidate(error)
        raise sa.exc.DBAPIError.instance(statement, None, error, Error, dialect=connection.dialect) from error
    finally:
        cursor.close()


def _in_order(
    connection: sa.Connection, table: sa.Table, names: list[str], rows: Sequence[dict[str, Any]]
) -> Iterator[tuple[Any, ...]]:
    """Each row's values in the order of `names`, in the form that the driver takes."""
    columns = []
    for name in names:
        values = [row[name] for row in rows]
        prepare = table.columns[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        columns.append([prepare(value) for value in values] if prepare else values)
    return zip(*columns, strict=True)
