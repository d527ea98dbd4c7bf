"""Carrying requests for runs to Prefect, and following them. Knows no Prefect, so that pages may do it too.

Safe to do twice and at once: Prefect makes one run for a request's key, and a row changes only from the state before.
"""

from casework import run_requests
from config import clock
from config.database import reading_scope, session_scope
from config.prefect_runs import NoServer, start_run, state_of
from models.run_requests import RunRequestState
from rules.errors import Refused


def dispatch() -> int:
    """Start what waits, and look how the started ones stand; how many were started. Stops where nobody answers."""
    with reading_scope() as session:
        waiting = [(one.id, one.flow, one.parameters, one.key) for one in _of(session, RunRequestState.WAITING)]
        running = [(one.id, one.flow_run_id or "") for one in _of(session, RunRequestState.STARTED)]
    count = 0
    try:
        for number, flow, parameters, key in waiting:
            count += _start(number, flow, parameters, key)
        for number, run_id in running:
            look(number, run_id)
    except NoServer:
        return count
    return count


def look(number: int, run_id: str) -> None:
    """Ask how one run stands, and keep it.

    Raises:
        NoServer: nobody answers.
    """
    try:
        state = state_of(run_id)
    except Refused:
        with session_scope() as session:
            run_requests.refused(session, number, "Prefect does not know this run any more.", clock.now())
        return
    with session_scope() as session:
        run_requests.looked_at(session, number, state.type, state.message, clock.now())


def _start(number: int, flow: str, parameters: dict[str, object], key: str) -> bool:
    try:
        run_id = start_run(flow, parameters, key)
    except Refused as error:
        with session_scope() as session:
            run_requests.refused(session, number, str(error), clock.now())
        return False
    with session_scope() as session:
        run_requests.started(session, number, run_id)
    return True


_of = run_requests.unfinished
