"""A request for a run reaches a real Prefect: after it was away, once for two who carry it, to a case at its end."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from casework import run_requests
from config import clock
from config.database import engine, session_scope
from config.settings import settings
from models.commissions import Commission
from models.run_requests import RunRequest, RunRequestState
from queries.run_requests import runs_of
from tasks.dispatching import dispatch
from tests.casework.stages import confirmed
from tests.casework.world import SCHOOLS, make_world
from tests.prefect.conftest import Serving

pytestmark = [pytest.mark.prefect_server, pytest.mark.xdist_group("prefect_server"), pytest.mark.timeout(240)]


def followed(number: int) -> RunRequest:
    """The request, after another look at its run."""
    dispatch()
    with session_scope() as session:
        return session.get_one(RunRequest, number)


def waits(number: int) -> bool:
    """Whether Prefect has not got the request yet."""
    with session_scope() as session:
        return session.get_one(RunRequest, number).state is RunRequestState.WAITING


def test_away_then_back_and_carried_twice_at_once_makes_one_case(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIB_DATABASE_URL", serving.database_url)
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    settings.cache_clear()
    engine.cache_clear()
    day = clock.today()
    with session_scope() as session:
        if session.scalar(sa.text("SELECT count(*) FROM schools")) == 0:
            make_world(session)
    asked = {"urn": SCHOOLS[2], "theme": "maths", "pounds": 2500, "reason": "Few reach it.", "as_of": "2026-06-10"}
    with session_scope() as session:
        number = run_requests.ask(
            session, key="form-1", flow="commission", parameters=asked, as_of=day, actor="contact:1", now=clock.now()
        )
    assert dispatch() == 0
    assert waits(number)

    monkeypatch.setenv("PREFECT_API_URL", serving.server.api_url)
    settings.cache_clear()
    while waits(number):  # one that has no answer within its patience leaves the request to the next
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: dispatch(), range(4)))
    runs = serving.server.ask(
        "POST", "/flow_runs/filter", {"flow_runs": {"idempotency_key": {"any_": ["form-1"]}}, "limit": 10}
    )
    assert len(runs) == 1
    while (row := followed(number)).state is RunRequestState.STARTED:
        time.sleep(0.5)  # the test's own timeout ends this
    assert row.state is RunRequestState.DONE, row.said
    with session_scope() as session:
        case = session.scalars(sa.select(Commission).where(Commission.urn == SCHOOLS[2])).one()
        (listed,) = runs_of(session, case.id)
        assert (listed.number, listed.flow_run_id) == (number, runs[0]["id"])
        assert case.reference == row.facts["reference"]

    with session_scope() as session:
        ticked = confirmed(session, SCHOOLS[3])
        many = run_requests.ask(
            session,
            key="form-2",
            flow="commission-confirmed",
            parameters={"pounds": 2500, "cases": {ticked.reference: None}, "as_of": "2026-06-10"},
            as_of=day,
            actor="contact:1",
            now=clock.now(),
            cases=[ticked.id],
        )
    while (row := followed(many)).state in (RunRequestState.WAITING, RunRequestState.STARTED):
        time.sleep(0.5)
    assert row.state is RunRequestState.DONE, row.said
    assert row.facts == {"waiting": 1, "started": 1, "cases": [ticked.id]}
