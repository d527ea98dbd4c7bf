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
    message = f"{table} that are {state} are never changed or removed"
    if operations.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            operations.execute(
                f"CREATE TRIGGER {table}_frozen_{verb.lower()} BEFORE {verb} ON {table} WHEN OLD.state = '{state}' "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
        return
    operations.execute(
        f"CREATE FUNCTION {table}_frozen() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    operations.execute(
        f"CREATE TRIGGER {table}_frozen_update BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW "
        f"WHEN (OLD.state = '{state}') EXECUTE FUNCTION {table}_frozen()"
    )
    operations.execute(
        f"CREATE TRIGGER {table}_frozen_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_frozen()"
    )


@Operations.implementation_for(Thaw)
def thaw(operations: Operations, operation: Thaw) -> None:
    table = operation.table
    if operations.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            operations.execute(f"DROP TRIGGER {table}_frozen_{verb}")
        return
    for name in ("update", "truncate"):
        operations.execute(f"DROP TRIGGER {table}_frozen_{name} ON {table}")
    operations.execute(f"DROP FUNCTION {table}_frozen()")


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
    suffix = "_frozen_update"
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    names = connection.execute(sa.text(query)).scalars()
    return {name.removesuffix(suffix) for name in names if name.endswith(suffix)}
