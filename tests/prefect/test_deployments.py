"""prefect.yaml on a real server, the way `sib serve` sets it up."""

import time
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from cli.prefect_server import PrefectServer
from config.settings import ROOT
from tests.prefect.conftest import run_for_later

pytestmark = [pytest.mark.prefect_server, pytest.mark.xdist_group("prefect_server"), pytest.mark.timeout(240)]

LONDON = ZoneInfo("Europe/London")
DEPLOYMENTS: dict[str, dict[str, Any]] = {
    deployment["name"]: deployment for deployment in yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
}


def deployed(server: PrefectServer) -> dict[str, dict[str, Any]]:
    return {found["name"]: found for found in server.ask("POST", "/deployments/filter", {})}


def scheduled(server: PrefectServer, deployment_id: str) -> list[datetime]:
    runs = server.ask(
        "POST",
        "/flow_runs/filter",
        {"deployments": {"id": {"any_": [deployment_id]}}, "sort": "EXPECTED_START_TIME_ASC"},
    )
    return [datetime.fromisoformat(run["expected_start_time"]).astimezone(LONDON) for run in runs]


def test_every_deployment_arrives(server: PrefectServer) -> None:
    found = deployed(server)
    assert set(found) == set(DEPLOYMENTS)
    for name, deployment in found.items():
        assert deployment["entrypoint"] == DEPLOYMENTS[name]["entrypoint"]
        assert deployment["pull_steps"] == [], "the worker imports the code, it fetches none"
        assert deployment["global_concurrency_limit"]["limit"] == DEPLOYMENTS[name]["concurrency_limit"]["limit"]
        wanted = DEPLOYMENTS[name]["concurrency_limit"]["collision_strategy"]
        assert deployment["concurrency_options"]["collision_strategy"] == wanted


def test_the_scheduler_makes_runs_at_the_hour_the_wall_shows(server: PrefectServer) -> None:
    """With another SQLAlchemy it makes none, and says so only in its own log."""
    found = deployed(server)
    daily = {"open-round": (7, 10), "tick": (7, 30), "evaluate": (7, 50)}
    ids = {name: found[name]["id"] for name in [*daily, "deliver"]}
    while not all(len(scheduled(server, one)) >= 2 for one in ids.values()):
        time.sleep(0.5)  # the test's own timeout ends this
    for name, wall in daily.items():
        moments = scheduled(server, ids[name])
        assert {(moment.hour, moment.minute) for moment in moments} == {wall}
        assert all(moment.weekday() < 5 for moment in moments)
    assert all(7 <= moment.hour <= 17 for moment in scheduled(server, ids["deliver"]))
    # Prefect makes runs a hundred days ahead: on most days of a year there is one of these, or none.
    yearly = {(moment.month, moment.day, moment.hour) for moment in scheduled(server, found["identify"]["id"])}
    assert yearly <= {(9, 5, 6), (12, 16, 6)}


def test_what_an_officer_starts_has_no_schedule_and_a_form(server: PrefectServer) -> None:
    found = deployed(server)
    for name in ("commission", "commission-confirmed"):
        assert found[name]["schedules"] == []
        assert scheduled(server, found[name]["id"]) == []
    assert {"urn", "theme", "pounds", "reason", "provider"} <= set(
        found["commission"]["parameter_openapi_schema"]["properties"]
    )


def test_a_run_that_its_process_cannot_end_is_ended_for_it(server: PrefectServer) -> None:
    one = run_for_later(server, deployed(server)["tick"]["id"])
    running = {"state": {"type": "RUNNING"}, "force": True}
    server.ask("POST", f"/flow_runs/{one}/set_state", running)
    assert one in {run["id"] for run in server.runs_in("RUNNING")}
    server.end(one, "CRASHED", "The machine stopped")
    assert server.ask("GET", f"/flow_runs/{one}")["state_name"] == "Crashed"
