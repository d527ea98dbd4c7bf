"""A real server of the pages over the small world, on either database."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

import httpx
import pytest
import uvicorn
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from casework import chasing, composing, rounds
from casework.desk import Desk
from config.database import session_factory
from config.settings import settings
from models.commissions import Commission
from tests.casework.stages import active, brokering, in_planning, offered
from tests.casework.world import SCHOOLS, desk_at, make_world, token_for
from tests.web import board_pages
from web.app import app
from web.safety import Guesses

ROUND_OPEN = date(2025, 10, 10)
"""The day in autumn 1 on which its round opens."""
TODAY = date(2025, 10, 14)


@dataclass(slots=True)
class Site:
    """The pages at `base`, as a person without scripts reaches them; `cases` by the stage that they are in."""

    base: str
    engine: Engine
    client: httpx.Client
    links: dict[str, str] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def fill(self, path: str, **given: str) -> httpx.Response:
        """Open a form and send it with what its page carries, as a browser would."""
        page = self.client.get(path)
        token = page.text.split('name="form_token" value="')[1].split('"')[0]
        return self.client.post(path, data={"form_token": token, **given})

    def read(self, ask: Callable[[Session], object]) -> object:
        with session_factory(self.engine)() as session:
            return ask(session)


@pytest.fixture
def site(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The pages on the day on which a round is open; a case in each stage that a link is about."""
    monkeypatch.setenv("SIB_DEMO", "true")
    monkeypatch.setenv("SIB_TODAY", TODAY.isoformat())
    settings.cache_clear()
    app.state.guesses = Guesses()
    with session_factory(engine).begin() as session:
        make_world(session)
        found = {
            "offered": offered(session, SCHOOLS[0], start=ROUND_OPEN),
            "brokering": brokering(session, SCHOOLS[1], ROUND_OPEN),
            "planning": in_planning(session, SCHOOLS[3], ROUND_OPEN),
            "active": active(session, SCHOOLS[4]),
        }
        desk = desk_at(session, ROUND_OPEN)
        for update in rounds.open_round(desk, found["active"]):
            chasing.chase(desk, update, chasing.recipients(desk, [found["active"]]))
        composing.compose(desk)
        links = _links(desk, found) | board_pages.prepare(session)
        cases = {stage: case.reference for stage, case in found.items()}
    with serving() as base, httpx.Client(base_url=base) as client:
        yield Site(base, engine, client, links, cases)


def _links(desk: Desk, cases: dict[str, Commission]) -> dict[str, str]:
    return {
        "school offer": f"/o/{token_for(desk, 'school-offer', cases['offered'].id)}",
        "provider offer": f"/o/{token_for(desk, 'provider-offer', cases['brokering'].id)}",
        "school plan": f"/p/{token_for(desk, 'plan-school', cases['planning'].id)}",
        "provider plan": f"/p/{token_for(desk, 'plan-provider', cases['planning'].id)}",
        "update": f"/u/{token_for(desk, 'update', cases['active'].id)}",
    }


@contextmanager
def serving() -> Iterator[str]:
    """The application under uvicorn on a free port of this machine."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()
