"""From files through the database to `sib priorities`: the schools truly in trouble lead the list, and few others."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from casework.desk import desk_for
from casework.identifying import identify_area
from cli.main import sib
from config.database import session_scope
from models.priorities import IdentificationRun
from queries.priorities import PriorityLine, priorities
from sample.area import generate_area
from sample.loading import load_area

START = date(2025, 9, 1)


def _listed(day: date) -> list[PriorityLine]:
    with session_scope() as session:
        identify_area(desk_for(session, day), 838)
        return priorities(session, 838)


@pytest.mark.parametrize("seed", [3])
def test_known_bad_schools_lead_the_list(
    seed: int, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIB_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("SIB_AREA", "838")
    load_area(tmp_path / "area", schools=155, active=0, seed=seed, start=START)
    truth = generate_area(start=START, la_code=838, seed=seed).truth
    lines = [line for line in _listed(START) if line.scope == "school"]
    assert set(truth) <= {line.urn for line in lines if line.rank is not None and line.rank <= 20}
    flagged = [line for line in lines if line.flagged]
    assert 20 * sum(line.urn not in truth for line in flagged) <= len(flagged)
    assert len({line.urn for line in flagged}) >= 12
    told = CliRunner().invoke(sib, ["priorities", "--json"], catch_exceptions=False).stdout
    assert [(one["urn"], one["rank"]) for one in json.loads(told) if one["scope"] == "school"] == [
        (line.urn, line.rank) for line in lines
    ]
    again = [line for line in _listed(date(2025, 9, 3)) if line.scope == "school"]
    assert [(line.rank, line.urn, line.theme, line.score) for line in again] == [
        (line.rank, line.urn, line.theme, line.score) for line in lines
    ]
    with session_scope() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(IdentificationRun)) == 1
    assert CliRunner().invoke(sib, ["priorities", "--json"], catch_exceptions=False).stdout == told, "byte for byte"
    said = CliRunner().invoke(sib, ["priorities"], catch_exceptions=False).stdout.splitlines()
    levels = {"Concern": 0, "Priority": 0, "Worth watching": 0} | Counter(row.split("\t")[1] for row in said[1:])
    assert levels["Concern"] + levels["Priority"] == len(flagged)
    assert levels["Worth watching"] == len(lines) - len(flagged)
    items = [item for line in lines for item in line.evidence]
    assert {"ofsted", "ks2_rwm_high", "absence_overall"} <= {item["measure"] for item in items}
    beside = [words for line in lines for words in line.beside]
    assert any("the 20 schools with the most similar pupils" in words for words in beside)
    assert any(words.startswith("Ofsted, ") for words in beside)
    assert all(item["cohort"] is None or item["cohort"] >= 6 for item in items if "cohort" in item)
