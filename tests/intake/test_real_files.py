"""Every published file: written once, unchanged the second time, or refused with nothing changed."""

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from config.database import session_scope
from models.base import Base
from models.imports import ImportRun
from models.results import PublishedResult
from models.schools import School, TrustMembership
from queries.evidence import baselines, predecessors
from rules.errors import Refused
from tasks.import_file import import_file

AS_OF = date(2025, 9, 1)
IN_ORDER = (
    ("gias/gias_search_results_850_20220420.csv", "schools"),
    ("performance/2021-2022/england_school_information.xlsx", "schools"),
    ("performance/2018-2019/england_school_information.xlsx", "schools"),
    ("gias/edubaseallacademiesandfree20211231.csv", "schools"),
    ("gias/allgroupsdata20260821.csv", "groups"),
    ("gias/grouplinks_edubaseallacademiesandfree20240329.csv", "groups"),
    ("gias/alllinksdata_resaved_20220831.csv", "groups"),
    ("gias/links_edubasealldata20260821.csv", "links"),
    ("performance/2016-2017/850_ks2final.csv", "ks2"),
    ("performance/2017-2018/850_ks2final.csv", "ks2"),
    ("performance/2024-2025/919_ks2final_sample.csv", "ks2"),
    ("performance/2016-2017/850_ks4final.csv", "ks4"),
    ("performance/2017-2018/850_ks4final.csv", "ks4"),
    ("performance/2017-2018/england_ks4provisional.csv", "ks4"),
    ("performance/2018-2019/england_ks4provisional.csv", "ks4"),
    ("performance/2017-2018/england_abs.csv", "absence"),
    ("performance/2018-2019/england_abs.csv", "absence"),
    ("performance/2017-2018/england_census.csv", "census"),
    ("performance/2018-2019/england_census.csv", "census"),
    ("performance/2021-2022/england_census.csv", "census"),
    ("performance/2024-2025/england_census.csv", "census"),
    ("ofsted/Maintained_schools_External_Management_Information___31_May_2015.xlsx", "ofsted"),
    ("ofsted/england_ofsted-schools_20180731.xlsx", "ofsted"),
    ("calendar/term-dates-dorset.csv", "calendar"),
    ("calendar/bank-holidays.json", "bank-holidays"),
)


def contents(session: Session) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but the log of imports, as it is."""
    return {
        table.name: sorted((tuple(row) for row in session.execute(sa.select(table))), key=repr)
        for table in Base.metadata.sorted_tables
        if table.name != ImportRun.__tablename__
    }


def counts(session: Session) -> dict[str, int]:
    return {
        table.name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }


def test_every_file_is_written_once_and_unchanged_the_second_time(database: str, real_data: Path) -> None:
    for name, kind in IN_ORDER:
        report = import_file(str(real_data / name), kind, None, AS_OF, "838")
        assert report.read > 0, name
        assert report.written + report.changed + report.unchanged > 0, name
        with session_scope() as session:
            before = contents(session)
        again = import_file(str(real_data / name), kind, None, AS_OF, "838")
        assert (again.written, again.changed) == (0, 0), name
        with session_scope() as session:
            assert contents(session) == before, name


def test_all_other_files_are_refused_and_change_nothing(database: str, real_data: Path) -> None:
    with session_scope() as session:
        before = counts(session)
    taken = {real_data / name for name, _ in IN_ORDER}
    refused = 0
    for path in sorted(real_data.rglob("*.*")):
        if path not in taken and path.is_file():
            with pytest.raises(Refused):
                import_file(str(path), None, None, AS_OF, "838")
            refused += 1
    assert refused >= 15
    with session_scope() as session:
        assert counts(session) == before


def test_a_converted_school_keeps_its_past_through_the_links(database: str, real_data: Path) -> None:
    for name, kind in IN_ORDER[:8]:
        import_file(str(real_data / name), kind, None, AS_OF, "838")
    with session_scope() as session:
        # The convert 152253 is the successor of 107701 in GIAS's links.
        assert 107701 in predecessors(session, 152253)
        session.add(PublishedResult(urn=107701, measure="ks2_mat_exp", year="2023-24", cohort=30, value=61.0))
        session.flush()
        found = baselines(session, 152253, "maths")
        assert [(one.measure, one.value) for one in found] == [("ks2_mat_exp", 61.0)]
        session.rollback()


def test_figures_of_hampshire_stand_as_they_were_published(database: str, real_data: Path) -> None:
    import_file(str(real_data / "performance/2017-2018/850_ks2final.csv"), None, None, AS_OF, "850")
    with session_scope() as session:
        low = session.scalars(
            sa.select(PublishedResult).where(
                PublishedResult.measure == "ks2_rwm_exp", PublishedResult.year == "2017-18"
            )
        ).all()
        assert all((row.value is None) != (row.missing is None) for row in low)
        assert {row.missing.value for row in low if row.missing} >= {"suppressed"}
        assert 250 < sum(row.value is not None for row in low) < 331


def test_trusts_are_counted_by_type_not_by_rows(database: str, real_data: Path) -> None:
    for name, kind in IN_ORDER[1:6]:
        import_file(str(real_data / name), kind, None, AS_OF, "838")
    with session_scope() as session:
        many = session.execute(
            sa.select(TrustMembership.urn, sa.func.count())
            .where(TrustMembership.ends_on.is_(None))
            .group_by(TrustMembership.urn)
            .having(sa.func.count() > 2)
        ).all()
        assert many == []
        assert (session.scalar(sa.select(sa.func.count()).select_from(School)) or 0) > 300
