"""Triggers that freeze a row once it is in a state, as operations that Alembic knows.

Minutes may be drafted and mended; once they are published not a letter of them changes, whoever asks. Written and found
by autogenerate as `migrations.append_only` does it.
"""

import sqlalchemy as sa
from alembic.autogenerate import comparators, renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import MigrateOperation, Operations
from alembic.operations.ops import UpgradeOps
from alembic.util import DispatchPriority

from migrations.triggers import allow, refuse, tables_with

FROZEN = {"minutes": "published"}
"""The state in which a table's rows are never changed or removed."""


@Operations.register_operation("freeze")
class Freeze(MigrateOperation):
    """Refuse UPDATE and DELETE of the rows in a state (on PostgreSQL TRUNCATE of the table as well) from now on."""

    def __init__(self, table: str, state: str) -> None:
        self.table, self.state = table, state

    @classmethod
    def freeze(cls, operations: Operations, table: str, state: str) -> None:
        operations.invoke(cls(table, state))

    def reverse(self) -> "Thaw":
        return Thaw(self.table)

    def to_diff_tuple(self) -> tuple[str, str]:
        return ("freeze", self.table)


@Operations.register_operation("thaw")
class Thaw(MigrateOperation):
    """Take a table's triggers away again."""

    def __init__(self, table: str) -> None:
        self.table = table

    @classmethod
    def thaw(cls, operations: Operations, table: str) -> None:
        operations.invoke(cls(table))

    def reverse(self) -> Freeze:
        return Freeze(self.table, FROZEN[self.table])

    def to_diff_tuple(self) -> tuple[str, str]:
        return ("thaw", self.table)


@Operations.implementation_for(Freeze)
def freeze(operations: Operations, operation: Freeze) -> None:
    table, state = operation.table, operation.state
    refuse(operations, table, "frozen", f"{table} that are {state} are never changed or removed", state=state)


@Operations.implementation_for(Thaw)
def thaw(operations: Operations, operation: Thaw) -> None:
    allow(operations, operation.table, "frozen")


@renderers.dispatch_for(Freeze)
def _render_freeze(_context: AutogenContext, operation: Freeze) -> str:
    return f'op.freeze("{operation.table}", "{operation.state}")'


@renderers.dispatch_for(Thaw)
def _render_thaw(_context: AutogenContext, operation: Thaw) -> str:
    return f'op.thaw("{operation.table}")'


@comparators.dispatch_for("schema", priority=DispatchPriority.LAST)  # after the tables it freezes
def _compare(context: AutogenContext, upgrade: UpgradeOps, _schemas: set[str | None]) -> None:
    assert context.connection is not None
    assert isinstance(context.metadata, sa.MetaData)
    found = frozen(context.connection)
    wanted = set(FROZEN) & set(context.metadata.tables)
    upgrade.ops.extend(Freeze(table, FROZEN[table]) for table in sorted(wanted - found))
    upgrade.ops.extend(Thaw(table) for table in sorted(found - wanted))


def frozen(connection: sa.Connection) -> set[str]:
    """The tables that have their triggers."""
    return tables_with(connection, "frozen")
