"""Copies of the database, made while it is in use: SQLite's own backup, or PostgreSQL's `pg_dump`."""

import shutil
import sqlite3
import subprocess
from pathlib import Path

from sqlalchemy import make_url

from config.database import engine
from config.settings import settings
from rules.errors import Refused


def back_up(file: Path) -> None:
    """Write a consistent copy to `file`.

    Raises:
        Refused: the file is there already, or `pg_dump` is not installed or fails.
    """
    if file.exists():
        raise Refused(f"{file} is there already; name a new file.")
    file.parent.mkdir(parents=True, exist_ok=True)
    url = make_url(settings().database_url.get_secret_value())
    if settings().is_sqlite:
        with sqlite3.connect(str(url.database)) as source, sqlite3.connect(file) as target:
            source.backup(target)
        return
    _run(_tool("pg_dump"), "--format=custom", f"--file={file}", _libpq(url.render_as_string(hide_password=False)))


def restore(file: Path, *, replace: bool) -> None:
    """Put a copy in the database's place.

    Raises:
        Refused: no such file, not a copy, or a database is there and `replace` was not said.
    """
    if not file.is_file():
        raise Refused(f"There is no file {file}.")
    url = make_url(settings().database_url.get_secret_value())
    if not settings().is_sqlite:
        if not replace:
            raise Refused("Restoring replaces what is in the database: say --yes.")
        address = _libpq(url.render_as_string(hide_password=False))
        _run(_tool("pg_restore"), "--clean", "--if-exists", "--single-transaction", f"--dbname={address}", str(file))
        return
    target = Path(str(url.database))
    if target.exists() and not replace:
        raise Refused(f"{target} is there already: say --yes to replace it.")
    with file.open("rb") as copy:
        if copy.read(16) != b"SQLite format 3\x00":
            raise Refused(f"{file} is not a copy of a SQLite database.")
    engine().dispose()
    target.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(file) as source, sqlite3.connect(target) as written:
        source.backup(written)


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Refused(f"{name} is not installed: install PostgreSQL's client programs.")
    return found


def _libpq(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refused(f"{Path(command[0]).name} failed: {done.stderr.strip().splitlines()[-1:] or ['no reason given']}")
