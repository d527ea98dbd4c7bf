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

from migrations.triggers import allow, refuse, tables_with

APPEND_ONLY = frozenset({"case_reads", "events", "later_evaluations"})


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
    refuse(
        operations, operation.table, "refuses", f"{operation.table} is append-only: a row is never changed or removed"
    )


@Operations.implementation_for(Unprotect)
def unprotect(operations: Operations, operation: Unprotect) -> None:
    allow(operations, operation.table, "refuses")


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
    return tables_with(connection, "refuses")
