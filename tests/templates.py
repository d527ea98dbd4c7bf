"""Databases to copy for each test, with a room's world in them already: written once a worker, not once a test."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, make_url
from sqlalchemy.orm import Session

from config.database import create_engine, session_factory
from config.migrations import upgrade

World = Callable[[Session], Any]
"""Writes what a room's tests find in their databases; what it returns is theirs to read."""


@dataclass(slots=True)
class SqliteTemplates:
    """Files to copy, and what each world's writer returned."""

    folder: Path
    facts: dict[World | None, Any] = field(default_factory=dict)
    _made: dict[World | None, Path] = field(default_factory=dict)

    def of(self, world: World | None) -> Path:
        """A file with this world in it, or with the schema only."""
        if world not in self._made:
            file = self.folder / f"{uuid.uuid4().hex}.sqlite"
            if world is not None:
                shutil.copy(self.of(None), file)
            self.facts[world] = _fill(f"sqlite:///{file}", world)
            self._made[world] = file
        return self._made[world]

    def copy(self, world: World | None, to: Path) -> str:
        """The address of a database of a test's own."""
        return f"sqlite:///{shutil.copy(self.of(world), to)}"


@dataclass(slots=True)
class PostgresTemplates:
    """Databases of one server to copy, and what each world's writer returned."""

    server: str
    facts: dict[World | None, Any] = field(default_factory=dict)
    _made: dict[World | None, str] = field(default_factory=dict)

    def of(self, world: World | None) -> str:
        """The name of a database with this world in it, or with the schema only."""
        if world not in self._made:
            name = f"template_{uuid.uuid4().hex}"
            self._create(name, "template1" if world is None else self.of(None))
            self.facts[world] = _fill(self._address(name), world)
            self._made[world] = name
        return self._made[world]

    @contextmanager
    def copy(self, world: World | None) -> Iterator[str]:
        """The address of a database of a test's own, gone afterwards."""
        name = f"test_{uuid.uuid4().hex}"
        self._create(name, self.of(world))
        yield self._address(name)
        with administrator(self.server) as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")

    def _create(self, name: str, template: str) -> None:
        with administrator(self.server) as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")

    def _address(self, name: str) -> str:
        return make_url(self.server).set(database=name).render_as_string(hide_password=False)


@contextmanager
def administrator(server: str) -> Iterator[Connection]:
    """A connection to the server itself, outside any transaction."""
    made = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with made.connect() as connection:
        yield connection


def _fill(url: str, world: World | None) -> Any:
    made = create_engine(url)
    try:
        if world is None:
            return upgrade(made)
        with session_factory(made).begin() as session:
            return world(session)
    finally:
        made.dispose()
