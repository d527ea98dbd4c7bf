"""Sees that no run's trouble stays unknown: failed, crashed and late runs become officers' tasks.

A flow's own hooks tell of most of it. They cannot when the run's process and its worker died together, when the server
itself called a silent run crashed, or when a run never started.
"""

import asyncio
import http.client
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from cli.prefect_server import PrefectServer
from cli.supervisor import say
from config import clock
from rules.errors import Refused

EVERY = 60.0
LATE_AFTER = timedelta(minutes=10)
LOOK_BACK = timedelta(days=3)


async def watch(server: PrefectServer) -> None:
    """Look once a minute, for as long as the supervisor lives."""
    known: set[str] = set()
    while True:
        await asyncio.sleep(EVERY)
        try:
            await asyncio.to_thread(start_what_waits)
            await asyncio.to_thread(look, server, known)
        except (OSError, http.client.HTTPException, Refused, SQLAlchemyError) as error:
            say(f"could not look for runs in trouble: {type(error).__name__}")  # a message may hold what a person typed


def start_what_waits() -> None:
    """Start what was asked for while the server was away."""
    from tasks.dispatching import dispatch  # the first look pays for the database, not `sib --help`

    dispatch()


def look(server: PrefectServer, known: set[str]) -> None:
    """Put runs in trouble that are not `known` yet on the officers' list, said once each here and kept once each
    there.
    """
    from tasks.operators import tell_operator

    for flow, run_id, state in in_trouble(server, clock.now()):
        if run_id not in known:
            tell_operator(flow, run_id, state)
            known.add(run_id)
            say(f"run {run_id} of {flow} is {state}: on the officers' list")


def in_trouble(server: PrefectServer, now: datetime) -> Iterator[tuple[str, str, str]]:
    """Flow, run and state of what went wrong in the last days; of a flow's late runs the first only."""
    since = (now - LOOK_BACK).isoformat()
    ended = {"expected_start_time": {"after_": since}, "state": {"type": {"any_": ["FAILED", "CRASHED"]}}}
    names = {found: name for name, found in server.deployments().items()}
    for run in server.ask("POST", "/flow_runs/filter", {"flow_runs": ended, "limit": 200}):
        yield names.get(run["deployment_id"], "a flow"), str(run["id"]), str(run["state_name"])
    for one, name in names.items():
        if late := server.overdue(one, now - LATE_AFTER):
            yield name, str(late[-1]["id"]), "Late"
