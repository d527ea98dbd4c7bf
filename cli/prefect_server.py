"""Prefect's server and worker on this machine, without importing Prefect: that alone takes 3 s."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cli.authorities import one_authority
from cli.automations import HEARTBEAT
from cli.leash import leashed
from cli.prefect_api import POOL, QUIET, PrefectApi, prefect_command
from config.logs import for_prefect
from config.settings import environment_for_child, switch_off_usage_reports
from rules.errors import Refused

LOOPBACK = "127.0.0.1"

SERVER_SETTINGS = {
    # A thousand task runs in one row each cost the server 30 s of CPU; in batches, 9.
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
}


@dataclass(frozen=True)
class PrefectServer(PrefectApi):
    """Where a Prefect server on this machine is, and what its programs are started with."""

    home: Path
    port: int

    @property
    def ui_url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def api_url(self) -> str:
        """On this machine only."""
        return f"{self.ui_url}/api"

    @property
    def environment(self) -> dict[str, str]:
        """For a program that talks to this server."""
        return {
            **QUIET,
            **for_prefect(),
            "PREFECT_HOME": str(self.home.absolute()),
            "PREFECT_API_URL": self.api_url,
            "PREFECT_UI_URL": self.ui_url,
            "PREFECT_API_SSL_CERT_FILE": str(one_authority(self.home)),
            "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(HEARTBEAT),
            "PREFECT_WORKER_QUERY_SECONDS": "3",  # of the 10 s that a request waits for a worker otherwise
        }

    @property
    def server_environment(self) -> dict[str, str]:
        return {**self.environment, **SERVER_SETTINGS}

    @property
    def server_command(self) -> list[str]:
        serving = [sys.executable, "-m", "cli.prefect_serving", "server", "start"]
        return [*serving, "--host", LOOPBACK, "--port", str(self.port)]

    @property
    def worker_command(self) -> list[str]:
        return [*prefect_command(), "worker", "start", "--pool", POOL, "--type", "process", "--name", "sib-worker"]

    def require_free_port(self) -> None:
        """Refuse to start beside another program, or beside a server that an earlier run left behind."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, self.port))
            except OSError:
                raise Refused(f"Port {self.port} is taken: stop what is using it, or name another port") from None


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running_server(home: Path, port: int = 0) -> Iterator[PrefectServer]:
    """A Prefect server for as long as the block lasts; any free port when none is named.

    It is handed out at once, while it starts: do other work first, then call `wait_until_ready`, and run flows inside
    `recorded_on`.
    """
    server = PrefectServer(home, port or a_free_port())
    server.require_free_port()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (home / "server.log").open("ab") as log:
        process = subprocess.Popen(
            leashed(server.server_command),
            env=environment_for_child(server.server_environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield server
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_ready(server: PrefectServer) -> None:
    """Return when the server answers; outside an event loop."""
    asyncio.run(server.ready())


@contextmanager
def recorded_on(server: PrefectServer) -> Iterator[None]:
    """Flows that this process calls inside the block are runs on this server. Imports Prefect."""
    switch_off_usage_reports()
    from prefect.logging.handlers import APILogHandler
    from prefect.settings import (
        PREFECT_API_SSL_CERT_FILE,
        PREFECT_API_URL,
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        PREFECT_HOME,
        temporary_settings,
    )

    # No heartbeat: its thread is joined in steps of a second, and this process is watched by whoever called it.
    with temporary_settings(
        {
            PREFECT_API_URL: server.api_url,
            PREFECT_API_SSL_CERT_FILE: str(one_authority(server.home)),
            PREFECT_HOME: server.home,
            PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
        }
    ):
        yield
        APILogHandler().flush()  # what is still on its way, before the server is gone
