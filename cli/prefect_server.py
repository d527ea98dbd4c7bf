"""Prefect's server, worker pool and deployments on this machine, without importing Prefect: that alone takes 3 s."""

import asyncio
import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cli.leash import leashed
from config.settings import ROOT, environment_for_child, switch_off_usage_reports
from rules.errors import Refused

POOL = "sib"
LOOPBACK = "127.0.0.1"
READY_WITHIN = 120.0
"""Seconds; 10 to 17 are usual, of which making its database is the most."""

HEARTBEAT, SILENT_AFTER = 30, 90
"""A run says that it lives every 30 s; after 90 s of silence it is Crashed, which frees its concurrency slot."""

QUIET = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}

SERVER_SETTINGS = {
    # A thousand task runs in one row each cost the server 30 s of CPU; in batches, 9.
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
}

SILENT_RUNS = {
    "name": "Silent runs have crashed",
    "description": "A run killed together with its worker would stay Running for ever, and hold its concurrency slot.",
    "enabled": True,
    "trigger": {
        "type": "event",
        "posture": "Proactive",
        "match": {"prefect.resource.id": ["prefect.flow-run.*"]},
        "for_each": ["prefect.resource.id"],
        "after": ["prefect.flow-run.heartbeat"],
        "expect": [
            f"prefect.flow-run.{event}" for event in ("heartbeat", "Completed", "Failed", "Cancelled", "Crashed")
        ],
        "threshold": 1,
        "within": SILENT_AFTER,
    },
    "actions": [
        {
            "type": "change-flow-run-state",
            "state": "CRASHED",
            "message": f"Nothing was heard of this run for {SILENT_AFTER} seconds",
        }
    ],
}


