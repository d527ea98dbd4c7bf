"""`sib deploy` and `sib work`: the same service spread over machines, with Prefect's server(s) elsewhere."""

import os
import sys

import click

from cli.automations import HEARTBEAT
from cli.prefect_api import POOL, RemoteServer
from config.settings import environment_for_child, settings
from rules.errors import Refused


@click.command()
def deploy() -> None:
    """Make the work pool, the deployments with their schedules, and the automations on the configured server.

    Safe to repeat: after an upgrade it changes what has changed, and scheduled runs stay.
    """
    server = configured()
    server.set_up()
    click.echo(f"Deployed {len(server.deployments())} flows and their schedules to {server.api_url}.")


@click.command()
@click.option("--name", default=None, help="The worker's name; its machine and process when left out.")
@click.option(
    "--limit", type=click.IntRange(1, 64), default=None, help="How many runs at once; no limit when left out."
)
def work(name: str | None, limit: int | None) -> None:
    """Run a worker on this machine for the configured server, until stopped."""
    from config import migrations
    from config.database import engine
    from config.logs import for_prefect

    server = configured()
    migrations.require_current(engine())
    settings().link_key()
    environment = environment_for_child({**for_prefect(), **worker_settings(), **settings().for_child()})
    words = ["worker", "start", "--pool", POOL, "--type", "process"]
    words += ["--name", name] if name else []
    words += ["--limit", str(limit)] if limit else []
    os.execve(sys.executable, [sys.executable, "-m", "prefect", *words], {**environment, **server.environment})  # noqa: S606


def worker_settings() -> dict[str, str]:
    """A run says that it lives, and a request waits 3 s at most for a worker."""
    return {"PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(HEARTBEAT), "PREFECT_WORKER_QUERY_SECONDS": "3"}


def configured() -> RemoteServer:
    """The server of PREFECT_API_URL."""
    url = settings().prefect_api_url
    if url is None:
        raise Refused(
            "No Prefect server is set: say where it is with PREFECT_API_URL, such as http://10.0.0.5:4200/api."
        )
    return RemoteServer(url, settings().prefect_auth)
