"""`sib serve`: pages, Prefect's server, a worker and the schedules, by one command on one machine."""

import asyncio
import sys
import time
from datetime import datetime
from functools import partial

import click

from cli.prefect_api import POOL
from cli.prefect_server import LOOPBACK, PrefectServer
from cli.supervisor import Program, Supervisor, say
from cli.watch import watch
from config import clock, migrations
from config.database import engine
from config.settings import ROOT, settings

FINISH_WITHIN = 60.0
"""Seconds that runs under way are given to finish when a stop is asked for."""

PAGES_READY_WITHIN = 60.0


@click.command("serve")
@click.option("--host", default=LOOPBACK, show_default=True, help="Where the pages listen.")
@click.option("--port", default=8000, show_default=True, help="The port of the pages.")
@click.option("--prefect-port", default=4200, show_default=True, help="The port of Prefect's server, on loopback only.")
def serve(host: str, port: int, prefect_port: int) -> None:
    """Serve the pages and run the schedules until stopped."""
    migrations.require_current(engine())
    server = PrefectServer(settings().prefect_home, prefect_port)
    server.require_free_port()
    PrefectServer(server.home, port).require_free_port()
    settings().link_key()  # made now, by one process, and shared by all of them

    began = time.monotonic()
    supervisor = Supervisor(
        programs(server, host, port), settings().state_dir / "logs", alongside=[partial(watch, server)]
    )
    asyncio.run(supervisor.run(when_up=partial(announce, server, host, port, began)))


def programs(server: PrefectServer, host: str, port: int) -> list[Program]:
    """What runs, in the order of starting; stopped in reverse, so that pages are there first and last."""
    shared = {**settings().for_child(), **server.environment}
    pages = [
        sys.executable,
        "-m",
        "uvicorn",
        "web.app:app",
        "--app-dir",
        str(ROOT),
        "--host",
        host,
        "--port",
        str(port),
    ]
    return [
        # No access log: paths of links carry their tokens.
        Program("pages", [*pages, "--no-access-log"], shared, ready=partial(listening, port)),
        Program(
            "prefect-server",
            server.server_command,
            server.server_environment,
            ready=server.ready,
            then=partial(asyncio.to_thread, set_up, server, f"http://{LOOPBACK}:{port}"),
        ),
        Program("worker", server.worker_command, shared, before_stop=partial(finish_runs, server)),
    ]


def set_up(server: PrefectServer, pages: str) -> None:
    """Deploy, and clear away what an earlier life of this machine left: no other worker serves this pool."""
    for run in server.runs_in("RUNNING", "PENDING", "CANCELLING"):
        server.end(str(run["id"]), "CRASHED", "The machine stopped while this run was under way")
        say(f"run {run['id']} was under way when the machine stopped")
    if cancelled := coalesce(server, clock.now()):
        say(f"{cancelled} missed runs are left to the last one of their flow, which catches up")
    server.set_up(pages)
    say(f"deployed prefect.yaml to work pool {POOL}")


def coalesce(server: PrefectServer, now: datetime) -> int:
    """Of the runs that were missed while nothing ran here, keep the latest of each flow, and say how many were not.

    Prefect would run each of them, one after the other, every five minutes' delivery of a week included.
    """
    missed = [run for one in server.deployments().values() for run in server.overdue(one, now)[1:]]
    for run in missed:
        server.end(str(run["id"]), "CANCELLED", "A later run catches up")
    return len(missed)


async def finish_runs(server: PrefectServer) -> None:
    """Take no new work, and let what is under way finish: a worker that is told to stop kills its runs."""
    deadline = time.monotonic() + FINISH_WITHIN
    try:
        await asyncio.to_thread(server.take_work, paused=True)
        while runs := await asyncio.to_thread(server.runs_in, "RUNNING", "PENDING"):
            if time.monotonic() > deadline:
                say(f"{len(runs)} runs did not finish within {FINISH_WITHIN:.0f} s")
                return
            await asyncio.sleep(0.5)
    except OSError:
        say("prefect-server does not answer: runs under way are not waited for")


async def listening(port: int) -> None:
    """Return when something accepts connections at this port."""
    deadline = time.monotonic() + PAGES_READY_WITHIN
    while time.monotonic() < deadline:
        try:
            _, writer = await asyncio.open_connection(LOOPBACK, port)
        except OSError:
            await asyncio.sleep(0.1)
            continue
        writer.close()
        await writer.wait_closed()
        return


def announce(server: PrefectServer, host: str, port: int, began: float) -> None:
    say(f"up after {time.monotonic() - began:.0f} s; stop with Ctrl-C")
    say(f"pages    http://{host}:{port}")
    say(f"prefect  {server.ui_url}")
    say(f"logs     {settings().state_dir / 'logs'}")
