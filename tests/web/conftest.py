"""A real server of the pages over the small world, on either database."""

import asyncio
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
import uvicorn
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from casework import chasing, composing, rounds, run_requests, sessions
from casework.desk import Desk
from config import clock
from config.database import session_factory
from config.settings import settings
from flows.commission import commission, commission_confirmed
from models.commissions import Commission
from models.contacts import Contact, ContactRole, Role
from models.run_requests import RunRequestState
from models.runs import RunReport
from models.sign_in import SignInBy
from queries import staff
from rules.errors import Refused
from tests.casework.stages import active, brokering, in_planning, offered
from tests.casework.world import LONG_AGO, SCHOOLS, desk_at, make_world, token_for
from tests.templates import World
from tests.web import board_pages
from web.app import app
from web.visitors import session_form_token

TLS = ssl.create_default_context()
"""Read once: it takes a tenth of a second, and each browser of a test would read it again."""
ROUND_OPEN = date(2025, 10, 10)
"""The day in autumn 1 on which its round opens."""
TODAY = date(2025, 10, 14)
FLOWS: dict[str, Any] = {"commission": commission, "commission-confirmed": commission_confirmed}


@dataclass(slots=True)
class Site:
    """The pages at `base`, as an officer who is signed in reaches them without scripts; `cases` by the stage that they
    are in, `sessions` the tokens of one person of each role.
    """

    base: str
    engine: Engine
    client: httpx.Client
    links: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def fill(self, path: str, **given: str) -> httpx.Response:
        """Open a form and send it with what its page carries, as a browser would."""
        page = self.client.get(path)
        token = page.text.split('name="form_token" value="')[1].split('"')[0]
        return self.client.post(path, data={"form_token": token, **given})

    def as_role(self, role: str | None) -> httpx.Client:
        """Another browser: of somebody with this role, or of nobody."""
        cookies = {"sib": self.sessions[role]} if role else {}
        return httpx.Client(base_url=self.base, cookies=cookies, timeout=60, verify=TLS)

    def form_token(self, role: str = "officer") -> str:
        """What a form of an officers' page carries back."""
        return session_form_token(self.sessions[role])

    def read(self, ask: Callable[[Session], object]) -> object:
        with session_factory(self.engine)() as session:
            return ask(session)


def carry_out(site: Site) -> None:
    """What Prefect and its worker do with the requests for runs that wait: each flow is run, and its end kept."""
    with session_factory(site.engine)() as session:
        waiting = [
            (one.id, one.flow, dict(one.parameters))
            for one in run_requests.unfinished(session, RunRequestState.WAITING)
        ]
    for number, flow, parameters in waiting:
        parameters["as_of"] = date.fromisoformat(parameters["as_of"])
        state, said = "COMPLETED", ""
        try:
            # In a thread of its own: Playwright's loop runs in this one.
            with ThreadPoolExecutor(1) as worker:
                worker.submit(asyncio.run, FLOWS[flow].fn(**parameters)).result()
        except Refused as refused:
            state, said = "FAILED", f"Flow run encountered an exception: Refused: {refused}"
        with session_factory(site.engine).begin() as session:
            run_requests.started(session, number, f"run-{number}")
            session.execute(
                sa.update(RunReport).where(RunReport.flow_run_id.is_(None)).values(flow_run_id=f"run-{number}")
            )
            run_requests.looked_at(session, number, state, said, clock.now())


@dataclass(slots=True)
class InIt:
    """What a database of the pages has: addresses of links, tokens of sessions by role, cases by their stage."""

    links: dict[str, str]
    sessions: dict[str, str]
    cases: dict[str, str]


def the_pages_world(session: Session) -> InIt:
    """The day on which a round is open; a case in each stage that a link is about; the Board's papers."""
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
    return InIt(
        links=_links(desk, found) | board_pages.prepare(session),
        sessions=_sign_everybody_in(session),
        cases={stage: case.reference for stage, case in found.items()},
    )


@pytest.fixture
def template_world(monkeypatch: pytest.MonkeyPatch) -> World:
    """Every database of the pages' tests holds their world, and is read with the key that signed its links."""
    monkeypatch.setenv("SIB_DEMO", "true")
    monkeypatch.setenv("SIB_TODAY", TODAY.isoformat())
    monkeypatch.setenv("SIB_SECRET_KEY", "the pages' tests sign their links with this")
    settings.cache_clear()
    return the_pages_world


@pytest.fixture
def site(engine: Engine, facts: InIt) -> Iterator[Site]:
    """The pages over their world."""
    cookies = {"sib": facts.sessions["officer"]}
    with serving() as base, httpx.Client(base_url=base, cookies=cookies, timeout=60) as client:
        yield Site(base, engine, client, dict(facts.links), dict(facts.sessions), dict(facts.cases))


def _sign_everybody_in(session: Session) -> dict[str, str]:
    """A session for one person of each role; a new contact where the world has nobody."""
    for role in (Role.ADMIN, Role.MEMBER):
        contact = Contact(email=f"{role}@roles.example", first_name="Only", surname=role.value.capitalize())
        session.add(contact)
        session.flush()
        session.add(ContactRole(contact_id=contact.id, role=role, starts_on=LONG_AGO))
    session.flush()
    tokens = {}
    for person in staff.everybody(session, TODAY):
        (role_found,) = person.roles
        tokens[role_found.value] = sessions.open_session(
            session, person.contact_id, SignInBy.DEMO, now=clock.now(), lasts=timedelta(hours=12)
        )
    return tokens


def _links(desk: Desk, cases: dict[str, Commission]) -> dict[str, str]:
    return {
        "school offer": f"/o/{token_for(desk, 'school-offer', cases['offered'].id)}",
        "provider offer": f"/o/{token_for(desk, 'provider-offer', cases['brokering'].id)}",
        "school plan": f"/p/{token_for(desk, 'plan-school', cases['planning'].id)}",
        "provider plan": f"/p/{token_for(desk, 'plan-provider', cases['planning'].id)}",
        "update": f"/u/{token_for(desk, 'update', cases['active'].id)}",
        "own case": f"/c/{token_for(desk, 'case', cases['active'].id)}",
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