@dataclass(frozen=True)
class PrefectServer:
    """Where a Prefect server on this machine is, and what its programs are started with."""

    home: Path
    port: int

    @property
    def ui_url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def api_url(self) -> str:
        return f"{self.ui_url}/api"

    @property
    def environment(self) -> dict[str, str]:
        """For a program that talks to this server."""
        return {
            **QUIET,
            "PREFECT_HOME": str(self.home.absolute()),
            "PREFECT_API_URL": self.api_url,
            "PREFECT_UI_URL": self.ui_url,
            "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(HEARTBEAT),
            "PREFECT_WORKER_QUERY_SECONDS": "3",  # of the 10 s that a request waits for a worker otherwise
        }

    @property
    def server_environment(self) -> dict[str, str]:
        return {**self.environment, **SERVER_SETTINGS}

    @property
    def server_command(self) -> list[str]:
        return [*prefect_command(), "server", "start", "--host", LOOPBACK, "--port", str(self.port)]

    @property
    def worker_command(self) -> list[str]:
        return [*prefect_command(), "worker", "start", "--pool", POOL, "--type", "process", "--name", "sib-worker"]

    def ask(self, method: str, path: str, body: object = None, *, patience: float = 30.0) -> Any:
        """One request to the server's API; a server that is not there raises OSError, one that objects Refused.

        A server whose own database is locked for the moment answers 503, having changed nothing: it is asked again.
        """
        deadline = time.monotonic() + patience
        while True:
            status, text = self._request(method, path, body, patience)
            if status < http.HTTPStatus.BAD_REQUEST:
                return json.loads(text) if text else None
            if status != http.HTTPStatus.SERVICE_UNAVAILABLE or time.monotonic() > deadline:
                raise Refused(f"Prefect's server answered {method} {path} with {status}")
            time.sleep(0.5)

    def _request(self, method: str, path: str, body: object, patience: float) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=patience)
        try:
            sent = None if body is None else json.dumps(body)
            connection.request(method, f"/api{path}", sent, {"Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def is_ready(self) -> bool:
        try:
            return self.ask("GET", "/health", patience=5) is True
        except (OSError, http.client.HTTPException, Refused):
            return False

    def require_free_port(self) -> None:
        """Refuse to start beside another program, or beside a server that an earlier run left behind."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, self.port))
            except OSError:
                raise Refused(f"Port {self.port} is taken: stop what is using it, or name another port") from None

    async def ready(self) -> None:
        """Return when the server answers."""
        deadline = time.monotonic() + READY_WITHIN
        while not await asyncio.to_thread(self.is_ready):
            if time.monotonic() > deadline:
                raise Refused(f"Prefect's server did not answer within {READY_WITHIN:.0f} seconds")
            await asyncio.sleep(0.2)

    def set_up(self) -> None:
        """Make the work pool, deploy prefect.yaml, and have silent runs noticed; safe to repeat."""
        self._tell("work-pool", "create", POOL, "--type", "process", "--overwrite")
        self.take_work(paused=False)
        self._tell("deploy", "--all")
        known = {found["name"]: found["id"] for found in self.ask("POST", "/automations/filter", {})}
        if SILENT_RUNS["name"] in known:
            self.ask("PUT", f"/automations/{known[SILENT_RUNS['name']]}", SILENT_RUNS)
        else:
            self.ask("POST", "/automations/", SILENT_RUNS)

    def pause_schedules(self) -> None:
        """Start nothing by itself: deployments run when somebody asks, and only then."""
        for deployment_id in self.deployments().values():
            self.ask("POST", f"/deployments/{deployment_id}/pause_deployment")

    def take_work(self, *, paused: bool) -> None:
        self.ask("PATCH", f"/work_pools/{POOL}", {"is_paused": paused})

    def runs_in(self, *states: str) -> list[Mapping[str, Any]]:
        """The flow runs in these states (RUNNING, PENDING …), at most 200."""
        found: list[Mapping[str, Any]] = self.ask(
            "POST", "/flow_runs/filter", {"flow_runs": {"state": {"type": {"any_": list(states)}}}, "limit": 200}
        )
        return found

    def deployments(self) -> dict[str, str]:
        """Name and id of every deployment."""
        return {found["name"]: found["id"] for found in self.ask("POST", "/deployments/filter", {})}

    def overdue(self, deployment_id: str, now: datetime) -> list[Mapping[str, Any]]:
        """A deployment's runs whose scheduled time has passed and that have not started, the latest first."""
        found: list[Mapping[str, Any]] = self.ask(
            "POST",
            "/flow_runs/filter",
            {
                "deployments": {"id": {"any_": [deployment_id]}},
                "flow_runs": {
                    "expected_start_time": {"before_": now.isoformat()},
                    "state": {"type": {"any_": ["SCHEDULED"]}},
                },
                "sort": "EXPECTED_START_TIME_DESC",
                "limit": 200,
            },
        )
        return [run for run in found if run["auto_scheduled"]]

    def end(self, run_id: str, state: str, why: str) -> None:
        """End a run (CRASHED, CANCELLED) whose own process cannot."""
        ended = {"type": state, "name": state.capitalize(), "message": why}
        self.ask("POST", f"/flow_runs/{run_id}/set_state", {"state": ended, "force": True})

    def _tell(self, *words: str) -> None:
        done = subprocess.run(
            [*prefect_command(), "--no-prompt", *words],
            cwd=ROOT,
            env=environment_for_child(self.environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            said = " ".join((done.stderr or done.stdout).split())[-400:]
            raise Refused(f"`prefect {' '.join(words)}` failed: {said}")


def prefect_command() -> list[str]:
    return [sys.executable, "-m", "prefect"]


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
        PREFECT_API_URL,
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        PREFECT_HOME,
        temporary_settings,
    )

    # No heartbeat: its thread is joined in steps of a second, and this process is watched by whoever called it.
    with temporary_settings(
        {PREFECT_API_URL: server.api_url, PREFECT_HOME: server.home, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}
    ):
        yield
        APILogHandler().flush()  # what is still on its way, before the server is gone
