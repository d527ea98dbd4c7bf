"""Databases to copy for each test, with a room's world in them already: written once a worker, not once a test."""

import shutil
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, make_url
from sqlalchemy.orm import Session

from config.database import create_engine, session_factory
from config.migrations import upgrade

World = Callable[[Session], Any]
"""Writes what a room's tests find in their databases; what it returns is theirs to read."""


class Templates(ABC):
    """What there is to copy, and what each world's writer returned."""

    def __init__(self) -> None:
        self.facts: dict[World | None, Any] = {}
        self._made: dict[World | None, str] = {}

    def of(self, world: World | None) -> str:
        """The template with this world in it, or with the schema only."""
        if world not in self._made:
            name, url = self._new(None if world is None else self.of(None))
            self.facts[world] = _fill(url, world)
            self._made[world] = name
        return self._made[world]

    @abstractmethod
    def _new(self, template: str | None) -> tuple[str, str]:
        """The name and the address of a database, empty or a copy of another."""


class SqliteTemplates(Templates):
    """Files."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def _new(self, template: str | None) -> tuple[str, str]:
        file = str(self.folder / f"{uuid.uuid4().hex}.sqlite")
        if template is not None:
            shutil.copy(template, file)
        return file, f"sqlite:///{file}"

    def copy(self, world: World | None, to: Path) -> str:
        """The address of a database of a test's own."""
        return f"sqlite:///{shutil.copy(self.of(world), to)}"


class PostgresTemplates(Templates):
    """Databases of one server."""

    def __init__(self, server: str) -> None:
        super().__init__()
        self.server = server

    def _new(self, template: str | None) -> tuple[str, str]:
        name = f"template_{uuid.uuid4().hex}"
        self._create(name, template or "template1")
        return name, self._address(name)

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
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")

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
