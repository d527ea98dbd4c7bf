"""Commands with a Prefect server configured: they start the deployment's run, follow it, and say how it ended."""

from pathlib import Path

import pytest

from cli.prefect_server import a_free_port
from tests.cli.conftest import Sib
from tests.prefect.conftest import Serving

pytestmark = [pytest.mark.prefect_server, pytest.mark.xdist_group("prefect_server"), pytest.mark.timeout(240)]


@pytest.fixture
def configured(serving: Serving, tmp_path: Path) -> Sib:
    return Sib(
        tmp_path,
        {"SIB_DATABASE_URL": serving.database_url, "PREFECT_API_URL": serving.server.api_url, "SIB_AREA": "838"},
        anew=True,
    )


def test_a_command_starts_the_deployments_run_and_shows_its_facts(configured: Sib, serving: Serving) -> None:
    before = _ended(serving)
    ran = configured("identify", "--la", 838, "--as-of", "2026-08-03", "--json")
    assert _ended(serving) == before + 1
    if ran.code == 0:
        assert "schools" in ran.json
        assert "completed" in ran.err
    else:  # nothing has been imported: the flow's own refusal, in its own words
        assert "of identify)." in ran.err
        assert "Traceback" not in ran.err


def _ended(serving: Serving) -> int:
    """How many runs of identify have ended: those that the schedule plans meanwhile are no runs yet."""
    states = {"state": {"type": {"any_": ["COMPLETED", "FAILED", "CRASHED"]}}}
    asked = {"flows": {"name": {"any_": ["identify"]}}, "flow_runs": states}
    return int(serving.server.ask("POST", "/flow_runs/count", asked))


def test_a_delivery_on_the_server_keeps_no_report_and_says_where_to_look(configured: Sib) -> None:
    assert configured.done("deliver").out.startswith("Prefect's server has delivered. `sib outbox` says")


def test_what_the_run_refused_is_said_in_its_own_words(configured: Sib) -> None:
    said = configured.refused("commission", 999_999, "reading", "--pounds", 100, "--reason", "A test.")
    assert said.startswith("There is no ")
    assert said.endswith("of commission).")


def test_a_server_that_does_not_answer_is_one_sentence(tmp_path: Path, sqlite_url: str) -> None:
    address = f"http://127.0.0.1:{a_free_port()}/api"
    alone = Sib(tmp_path, {"SIB_DATABASE_URL": sqlite_url, "PREFECT_API_URL": address}, anew=True)
    said = alone.refused("tick", "--as-of", "2026-08-03")
    assert said.startswith(f"Prefect at {address} does not answer")
    assert said.endswith("start it with `sib serve`, or unset PREFECT_API_URL to run here.")
