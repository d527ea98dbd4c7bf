"""A Prefect server for real; and `sib serve` for real: its own database, its own Prefect server, a worker, the pages.

Each is started once for this room and ended with it: a server that nobody asks anything keeps a quarter of a processor
busy, which the other rooms would pay for.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from cli.authorities import one_authority
from cli.prefect_server import PrefectServer, a_free_port
from config.database import create_engine, reading_scope
from config.settings import settings
from models.officer_tasks import OfficerTask
from tests.templates import SqliteTemplates

UP_WITHIN = 150


@dataclass(frozen=True)
class Serving:
    """What a running `sib serve` is reached by."""

    server: PrefectServer
    pages: str
    database_url: str
    log: Path


def told_of(serving: Serving, key: str) -> OfficerTask:
    """The officers' task of this key, once it is there: a hook runs after the state that it tells of is known."""
    engine = create_engine(serving.database_url)
    try:
        while True:  # the test's own timeout ends this
            with reading_scope(engine) as session:
                task = session.scalars(sa.select(OfficerTask).where(OfficerTask.key == key)).one_or_none()
            if task is not None:
                return task
            time.sleep(0.2)
    finally:
        engine.dispose()


@pytest.fixture(scope="package")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Prefect server's API, started once for this room (about 20 s) and ended with it."""
    from prefect.settings import (
        PREFECT_API_SSL_CERT_FILE,
        PREFECT_API_URL,
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        temporary_settings,
    )
    from prefect.testing.utilities import prefect_test_harness

    authority = one_authority(tmp_path_factory.mktemp("prefect"))
    # The heartbeat's thread is joined in steps of a second, which every flow of every test would pay for.
    with (
        prefect_test_harness(server_startup_timeout=120),
        temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None, PREFECT_API_SSL_CERT_FILE: str(authority)}),
    ):
        yield str(PREFECT_API_URL.value())


@pytest.fixture(scope="package")
def serving(sqlite_templates: SqliteTemplates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    home = tmp_path_factory.mktemp("serving")
    database = home / "sib.sqlite"
    sqlite_templates.copy(None, database)
    server = PrefectServer(home / "prefect", a_free_port())
    port, log = a_free_port(), home / "serve.log"
    words = ["--port", str(port), "--prefect-port", str(server.port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [Path(sys.executable).with_name("sib"), "serve", *words],
            cwd=home,
            env={**os.environ, "SIB_DATABASE_URL": f"sqlite:///{database}"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_up(process, log)
        yield Serving(server, f"http://127.0.0.1:{port}", f"sqlite:///{database}", log)
        process.send_signal(signal.SIGINT)
        assert process.wait(90) == 0, log.read_text()
        said = log.read_text()
        assert all(f"{name} stopped" in said for name in ("worker", "prefect-server", "pages")), said
    finally:
        process.kill()  # and its leash ends what it had started
        process.wait()


def _wait_until_up(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + UP_WITHIN
    while "up after" not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


@pytest.fixture
def server(serving: Serving) -> PrefectServer:
    return serving.server


@pytest.fixture(autouse=True)
def _settings_of_the_service(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that deploys to the running service does it as that service: its key, its pages, its database."""
    if "serving" not in request.fixturenames:
        return
    serving: Serving = request.getfixturevalue("serving")
    monkeypatch.setenv("SIB_DATABASE_URL", serving.database_url)
    monkeypatch.setenv("SIB_STATE_DIR", str(serving.log.parent))
    monkeypatch.setenv("SIB_BASE_URL", serving.pages)
    settings.cache_clear()
