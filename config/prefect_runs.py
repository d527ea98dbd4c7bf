"""Asking a Prefect server for a run, and how one goes, over plain HTTP: its own library takes 3 s to import."""

import base64
import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from config.settings import settings
from rules.errors import Refused

PATIENCE = 5.0
"""Seconds: somebody waits in front of a page, and what is not asked now is asked again soon."""


class NoServer(Exception):
    """No Prefect server is configured, or it does not answer now; the request is worth repeating."""


@dataclass(frozen=True, slots=True)
class RunState:
    """How a run stands: Prefect's type (SCHEDULED, RUNNING, COMPLETED …) and what was said."""

    type: str
    message: str


def start_run(flow: str, parameters: dict[str, Any], key: str) -> str:
    """Have a deployment run, once for a key however often it is asked; the run's id.

    Raises:
        NoServer: nobody answers, or the deployment is not there yet.
        Refused: the server takes no such parameters.
    """
    found = _ask("GET", f"/deployments/name/{flow}/{flow}", None)
    body = {"parameters": parameters, "idempotency_key": key, "state": {"type": "SCHEDULED"}}
    made = _ask("POST", f"/deployments/{found['id']}/create_flow_run", body)
    return str(made["id"])


def state_of(run_id: str) -> RunState:
    """How a run stands.

    Raises:
        NoServer: nobody answers.
        Refused: the server does not know the run.
    """
    found = _ask("GET", f"/flow_runs/{run_id}", None)
    state = found.get("state") or {}
    return RunState(str(state.get("type", "")), str(state.get("message") or ""))


def page_of(run_id: str) -> str | None:
    """Where an operator sees a run in Prefect's own pages; None without a server."""
    stem = settings().prefect_ui_url or (settings().prefect_api_url or "").removesuffix("/api")
    return f"{stem}/runs/flow-run/{run_id}" if stem else None


def _ask(method: str, path: str, body: object) -> Any:
    found = settings()
    if found.prefect_api_url is None:
        raise NoServer("No Prefect server is configured.")
    address = urlsplit(found.prefect_api_url)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.netloc, timeout=PATIENCE)
    headers = {"Content-Type": "application/json"}
    if found.prefect_auth_string is not None:
        secret = base64.b64encode(found.prefect_auth_string.get_secret_value().encode()).decode()
        headers["Authorization"] = f"Basic {secret}"
    try:
        connection.request(method, f"{address.path}{path}", None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        status, text = response.status, response.read()
    except (OSError, http.client.HTTPException):
        raise NoServer("Prefect does not answer.") from None
    finally:
        connection.close()
    if status >= 500 or (status in (401, 403, 404) and not path.startswith("/flow_runs/")):
        raise NoServer(f"Prefect answers with {status}.")
    if status >= 400:
        raise Refused(f"Prefect refused the request with {status}.")
    return json.loads(text)
