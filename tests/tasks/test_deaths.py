"""kill -9 at every step's boundary and at random moments, one, two and four workers, both databases: every recipient
exactly one e-mail, but for the moment that cannot be settled, which is counted and shown.

A sample here; `make chaos-mail` kills two hundred times (CHAOS_KILLS, CHAOS_PEOPLE).
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from config.fail_points import POINTS
from config.settings import ROOT
from tasks.deliver import GROUP

KILLS = int(os.environ.get("CHAOS_KILLS", "4"))
PEOPLE = int(os.environ.get("CHAOS_PEOPLE", "200"))


def deaths(engine: Engine, folder: Path, *arguments: str) -> dict[str, Any]:
    """Let it happen in a process of its own."""
    url = engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.tasks.deaths", "--url", url, "--folder", str(folder), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if KILLS > 4:
        sys.stdout.write("\n" + json.dumps({"database": engine.dialect.name, "workers": arguments, **found}))
    return found


def nothing_lost_nothing_twice(found: dict[str, Any], people: int) -> None:
    """The invariant; and what was in doubt is what the dead were at, and stands in the outbox as such."""
    assert (found["lost"], found["twice"], found["other_ids"]) == (0, 0, 0)
    assert set(found["states"]) <= {"sent", "unknown"}
    assert sum(found["states"].values()) >= people + people // 2
    assert found["twice_unsettled"] <= found["unsettled"] <= GROUP * found["deaths"]
    assert found["states"].get("unknown", 0) <= found["unsettled"]


@pytest.mark.timeout(3600 if KILLS > 4 else 120)
def test_a_death_at_every_boundary(engine: Engine, tmp_path: Path) -> None:
    found = deaths(engine, tmp_path, "--people", "900")
    assert found["deaths"] >= len(POINTS)
    nothing_lost_nothing_twice(found, 900)


@pytest.mark.timeout(3600 if KILLS > 4 else 120)
@pytest.mark.parametrize("workers", [1, 2, 4] if KILLS > 4 else [4])
def test_deaths_at_random(engine: Engine, tmp_path: Path, workers: int) -> None:
    arguments = ("--people", str(PEOPLE), "--workers", str(workers), "--kills", str(KILLS))
    found = deaths(engine, tmp_path, *arguments)
    nothing_lost_nothing_twice(found, PEOPLE)
    assert found["deaths"]
