"""The map of support on the small world: need met, being arranged, unmet; support without need; everything adds up."""

import io
import json
from pathlib import Path

from click.testing import CliRunner
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from cli.map import map_
from config.database import session_scope
from models.clusters import Cluster, ClusterMembership
from models.priorities import IdentificationRun
from models.providers import Provider
from queries.support_map import NO_CLUSTER, support_map, total
from tests.casework import stages
from tests.casework.world import SCHOOLS, START, desk_at, priority


def _world(session: Session) -> None:
    """School 1 is supported, 2 is being brokered, 3 has need alone, 4 is supported without need, 5 is only watched, 6
    is in no cluster and has need in reading."""
    for stage, urn in ((stages.active, SCHOOLS[0]), (stages.brokering, SCHOOLS[1]), (stages.active, SCHOOLS[3])):
        stage(session, urn)
    run = IdentificationRun(
        la_code=838, as_of=START, digest="d", run_at=desk_at(session, START).now, schools=6, findings=5
    )
    session.add(run)
    session.flush()
    for urn, theme, level in (
        (SCHOOLS[0], "maths", "below-95"),
        (SCHOOLS[1], "maths", "below-95"),
        (SCHOOLS[2], "maths", "below-998"),
        (SCHOOLS[4], "maths", "watch"),
        (SCHOOLS[5], "reading", "below-95"),
    ):
        found = priority(session, urn, theme)
        found.run_id, found.level = run.id, level
    for membership in session.query(ClusterMembership).filter_by(urn=SCHOOLS[5]):
        session.delete(membership)
    session.flush()


def test_need_and_support_meet_or_do_not(session: Session) -> None:
    _world(session)
    found = support_map(session, START)
    assert (found.themes, found.clusters) == (("Maths", "Reading"), ("Blackmore Vale", NO_CLUSTER))
    maths = found.cell("Maths", "Blackmore Vale")
    assert maths is not None
    assert (maths.need, maths.met, maths.coming, maths.unmet, maths.without_need) == (3, 1, 1, 1, 1)
    assert maths.words == (
        "1 of 3 in need supported, 1 being arranged, 1 without support, 1 supported without need in the figures"
    )
    assert [(one.provider, one.school) for one in maths.support] == [
        ("Provider TSA1", "School 1 St Wite’s Primary"),
        ("Provider TSA1", "School 4 St Wite’s Primary"),
    ]
    reading = found.cell("Reading", NO_CLUSTER)
    assert reading is not None
    assert (reading.need, reading.unmet) == (1, 1)
    assert found.cell("Reading", "Blackmore Vale") is None
    need, met, coming, unmet, without = total(found.cells)
    assert need == met + coming + unmet == 4
    assert without == 1


def test_the_map_as_it_was_before_anything_is_empty(session: Session) -> None:
    assert support_map(session, START).cells == ()


def test_the_command(database: str, tmp_path: Path) -> None:
    with session_scope() as session:
        _world(session)
        session.query(Cluster).filter_by(code="C1").one().name = "=2+2"
        session.query(Provider).filter_by(code="TSA1").one().name = "@SUM(A1)"
    run = CliRunner()
    told = json.loads(run.invoke(map_, ["--json", "--as-of", START.isoformat()], catch_exceptions=False).stdout)
    assert told["cells"][0]["unmet"] == 1
    assert told["cells"][0]["support"][0]["provider"] == "@SUM(A1)"
    assert "without" in run.invoke(map_, ["--as-of", START.isoformat()]).stdout.lower()
    only = json.loads(run.invoke(map_, ["--theme", "reading", "--json", "--as-of", START.isoformat()]).stdout)
    assert [one["theme"] for one in only["cells"]] == ["Reading"]
    file = tmp_path / "map.xlsx"
    assert run.invoke(map_, ["--xlsx", str(file), "--as-of", START.isoformat()]).exit_code == 0
    cells = [cell for row in load_workbook(io.BytesIO(file.read_bytes())).worksheets[0].iter_rows() for cell in row]
    assert "=2+2" in [cell.value for cell in cells]
    assert not [cell for cell in cells if cell.data_type == "f"]
