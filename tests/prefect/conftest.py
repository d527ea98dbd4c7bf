"""`sib serve` for real: its own database, its own Prefect server, a worker and the pages.

Started once for this room and ended with it, so that the other rooms do not run beside it.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from cli.prefect_server import PrefectServer, a_free_port, recorded_on
from config import clock
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


def run_for_later(server: PrefectServer, deployment_id: str) -> str:
    """A run of a deployment that no worker takes yet, so that what a test does to it is all that happens to it."""
    later = (clock.now() + timedelta(hours=6)).isoformat()
    wanted = {"state": {"type": "SCHEDULED", "state_details": {"scheduled_time": later}}}
    return str(server.ask("POST", f"/deployments/{deployment_id}/create_flow_run", wanted)["id"])


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
def prefect_server(serving: Serving) -> Iterator[str]:
    """The address of the running service's Prefect: flows that a test calls itself are runs on it."""
    with recorded_on(serving.server):
        yield serving.server.api_url


@pytest.fixture
def server(serving: Serving) -> PrefectServer:
    return serving.server


@pytest.fixture(autouse=True)
def _settings_of_the_service(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test of the running service works as that service, with its key, pages and database, unless it has its own."""
    if "serving" not in request.fixturenames or "database" in request.fixturenames:
        return
    serving: Serving = request.getfixturevalue("serving")
    monkeypatch.setenv("SIB_DATABASE_URL", serving.database_url)
    monkeypatch.setenv("SIB_STATE_DIR", str(serving.log.parent))
    monkeypatch.setenv("SIB_BASE_URL", serving.pages)
    settings.cache_clear()
