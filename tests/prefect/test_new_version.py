"""Trouble that only Prefect's server knows of reaches the pages; a new version of the code keeps the scheduled runs."""

import time
from datetime import timedelta

import pytest

from cli.automations import automations
from config import clock
from tests.prefect.conftest import Serving, run_for_later, told_of

pytestmark = [pytest.mark.prefect_server, pytest.mark.xdist_group("prefect_server"), pytest.mark.timeout(240)]


def test_the_server_itself_tells_the_pages_of_a_run_that_crashed(serving: Serving) -> None:
    """No worker and no flow's hook is in this: the run never starts, the server's automation calls the pages."""
    server = serving.server
    found = {one["name"] for one in server.ask("POST", "/automations/filter", {})}
    assert found >= {one["name"] for one in automations("a block")}
    deployment = server.deployments()["identify"]
    one = run_for_later(server, deployment)
    server.end(one, "CRASHED", "A test of the automation")
    log = serving.log.parent / "logs" / "pages.log"
    while "page=/hooks/prefect method=POST status=200" not in log.read_text():
        time.sleep(0.2)  # the test's own timeout ends this
    task = told_of(serving, f"run:{one}")
    assert "identify ended as Crashed" in task.text


def test_deploying_again_changes_nothing_and_keeps_the_runs_that_are_scheduled(serving: Serving) -> None:
    server = serving.server
    deployment = server.deployments()["evaluate"]

    def shape() -> list[object]:
        found = server.ask("POST", "/deployments/filter", {})
        return [
            {one["name"]: (one["id"], [(s["id"], s["slug"]) for s in one["schedules"]]) for one in found},
            {one["id"] for one in server.ask("POST", "/automations/filter", {})},
        ]

    def scheduled() -> dict[str, str]:
        wanted = {
            "deployments": {"id": {"any_": [deployment]}},
            "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
            "sort": "EXPECTED_START_TIME_ASC",
        }
        return {run["id"]: run["expected_start_time"] for run in server.ask("POST", "/flow_runs/filter", wanted)}

    while len(scheduled()) < 2:
        time.sleep(0.5)
    before, runs = shape(), set(scheduled().values())
    server.set_up()
    assert shape() == before
    while not runs <= set(scheduled().values()):
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

    def asked_for() -> set[tuple[str, str]]:
        found = set()
        for name, one in server.deployments().items():
            wanted = {"deployments": {"id": {"any_": [one]}}, "sort": "EXPECTED_START_TIME_ASC", "limit": 200}
            runs = server.ask("POST", "/flow_runs/filter", wanted)
            found |= {(name, run["id"]) for run in runs if not run["auto_scheduled"]}
        return found

    before = asked_for()
    server.set_up(now=later)
    new = asked_for() - before
    for _, run in new:  # nine flows at once would be in the way of the tests that follow
        server.ask("DELETE", f"/flow_runs/{run}")
    assert [name for name, _ in new].count("watch") == 1
