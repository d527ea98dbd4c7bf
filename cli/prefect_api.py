"""Prefect's API without importing Prefect, which alone takes 3 s: its pool, deployments, automations and runs."""

import asyncio
import base64
import http.client
import json
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from cli.automations import HOOK, automations
from config import clock
from config.settings import ROOT, environment_for_child, settings
from rules.errors import Refused

POOL = "sib"
READY_WITHIN = 120.0
"""Seconds; 10 to 17 are usual, of which making its database is the most."""
SERVER_PATIENCE = 90.0
"""Seconds to wait for an answer: Prefect's server on SQLite may wait a minute for a lock before it answers anything."""

QUIET = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}


class PrefectApi(ABC):
    """A Prefect server that can be asked: one on this machine, or the council's own elsewhere."""

    @property
    @abstractmethod
    def api_url(self) -> str:
        """With its path: http://127.0.0.1:4200/api."""

    @property
    @abstractmethod
    def environment(self) -> dict[str, str]:
        """For a program that talks to this server."""

    @property
    def credentials(self) -> str:
        """`user:password` where the server asks for it (PREFECT_SERVER_API_AUTH_STRING), else nothing."""
        return ""

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json"}
        if self.credentials:
            headers["Authorization"] = "Basic " + base64.b64encode(self.credentials.encode()).decode()
        return headers

    def ask(self, method: str, path: str, body: object = None, *, patience: float = SERVER_PATIENCE) -> Any:
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
        address = urlsplit(self.api_url)
        kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
        connection = kind(address.netloc, timeout=patience)
        try:
            sent = None if body is None else json.dumps(body)
            connection.request(method, f"{address.path}{path}", sent, self._headers())
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def is_ready(self) -> bool:
        try:
            return self.ask("GET", "/health", patience=5) is True
        except (OSError, http.client.HTTPException, Refused):
            return False

    async def ready(self) -> None:
        """Return when the server answers."""
        deadline = time.monotonic() + READY_WITHIN
        while not await asyncio.to_thread(self.is_ready):
            if time.monotonic() > deadline:
                raise Refused(f"Prefect's server did not answer within {READY_WITHIN:.0f} seconds")
            await asyncio.sleep(0.2)

    def set_up(self, pages: str | None = None, now: datetime | None = None) -> None:
        """Make the work pool, deploy prefect.yaml, and have trouble told to the `pages`; safe to repeat.

        Deploying makes Prefect forget the runs that are scheduled. Those to come are scheduled anew within seconds;
        one whose time has come and that no worker has taken yet would be lost, and is asked for again.
        """
        soon = (now or clock.now()) + timedelta(minutes=1)
        waiting = {name: [run["id"] for run in self.overdue(one, soon)] for name, one in self.deployments().items()}
        self._tell("work-pool", "create", POOL, "--type", "process", "--overwrite")
        self.take_work(paused=False)
        self._tell("deploy", "--all")
        for name, one in self.deployments().items():
            if (runs := waiting.get(name)) and not self._exist(runs):
                self.ask("POST", f"/deployments/{one}/create_flow_run", {"state": {"type": "SCHEDULED"}})
        for automation in automations(self._hook(pages or settings().hook_url or settings().base_url)):
            self._keep_automation(automation)

    def _keep_automation(self, automation: Mapping[str, Any]) -> None:
        wanted = {"automations": {"name": {"any_": [automation["name"]]}}}
        known = self.ask("POST", "/automations/filter", wanted)
        if known:
            self.ask("PUT", f"/automations/{known[0]['id']}", automation)
        else:
            self.ask("POST", "/automations/", automation)

    def _hook(self, pages: str) -> str | None:
        """The block through which the server tells our pages of runs in trouble; made, or brought up to date."""
        kinds = self.ask("POST", "/block_types/filter", {"block_types": {"slug": {"any_": ["webhook"]}}})
        if not kinds:
            return None  # a server that has not registered its own blocks yet: the next deploy finds them
        schemas = self.ask(
            "POST",
            "/block_schemas/filter",
            {"block_schemas": {"block_type_id": {"any_": [kinds[0]["id"]]}}},
        )
        data = {
            "method": "POST",
            "url": f"{pages}/hooks/prefect",
            "headers": {"Authorization": f"Bearer {settings().hook_token()}", "Content-Type": "application/json"},
            "allow_private_urls": True,
        }
        known = self.ask("POST", "/block_documents/filter", {"block_documents": {"name": {"any_": [HOOK]}}, "limit": 1})
        if known:
            self.ask("PATCH", f"/block_documents/{known[0]['id']}", {"data": data, "merge_existing_data": False})
            return str(known[0]["id"])
        made = {"name": HOOK, "data": data, "block_type_id": kinds[0]["id"], "block_schema_id": schemas[0]["id"]}
        return str(self.ask("POST", "/block_documents/", made)["id"])

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

    def _exist(self, runs: Sequence[str]) -> bool:
        """Whether one of these flow runs is still known, in whatever state."""
        wanted = {"flow_runs": {"id": {"any_": list(runs)}}, "limit": 1}
        return bool(self.ask("POST", "/flow_runs/filter", wanted))

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


@dataclass(frozen=True)
class RemoteServer(PrefectApi):
    """A server that somebody else keeps running: its address, and its one shared credential if it has one."""

    url: str
    auth: str = ""

    @property
    def api_url(self) -> str:
        """As it was given."""
        return self.url

    @property
    def credentials(self) -> str:
        """As they were given."""
        return self.auth

    @property
    def environment(self) -> dict[str, str]:
        """The address, the credential and no reports of use."""
        auth = {"PREFECT_API_AUTH_STRING": self.auth} if self.auth else {}
        return {**QUIET, **auth, "PREFECT_API_URL": self.url}


def prefect_command() -> list[str]:
    """Prefect's own command line, of this very environment."""
    return [sys.executable, "-m", "prefect"]
