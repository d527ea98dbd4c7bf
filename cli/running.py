"""Running a flow from the command line.

On the configured Prefect server, or in-process without the engine (ADR 0007).
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import click

from config.settings import settings, switch_off_usage_reports
from rules.errors import Refused


def run_flow(name: str, find: Callable[[], Any], parameters: dict[str, Any]) -> dict[str, Any]:
    """Run the flow and give its facts. `find` imports it, because Prefect takes three seconds.

    Raises:
        Refused: what the flow refused, or a run that did not complete on the server.
    """
    switch_off_usage_reports()
    given = {key: value for key, value in parameters.items() if value is not None}
    if settings().prefect_api_url is None:
        made: Coroutine[Any, Any, dict[str, Any]] = find().fn(**given)
        return asyncio.run(made)
    return asyncio.run(_on_server(name, given))


async def _on_server(name: str, parameters: dict[str, Any]) -> dict[str, Any]:
    from prefect.deployments import run_deployment

    from config.database import reading_scope
    from queries.runs import report_of

    plain = {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in parameters.items()}
    asked: Any = run_deployment(f"{name}/{name}", parameters=plain, timeout=900, poll_interval=1)
    started = await asked
    state = started.state
    if state is None or not state.is_completed():
        said = (state.message or state.name) if state is not None else "no state"
        raise Refused(f"The run {started.id} of {name} did not complete: {said}")
    click.echo(f"Run {started.id} completed.", err=True)
    with reading_scope() as session:
        return report_of(session, str(started.id))
