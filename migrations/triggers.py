"""What tables with triggers of their own have in common: finding them, taking the triggers away, refusing in words."""

import sqlalchemy as sa
from alembic.operations import Operations


def tables_with(connection: sa.Connection, kind: str) -> set[str]:
    """The tables that have their triggers of a kind: those with a trigger called `TABLE_KIND_update`."""
    suffix = f"_{kind}_update"
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    names = connection.execute(sa.text(query)).scalars()
    return {name.removesuffix(suffix) for name in names if name.endswith(suffix)}


def refuse(operations: Operations, table: str, kind: str, message: str, *, state: str | None = None) -> None:
    """Refuse UPDATE and DELETE (on PostgreSQL TRUNCATE as well) from now on: of every row, or of those in a state."""
    if operations.get_bind().dialect.name == "sqlite":
        only = f" WHEN OLD.state = '{state}'" if state is not None else ""
        for verb in ("UPDATE", "DELETE"):
            operations.execute(
                f"CREATE TRIGGER {table}_{kind}_{verb.lower()} BEFORE {verb} ON {table}{only} "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
        return
    operations.execute(
        f"CREATE FUNCTION {table}_{kind}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    rows = "FOR EACH STATEMENT" if state is None else f"FOR EACH ROW WHEN (OLD.state = '{state}')"
    for name, when, each in (("update", "UPDATE OR DELETE", rows), ("truncate", "TRUNCATE", "FOR EACH STATEMENT")):
        operations.execute(
            f"CREATE TRIGGER {table}_{kind}_{name} BEFORE {when} ON {table} {each} EXECUTE FUNCTION {table}_{kind}()"
        )


def allow(operations: Operations, table: str, kind: str) -> None:
    """Take a table's triggers of a kind away again."""
    if operations.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            operations.execute(f"DROP TRIGGER {table}_{kind}_{verb}")
        return
    for name in ("update", "truncate"):
        operations.execute(f"DROP TRIGGER {table}_{kind}_{name} ON {table}")
    operations.execute(f"DROP FUNCTION {table}_{kind}()")
