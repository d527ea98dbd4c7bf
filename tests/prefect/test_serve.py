"""`sib serve`: one command, and everything of it works together."""

import http.client
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from cli.prefect_server import LOOPBACK, PrefectServer, a_free_port
from cli.serve import coalesce
from cli.watch import in_trouble, look
from config import clock
from config.database import create_engine, reading_scope
from models.runs import RunReport
from rules.errors import Refused
from tests.prefect.conftest import Serving, run_for_later, told_of

pytestmark = [pytest.mark.prefect_server, pytest.mark.xdist_group("prefect_server"), pytest.mark.timeout(240)]

ENDED = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


def run(server: PrefectServer, name: str, parameters: dict[str, object]) -> dict[str, object]:
    """Ask for a run of a deployment, and wait for its end."""
    asked = server.ask("POST", f"/deployments/{server.deployments()[name]}/create_flow_run", {"parameters": parameters})
    while True:
        now: dict[str, object] = server.ask("GET", f"/flow_runs/{asked['id']}")
        if now["state_type"] in ENDED:
            return now
        time.sleep(0.2)  # the test's own timeout ends this


def test_a_run_works_on_the_database_of_the_pages(serving: Serving) -> None:
    done = run(serving.server, "tick", {"as_of": "2026-08-03"})
    engine = create_engine(serving.database_url)
    with reading_scope(engine) as session:
        report = session.scalars(sa.select(RunReport).where(RunReport.flow_run_id == done["id"])).one()
    engine.dispose()
    assert report.flow == "tick"
    assert report.as_of.isoformat() == "2026-08-03"


def test_a_run_that_fails_reaches_an_officer(serving: Serving) -> None:
    """A school that does not exist is refused, and the refusal is not only in Prefect's history."""
    done = run(
        serving.server, "commission", {"urn": 999999, "theme": "reading", "pounds": 100, "reason": "A test of refusal"}
    )
    assert done["state_type"] == "FAILED"
    task = told_of(serving, f"run:{done['id']}")
    assert str(done["id"]) in task.text


def test_trouble_is_seen_from_outside_too(
    serving: Serving, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run whose process and worker died together tells nobody: the supervisor's watch does."""
    server = serving.server
    lost = run_for_later(server, server.deployments()["tick"])
    server.end(lost, "CRASHED", "Nothing was heard of it")
    assert ("tick", lost, "Crashed") in set(in_trouble(server, clock.now()))
    told: list[tuple[str, str, str]] = []
    monkeypatch.setattr("tasks.operators.tell_operator", lambda *what: told.append(what))
    known: set[str] = set()
    look(server, known)
    look(server, known)
    assert told.count(("tick", lost, "Crashed")) == 1
    assert f"run {lost} of tick is Crashed" in capsys.readouterr().out


def test_of_missed_runs_the_last_one_catches_up(serving: Serving) -> None:
    """Seen from a week ahead, every scheduled run so far was missed."""
    server = serving.server
    later = clock.now() + timedelta(days=7)
    before = {name: server.overdue(one, later) for name, one in server.deployments().items()}
    assert len(before["deliver"]) >= 2
    coalesce(server, later)
    for name, one in server.deployments().items():
        assert [run["id"] for run in server.overdue(one, later)] == [run["id"] for run in before[name][:1]]


def test_the_pages_answer(serving: Serving) -> None:
    connection = http.client.HTTPConnection(urlsplit(serving.pages).netloc, timeout=30)
    connection.request("GET", "/")
    assert connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    connection.close()


def test_its_own_lines_hold_no_address_of_a_person(serving: Serving) -> None:
    assert "@" not in serving.log.read_text()


def test_a_port_in_use_is_refused_in_a_sentence(serving: Serving, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=f"Port {serving.server.port} is taken"):
        PrefectServer(tmp_path, serving.server.port).require_free_port()


def test_no_server_is_not_ready(tmp_path: Path) -> None:
    assert PrefectServer(tmp_path, a_free_port()).is_ready() is False
    assert LOOPBACK == "127.0.0.1", "Prefect's server has one credential and no roles: it listens to this machine only"
