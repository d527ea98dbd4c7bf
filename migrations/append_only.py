"""Triggers that let rows be added to a table and nothing else, as operations that Alembic knows.

`alembic revision --autogenerate` writes `op.protect("events")` for a table of APPEND_ONLY that has no triggers yet, and
`alembic check` misses them. SQLite loses a table's triggers when a batch migration makes the table anew: the next
autogenerate shows that too.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic.autogenerate import comparators, renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import MigrateOperation, Operations
from alembic.operations.ops import UpgradeOps
from alembic.runtime.migration import MigrationContext
from alembic.util import DispatchPriority

APPEND_ONLY = frozenset({"case_reads", "events"})


@Operations.register_operation("protect")
class Protect(MigrateOperation):
    """Refuse UPDATE and DELETE (on PostgreSQL TRUNCATE as well) on a table from now on."""

    def __init__(self, table: str) -> None:
        self.table = table

    @classmethod
    def protect(cls, operations: Operations, table: str) -> None:
        operations.invoke(cls(table))

    def reverse(self) -> "Unprotect":
        return Unprotect(self.table)

    def to_diff_tuple(self) -> tuple[str, str]:
        return ("protect", self.table)


@Operations.register_operation("unprotect")
class Unprotect(MigrateOperation):
    """Take a table's triggers away again."""

    def __init__(self, table: str) -> None:
        self.table = table

    @classmethod
    def unprotect(cls, operations: Operations, table: str) -> None:
        operations.invoke(cls(table))

    def reverse(self) -> Protect:
        return Protect(self.table)

    def to_diff_tuple(self) -> tuple[str, str]:
        return ("unprotect", self.table)


@Operations.implementation_for(Protect)
def protect(operations: Operations, operation: Protect) -> None:
    table = operation.table
    message = f"{table} is append-only: a row is never changed or removed"
    if operations.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            operations.execute(
                f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
        return
    operations.execute(
        f"CREATE FUNCTION {table}_refuses() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    for name, when in (("update", "UPDATE OR DELETE"), ("truncate", "TRUNCATE")):
        operations.execute(
            f"CREATE TRIGGER {table}_refuses_{name} BEFORE {when} ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuses()"
        )


@Operations.implementation_for(Unprotect)
def unprotect(operations: Operations, operation: Unprotect) -> None:
    table = operation.table
    if operations.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            operations.execute(f"DROP TRIGGER {table}_refuses_{verb}")
        return
    for name in ("update", "truncate"):
        operations.execute(f"DROP TRIGGER {table}_refuses_{name} ON {table}")
    operations.execute(f"DROP FUNCTION {table}_refuses()")


@contextmanager
def lifted(connection: sa.Connection, table: str) -> Iterator[None]:
    """Let rows of a protected table be changed inside this block of one transaction, seen by nobody before its end.

    For what the law asks for and nothing else (`casework/redaction.py`).
    """
    operations = Operations(MigrationContext.configure(connection))
    unprotect(operations, Unprotect(table))
    yield
    protect(operations, Protect(table))


@renderers.dispatch_for(Protect)
def _render_protect(_context: AutogenContext, operation: Protect) -> str:
    return f'op.protect("{operation.table}")'


@renderers.dispatch_for(Unprotect)
def _render_unprotect(_context: AutogenContext, operation: Unprotect) -> str:
    return f'op.unprotect("{operation.table}")'


@comparators.dispatch_for("schema", priority=DispatchPriority.LAST)  # after the tables it protects
def _compare(context: AutogenContext, upgrade: UpgradeOps, _schemas: set[str | None]) -> None:
    assert context.connection is not None
    assert isinstance(context.metadata, sa.MetaData)
    found = protected(context.connection)
    wanted = APPEND_ONLY & set(context.metadata.tables)
    upgrade.ops.extend(Protect(table) for table in sorted(wanted - found))
    upgrade.ops.extend(Unprotect(table) for table in sorted(found - wanted))


def protected(connection: sa.Connection) -> set[str]:
    """The tables that have their triggers."""
    suffix = "_refuses_update"
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    names = connection.execute(sa.text(query)).scalars()
    return {name.removesuffix(suffix) for name in names if name.endswith(suffix)}
