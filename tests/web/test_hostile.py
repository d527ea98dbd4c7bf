"""Text that wishes harm in every column that people fill, links tried at every door, and what a server writes down."""

import csv
import io
import os
import re
import socket
import subprocess
import sys
import time
from datetime import timedelta

import httpx
import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework import chasing, composing
from config.database import session_factory
from mail.catalogue import context_of
from mail.rendering import render
from models.base import Base
from models.messages import Message
from models.rounds import ImpactUpdate
from models.sign_in import Attempt
from queries.person_records import text_columns
from tests.casework.world import desk_at
from tests.web.addresses import address
from tests.web.conftest import TODAY, Site
from tests.web.states import everybody, officers
from web.routes import RULES, Who

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

HOSTILE = "=cmd|'/c calc'!A1 <script>alert(1)</script>{{ 7*191 }}{% if x %}\u202e\u2066<img src=x onerror=x>"
HARM = ("<script", "<img src=x", "1337", "\u202e", "\u2066")
CODES = re.compile(
    r"(code|year|kind|key|state|status|actor|flow|measure|area|label|level|stage|stages|template|recipient|reference"
    r"|unit|network|framework|page|progress|digest|go_on_to|code_verifier|flow_run_id|last_rung|leased_by|verdict"
    r"|results|published|step|type_name|link_type|phase|sha256|email)$"
)
"""Columns of text that only the software writes: codes, days, and addresses, which have a check of their own."""
OWN = {"school offer": "offered", "provider offer": "brokering", "school plan": "planning"} | {
    "provider plan": "planning",
    "update": "active",
    "own case": "active",
}


def poison(session: Session) -> int:
    """Put the text into every column that people or files fill; how many columns. What protects rows steps aside."""
    for (trigger,) in session.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        session.execute(sa.text(f'DROP TRIGGER "{trigger}"'))
    count = 0
    for table in Base.metadata.sorted_tables:
        values = {
            column.name: sa.case((column.is_(None), None), (column == "", ""), else_=HOSTILE)
            for column in text_columns(table)
            if isinstance(column.type, sa.String) and not column.unique and not CODES.search(column.name)
        }
        if values:
            session.execute(sa.update(table).values(**values))
        count += len(values)
    return count


def harm_in(text: str) -> list[str]:
    return [one for one in HARM if one in text]


def cells_of(answered: httpx.Response) -> list[str]:
    """Every cell of a CSV or an XLSX file; a formula shows as what it would run."""
    if "csv" in answered.headers["content-type"]:
        return [cell for row in csv.reader(io.StringIO(answered.content.decode("utf-8-sig"))) for cell in row]
    book = openpyxl.load_workbook(io.BytesIO(answered.content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" for cell in cells)
    return [str(cell.value) for cell in cells if cell.value is not None]


def test_hostile_text_in_every_column_is_harmless_on_pages_in_mail_and_in_files(site: Site) -> None:
    with session_factory(site.engine).begin() as session:
        assert poison(session) > 60
    seen = 0
    for path in [*everybody(site), *officers(site), f"/cases/{site.cases['active']}/preview?day=2025-11-21"]:
        answered = site.get(path)
        assert answered.status_code in (200, 404), (path, answered.status_code)
        assert harm_in(answered.text) == [], path
        seen += "cmd|" in answered.text
    assert seen > 25, "it was there to be shown"
    for name in ("cases", "priorities", "outbox", "round", "contacts"):
        for kind in ("csv", "xlsx"):
            cells = cells_of(site.get(f"/{name}.{kind}"))
            assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@")) or harm_in(cell) == ["\u202e"]]
            assert name == "priorities" or any("cmd|" in cell for cell in cells), name
    with session_factory(site.engine).begin() as session:
        last = session.scalar(sa.select(sa.func.max(Message.id))) or 0
        desk = desk_at(session, TODAY + timedelta(days=45))
        for update in session.scalars(sa.select(ImpactUpdate)):
            chasing.chase(desk, update, chasing.recipients(desk, [update.commission]))
        composing.compose(desk)
        for made in session.scalars(sa.select(Message).where(Message.id > last)):
            mail = render(context_of(made.template, made.context))
            assert harm_in(mail.html) == harm_in(mail.subject) == [], made.template
            assert not [one for one in HARM[2:] if one in mail.text], made.template


def test_a_link_of_any_kind_opens_its_own_page_and_nothing_of_another_case(site: Site) -> None:
    letters = {rule.path for rule in RULES if rule.who is Who.LINK and rule.path != "/new-link/{token}"}
    every = set(site.cases.values())
    with site.as_role(None) as browser:
        for name, link in site.links.items():
            with session_factory(site.engine).begin() as session:
                session.execute(sa.delete(Attempt))  # each kind is tried by somebody else
            token, own = link.rsplit("/", 1)[1], site.cases.get(OWN.get(name, ""))
            for rule in RULES:
                if "{" not in rule.path or rule.path == "/new-link/{token}":
                    continue
                real = address(site, rule)
                tried = {re.sub(r"\{token\}", token, rule.path), re.sub(r"\{\w+(:\w+)?\}", token, rule.path)}
                for path in (*tried, f"{real}?token={token}") if rule.who is not Who.LINK else tried:
                    headers = {"Authorization": f"Bearer {token}", "Cookie": f"sib={token}"}
                    if "{" in path:
                        continue
                    answered = browser.get(path, headers=headers)
                    shown = set(re.findall(r"SIB-\d{4}-\d{3}", answered.text))
                    opens = rule.path in letters and path.startswith(link)
                    papers = opens and own is None  # the Board's own link to its papers
                    assert papers or rule.who is Who.ANYBODY or not (shown & every) - {own}, (name, path)
                    public = rule.who is Who.ANYBODY and answered.status_code in (200, 404)
                    assert public or (answered.status_code == 200) is opens, (name, path, answered.status_code)


def test_a_running_server_writes_down_no_token(site: Site) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = site.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "uvicorn", "web.app:app", "--port", str(port)]
    server = subprocess.Popen(
        command,
        env={**os.environ, "SIB_DATABASE_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as browser:
            while server.poll() is None:
                try:
                    browser.get("/privacy")
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            for link in site.links.values():
                assert browser.get(link).status_code == 200
                browser.post(link, data={"choice": "yes", "form_token": "wrong"})
                browser.get(f"/nowhere{link}?token={link.rsplit('/', 1)[1]}")
    finally:
        server.terminate()
        said = server.communicate(timeout=30)[0]
    assert "page=/o/{token}" in said
    for link in site.links.values():
        assert link.rsplit("/", 1)[1] not in said
