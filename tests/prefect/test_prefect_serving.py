"""Prefect's server leaves no open cursor behind when its database is locked: collecting one stopped it for a minute."""

import asyncio
import sqlite3
from pathlib import Path

import aiosqlite
import pytest

from cli.prefect_server import PrefectServer
from cli.prefect_serving import close_what_fails


async def _after_a_locked_write(file: Path, many: bool) -> aiosqlite.Cursor:
    """The cursor of a write that failed because another connection holds the lock."""
    async with aiosqlite.connect(file) as holder, aiosqlite.connect(file, timeout=0) as other:
        await holder.execute("CREATE TABLE kept (one INTEGER)")
        await holder.execute("BEGIN IMMEDIATE")
        cursor = await other.cursor()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            if many:
                await cursor.executemany("INSERT INTO kept VALUES (?)", [(1,), (2,)])
            else:
                await cursor.execute("INSERT INTO kept VALUES (1)")
        with pytest.raises(sqlite3.ProgrammingError, match="closed cursor"):
            await cursor.fetchone()
        await other.execute("SELECT 1")  # the connection itself goes on
        await holder.rollback()
        return await other.execute("INSERT INTO kept VALUES (3)")


@pytest.mark.parametrize("many", [False, True])
def test_a_cursor_whose_write_is_refused_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: bool) -> None:
    for name in ("execute", "executemany"):
        monkeypatch.setattr(aiosqlite.Cursor, name, getattr(aiosqlite.Cursor, name))  # put back afterwards
    close_what_fails()
    assert asyncio.run(_after_a_locked_write(tmp_path / "prefect.db", many)).rowcount == 1


def test_the_server_is_started_so(tmp_path: Path) -> None:
    assert "cli.prefect_serving" in PrefectServer(tmp_path, 4200).server_command
