"""`python -m cli.prefect_serving …`: Prefect's own command line, for its server on SQLite, with one fault mended.

The server's automations meet "database is locked" in the ordinary course and try again. What fails is left with an open
cursor by the driver beneath SQLAlchemy, in a cycle with its own traceback; when Python collects it, it does so on the
server's event loop, and resetting its statement waits for whatever its connection does by then. Where that is to wait
for the database's lock, whose holder needs the event loop to go on, all stands still until SQLite gives up after a
minute: no answer, no heartbeat, and runs taken for dead that were not. A cursor that is closed when its statement
fails, in the thread of its connection, leaves nothing to reset (Prefect 3.8.8, aiosqlite 0.22, CPython 3.11).
"""

import runpy
from collections.abc import Awaitable, Callable
from functools import wraps
from sqlite3 import Error
from typing import Any

from aiosqlite import Cursor

from config.collecting import collect_seldom

Executes = Callable[..., Awaitable[Cursor]]


def close_what_fails() -> None:
    """From here on a cursor of aiosqlite whose statement fails is closed before the error is raised."""
    Cursor.execute = _closing(Cursor.execute)  # type: ignore[method-assign]
    Cursor.executemany = _closing(Cursor.executemany)  # type: ignore[method-assign]


def _closing(execute: Executes) -> Any:
    @wraps(execute)
    async def executed(cursor: Cursor, *given: Any, **named: Any) -> Cursor:
        try:
            return await execute(cursor, *given, **named)
        except Error:
            await cursor.close()
            raise

    return executed


if __name__ == "__main__":
    collect_seldom()
    close_what_fails()
    runpy.run_module("prefect", run_name="__main__", alter_sys=True)
