"""Trouble that only Prefect's server knows of reaches the pages; a new version of the code keeps the scheduled runs."""

import time
from datetime import timedelta

import pytest

from cli.automations import automations
from config import clock
from tests.prefect.conftest import Serving, told_of

pytestmark = [pytest.mark.prefect_server, pytest.mark.xdist_group("prefect_server"), pytest.mark.timeout(240)]


def test_the_server_itself_tells_the_pages_of_a_run_that_crashed(serving: Serving) -> None:
    """No worker and no flow's hook is in this: the run never starts, the server's automation calls the pages."""
    server = serving.server
    found = {one["name"] for one in server.ask("POST", "/automations/filter", {})}
    assert found >= {one["name"] for one in automations("a block")}
    deployment = server.deployments()["identify"]
    one = server.ask("POST", f"/deployments/{deployment}/create_flow_run", {"state": {"type": "SCHEDULED"}})
    server.end(one["id"], "CRASHED", "A test of the automation")
    log = serving.log.parent / "logs" / "pages.log"
    while "page=/hooks/prefect method=POST status=200" not in log.read_text():
        time.sleep(0.2)  # the test's own timeout ends this
    task = told_of(serving, f"run:{one['id']}")
    assert "identify ended as Crashed" in task.text


def test_deploying_a_new_version_keeps_the_runs_that_are_scheduled(serving: Serving) -> None:
    server = serving.server
    deployment = server.deployments()["evaluate"]

    def scheduled() -> dict[str, str]:
        wanted = {
            "deployments": {"id": {"any_": [deployment]}},
            "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
            "sort": "EXPECTED_START_TIME_ASC",
        }
        return {run["id"]: run["expected_start_time"] for run in server.ask("POST", "/flow_runs/filter", wanted)}

    while len(scheduled()) < 2:
        time.sleep(0.5)
    before = set(scheduled().values())
    server.set_up()
    while not before <= set(scheduled().values()):
        time.sleep(0.5)  # Prefect forgets them and schedules them anew; the test's own timeout ends this
    after = list(scheduled().values())
    assert len(after) == len(set(after)), "no day has two"


def test_a_run_that_waited_for_a_worker_while_we_deployed_is_asked_for_again(serving: Serving) -> None:
    """Seen from a week ahead, every scheduled run of the week waits for a worker."""
    server = serving.server
    deployment = server.deployments()["watch"]
    later = clock.now() + timedelta(days=7)
    while not server.overdue(deployment, later):
        time.sleep(0.5)
    of_watch = {"deployments": {"id": {"any_": [deployment]}}, "limit": 200}

    def asked_for() -> int:
        return sum(not run["auto_scheduled"] for run in server.ask("POST", "/flow_runs/filter", of_watch))

    before = asked_for()
    server.set_up(now=later)
    assert asked_for() == before + 1
