"""A Board for several authorities, or a nation: each area is judged by itself, and without reading the others."""

import asyncio
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from casework import identifying
from casework.comparing import pairs_of_years
from casework.desk import Desk
from casework.published_evidence import judge
from cli.main import sib
from config.database import reading_scope
from config.settings import settings
from flows.identify import identify
from models.priorities import IdentificationRun, Priority, PriorityScope
from models.results import ReferenceResult
from models.runs import RunReport
from models.schools import School
from queries import of_schools
from queries.authorities import authority_names
from rules.errors import Refused
from sample import founding
from sample.loading import load_area
from tasks.reports import ChecksFailed
from tests.counting import plans

START = date(2025, 9, 1)
OTHERS = (201, 202)
SCHOOLS = 150


@pytest.fixture
def nation(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Three authorities of fifty schools each, all of them served."""
    monkeypatch.setattr(founding, "LARGEST_AREA", 50)
    monkeypatch.setenv("SIB_OTHER_AREAS", "201, 202,838,201")
    settings.cache_clear()
    assert load_area(tmp_path, schools=SCHOOLS, active=0, seed=7, start=START).areas == (838, *OTHERS)
    yield
    settings.cache_clear()


@pytest.mark.usefixtures("nation")
def test_every_area_that_is_served_is_judged_by_itself() -> None:
    assert settings().areas == (838, *OTHERS)
    with reading_scope() as session:
        assert authority_names(session, [202, 838, 999]) == {202: "Dorsetshire 3", 838: "Dorsetshire", 999: "999"}
    facts = asyncio.run(identify.fn(as_of=START))
    assert (facts["areas"], facts["schools"]) == (3, SCHOOLS)
    with reading_scope() as session:
        runs = {run.la_code: run for run in session.scalars(sa.select(IdentificationRun))}
        assert set(runs) == {838, *OTHERS}
        assert facts["run"] == runs[838].id
        assert facts["findings"] == sum(run.findings for run in runs.values()) > 0
        where = sa.select(Priority.la_code, School.la_code).join(School, School.urn == Priority.urn)
        assert all(
            judged == stands for judged, stands in session.execute(where.where(Priority.scope == PriorityScope.SCHOOL))
        )
        own_figures = sa.select(ReferenceResult.area).where(ReferenceResult.area.like("la:%"))
        assert set(session.scalars(own_figures)) == {"la:838", "la:201", "la:202"}
    shown = [row.split("\t") for row in CliRunner().invoke(sib, ["priorities"]).stdout.splitlines()]
    assert shown[0][-1] == "LA"
    assert {row[-1] for row in shown[1:]} == {"838", "201", "202"}
    of_one = CliRunner().invoke(sib, ["priorities", "--la", "201"]).stdout.splitlines()
    assert of_one[0].split("\t")[-1] == "Evidence"
    again = asyncio.run(identify.fn(la=OTHERS[0], as_of=START))
    assert again["run"] == runs[OTHERS[0]].id
    assert again["areas"] == 1


@pytest.mark.usefixtures("nation")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_authority_that_cannot_be_judged_keeps_no_other_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(desk: Desk, la_code: int) -> IdentificationRun:
        if la_code in refused:
            raise Refused("Its figures cannot be read.")
        return judged(desk, la_code)

    judged, refused = identifying.identify_area, {201}
    monkeypatch.setattr(identifying, "identify_area", refusing)
    with pytest.raises(ChecksFailed, match=r"^Authority 201 was not judged: Its figures cannot be read\.$"):
        asyncio.run(identify.fn(as_of=START))
    with reading_scope() as session:
        assert set(session.scalars(sa.select(IdentificationRun.la_code))) == {838, 202}
        assert session.scalars(sa.select(RunReport.facts)).one()["areas"] == 2
    refused |= {838, 202}
    with pytest.raises(Refused, match=r"^Authority 838 was not judged"):
        asyncio.run(identify.fn(as_of=START))


@pytest.mark.usefixtures("nation")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_area_is_judged_the_same_from_its_own_rows_and_from_everybodys(monkeypatch: pytest.MonkeyPatch) -> None:
    def found() -> list[Any]:
        with reading_scope() as session:
            pairs = pairs_of_years(session, "ks2_mat_exp", "2022-23", ("2024-25",), la_code=201)
            return [judge(session, la, START) for la in (838, *OTHERS)] + [pairs[0], pairs[1], pairs[2].after.tolist()]

    from_its_own = found()
    monkeypatch.setattr(of_schools, "MANY", 0)
    assert repr(found()) == repr(from_its_own)


@pytest.mark.usefixtures("nation")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # PostgreSQL keeps statistics by itself
def test_an_area_is_judged_and_compared_without_reading_the_others() -> None:
    with reading_scope() as session, plans(session, lambda statement: statement.startswith("SELECT")) as steps:
        judge(session, 201, START)
        pairs_of_years(session, "absence_persistent", "2022-23", ("2024-25",), la_code=201)
    large = ("published_results", "listed_schools", "school_links", "inspections", "commissions")
    asked = [one for one in steps if any(f" {table}" in one for table in large)]
    assert {table for table in large if any(f" {table}" in one for one in asked)} == set(large)
    assert [one for one in asked if "urn=?" not in one and "la_code=? AND year=?" not in one] == []
