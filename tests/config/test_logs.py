"""Logs: a line or an object a record, and no address, token or row of a table in any of them."""

import json
import logging

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from casework.links import PATHS
from cli.supervisor import say
from config.database import session_factory
from config.logs import JsonLines, Lines, scrubbed
from config.settings import settings
from models.contacts import Contact


def record(said: str, **extra: object) -> logging.LogRecord:
    made = logging.makeLogRecord({"name": "sib.test", "levelno": 20, "levelname": "INFO", "msg": said})
    vars(made).update(extra)
    return made


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("550 no such user head@school.example here", "550 no such user (address) here"),
        ("GET /u/AbCdEfGhIjKlMnOpQrStUv 200", "GET /u/… 200"),
        ("GET /sign-in/AbCdEfGhIjKlMnOpQrStUv", "GET /sign-in/…"),
        ("GET /openid/back?code=AbCdEfGhIjKlMnOpQrSt&state=AbCdEfGhIjKlMnOpQrSt", "GET /openid/back?code=…&state=…"),
        ("Bearer sib_AbCdEfGhIjKlMnOpQrStUv", "Bearer sib_…"),
        ("<Priya.O'Shea+x@a-b.school.sch.uk>", "<Priya.O'(address)>"),
        ("run 4f1c of tick is Crashed", "run 4f1c of tick is Crashed"),
        ("SIB-2026-014 is held", "SIB-2026-014 is held"),
    ],
)
def test_addresses_and_tokens_are_taken_out(said: str, kept: str) -> None:
    assert scrubbed(said) == kept


@pytest.mark.parametrize("path", sorted(set(PATHS.values())))
def test_no_kind_of_link_is_forgotten(path: str) -> None:
    assert scrubbed(f"GET /{path}/AbCdEfGhIjKlMnOpQrStUv") == f"GET /{path}/…"


def test_a_json_line_has_its_ids_beside_it() -> None:
    found = json.loads(JsonLines().format(record("request", page="/u/{token}", ms=1.5, who="a@b.example")))
    assert found["message"] == "request"
    assert found["page"] == "/u/{token}"
    assert found["ms"] == 1.5
    assert found["who"] == "(address)"
    assert found["level"] == "info"
    assert found["time"].endswith("Z")


def test_a_plain_line_has_them_too() -> None:
    assert Lines().format(record("request", status=200)).endswith("INFO sib.test request status=200")


def test_the_supervisor_writes_objects_when_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SIB_LOG_FORMAT", "json")
    settings.cache_clear()
    say("worker started, process 12")
    assert json.loads(capsys.readouterr().out)["message"] == "worker started, process 12"


def test_an_error_of_the_database_quotes_no_row(engine: Engine) -> None:
    """PostgreSQL names the row that was refused, SQLAlchemy the values that were sent."""
    values = {"email": "ada@secret.example", "first_name": "Ada", "surname": "Secretname"}
    with session_factory(engine).begin() as session:
        session.execute(sa.insert(Contact).values(values))
    with pytest.raises(sa.exc.IntegrityError) as caught, session_factory(engine).begin() as session:
        session.execute(sa.insert(Contact).values(values))
    said = str(caught.value) + str(caught.value.orig)
    assert "secret" not in said.lower()
    assert "unique" in said.lower()
    with pytest.raises(sa.exc.IntegrityError) as caught, session_factory(engine).begin() as session:
        session.execute(sa.insert(Contact).values({**values, "email": "b@secret.example", "surname": None}))
    assert "secret" not in str(caught.value)
