"""Copies of the database, made while it is in use: SQLite's own backup; PostgreSQL's `pg_dump`, or COPY without it."""

import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import make_url

from config import copies
from config.database import engine
from config.settings import settings
from rules.errors import Refused

SQLITE_MAGIC, DUMP_MAGIC, ZIP_MAGIC = b"SQLite format 3\x00", b"PGDMP", b"PK\x03\x04"


def back_up(file: Path) -> str:
    """Write a consistent copy to `file`, readable by its owner only; by which means, in words.

    Raises:
        Refused: the file is there already, or `pg_dump` fails.
    """
    if file.exists():
        raise Refused(f"{file} is there already; name a new file.")
    file.parent.mkdir(parents=True, exist_ok=True)
    how = _back_up(file)
    file.chmod(0o600)
    return how


def _back_up(file: Path) -> str:
    url = make_url(settings().database_url.get_secret_value())
    if settings().is_sqlite:
        if not Path(str(url.database)).exists():
            raise Refused(f"There is no database {url.database}.")
        with sqlite3.connect(str(url.database)) as source, sqlite3.connect(file) as target:
            source.backup(target)
            wrong = target.execute("PRAGMA quick_check").fetchone()[0]
        if wrong != "ok":
            raise Refused(f"The copy is damaged: {wrong}.")
        return "SQLite's online backup"
    dump = _client("pg_dump")
    if dump is None:
        copies.write_copy(engine(), file)
        return "COPY, for there is no pg_dump as new as the server"
    _run(dump, "--format=custom", "--no-owner", f"--file={file}", _libpq(url.render_as_string(hide_password=False)))
    return "pg_dump"


def restore(file: Path, *, replace: bool) -> None:
    """Put a copy in the database's place.

    Raises:
        Refused: no such file, not a copy, or a database is there and `replace` was not said.
    """
    if not file.is_file():
        raise Refused(f"There is no file {file}.")
    with file.open("rb") as copy:
        begins = copy.read(16)
    if settings().is_sqlite:
        _restore_sqlite(file, begins, replace=replace)
        return
    if not replace:
        raise Refused("Restoring replaces what is in the database: say --yes.")
    if begins.startswith(ZIP_MAGIC):
        copies.read_copy(engine(), file)
        return
    if not begins.startswith(DUMP_MAGIC):
        raise Refused(f"{file} is not a copy of a PostgreSQL database.")
    tool = _client("pg_restore")
    if tool is None:
        raise Refused("This copy needs pg_restore, as new as the server: install PostgreSQL's client programs.")
    address = _libpq(make_url(settings().database_url.get_secret_value()).render_as_string(hide_password=False))
    words = ("--clean", "--if-exists", "--no-owner", "--single-transaction", f"--dbname={address}", str(file))
    _run(tool, *words)


def _restore_sqlite(file: Path, begins: bytes, *, replace: bool) -> None:
    target = Path(str(make_url(settings().database_url.get_secret_value()).database))
    if target.exists() and not replace:
        raise Refused(f"{target} is there already: say --yes to replace it.")
    if begins != SQLITE_MAGIC:
        raise Refused(f"{file} is not a copy of a SQLite database.")
    try:
        with sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True) as source:
            wrong = source.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        wrong = str(error)
    if wrong != "ok":
        raise Refused(f"{file} is damaged: {wrong}.")
    engine().dispose()
    target.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(file) as source, sqlite3.connect(target) as written:
        source.backup(written)


def _client(name: str) -> str | None:
    """A client program that is at least as new as the server: an older one refuses."""
    with engine().connect() as connection:
        server = int(connection.execute(sa.text("SHOW server_version_num")).scalar_one()) // 10_000
    for tool in _installed(name):
        said = subprocess.run([tool, "--version"], capture_output=True, text=True, check=False).stdout
        version = re.search(r"(\d+)", said.partition("(PostgreSQL)")[2])
        if version and int(version.group(1)) >= server:
            return tool
    return None


def _installed(name: str) -> Iterable[str]:
    """On the path, and where Debian keeps each version's own."""
    found = shutil.which(name)
    if found:
        yield found
    yield from sorted((str(one) for one in Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), reverse=True)


def _libpq(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        raise Refused(f"{Path(command[0]).name} failed: {said[-1] if said else 'no reason given'}")
