"""Running a flow from the command line.

On the configured Prefect server, or in-process without the engine (ADR 0007).
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import click

from config.settings import one_thread, settings, switch_off_usage_reports
from rules.errors import Refused


def run_flow(name: str, find: Callable[[], Any], parameters: dict[str, Any]) -> dict[str, Any]:
    """Run the flow and give its facts. `find` imports it, because Prefect takes three seconds.

    Raises:
        Refused: what the flow refused, or a run that did not complete on the server.
    """
    switch_off_usage_reports()
    one_thread()
    given = {key: value for key, value in parameters.items() if value is not None}
    if settings().prefect_api_url is None:
        made: Coroutine[Any, Any, dict[str, Any]] = find().fn(**given)
        return asyncio.run(made)
    return asyncio.run(_on_server(name, given))


async def _on_server(name: str, parameters: dict[str, Any]) -> dict[str, Any]:
    from prefect.deployments import run_deployment
    from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError

    from config.database import reading_scope
    from queries.runs import report_of

    address = settings().prefect_api_url
    plain = {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in parameters.items()}
    try:
        asked: Any = run_deployment(f"{name}/{name}", parameters=plain, timeout=900, poll_interval=1)
        started = await asked
    except ObjectNotFound:
        raise Refused(
            f"Prefect at {address} has no deployment {name}: run `prefect --no-prompt deploy --all`."
        ) from None
    except PrefectHTTPStatusError as error:
        raise Refused(f"Prefect at {address} answered with {error.response.status_code} to a run of {name}.") from None
    except OSError as error:
        raise _unreachable(address, error) from None
    except Exception as error:
        if type(error).__module__.partition(".")[0] in ("httpx", "httpcore"):
            raise _unreachable(address, error) from None
        raise
    state = started.state
    if state is None or not state.is_completed():
        raise Refused(_why_not(name, started.id, state))
    click.echo(f"Run {started.id} completed.", err=True)
    with reading_scope() as session:
        return report_of(session, str(started.id))


def _unreachable(address: str | None, error: Exception) -> Refused:
    said = " ".join(str(error).split()).rstrip(".") or type(error).__name__
    return Refused(
        f"Prefect at {address} does not answer ({said}): "
        "start it with `sib serve`, or unset PREFECT_API_URL to run here."
    )


def _why_not(name: str, run_id: object, state: Any) -> str:
    """A run that did not complete, in a sentence; what the flow itself refused, in the flow's own words."""
    if state is None:
        return f"The run {run_id} of {name} has no state."
    refused = (state.message or "").partition("Refused: ")[2]
    if refused:
        return f"{refused.rstrip('.')} (run {run_id} of {name})."
    if state.is_scheduled() or state.is_pending():
        return f"The run {run_id} of {name} waits for a worker: start one with `prefect worker start --pool sib`."
    return f"The run {run_id} of {name} did not complete: {(state.message or state.name).rstrip('.')}."
