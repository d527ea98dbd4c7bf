"""Every list as a file: linked from its page, of both kinds, whole, and with no formula in any cell."""

import csv
import io
import re
from datetime import date

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework.fund_book import PARTS
from casework.programme import By
from config import clock
from config.settings import settings
from models.clusters import Cluster
from models.contacts import Contact
from models.fund import Contribution, FundYear
from models.priorities import IdentificationRun, Priority
from models.providers import Provider
from models.results import PublishedResult, ReferenceResult
from models.schools import School
from models.themes import Theme
from tests.casework.programme_world import AFTER, make_programme
from tests.casework.world import SCHOOLS, START
from tests.web.addresses import address
from tests.web.board_pages import AUTUMN_1
from tests.web.conftest import TODAY, Site
from web.routes import RULES, Rule

FORMULA = '=HYPERLINK("http://evil.example","x")'
FILES = [rule for rule in RULES if rule.path.endswith(".{kind}")]
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def rows_of(site: Site, path: str) -> list[list[str]]:
    answered = site.get(path)
    assert answered.status_code == 200, path
    return list(csv.reader(io.StringIO(answered.content.decode("utf-8-sig"))))


def of_kind(site: Site, rule: Rule, kind: str) -> str:
    return f"{address(site, rule).rpartition('.')[0]}.{kind}"


def name_everything(site: Site, name: str) -> None:
    """What people type, and what comes in files, is called by a formula; the priorities are those of a run."""
    with Session(site.engine) as session, session.begin():
        for table in (School, Provider, Theme, Cluster):
            session.execute(sa.update(table).values(name=name))
        session.execute(sa.update(Contact).values(first_name=name))
        run = IdentificationRun(la_code=838, as_of=TODAY, digest="d", run_at=clock.now(), schools=6, findings=5)
        session.add(run)
        session.flush()
        session.execute(sa.update(Priority).values(run_id=run.id, sentence=name))
        year = session.scalars(sa.select(FundYear).where(FundYear.label == "2025-26")).one()
        session.add(Contribution(fund_year_id=year.id, contributor=name, basis=name, pence=5, received_on=TODAY))


def test_no_cell_of_any_file_is_a_formula(site: Site) -> None:
    """Excel reads a CSV's text beginning with one of these signs as a formula, and openpyxl writes `=` as one."""
    name_everything(site, FORMULA)
    harmless = 0
    for path in (*(address(site, rule) for rule in FILES), *(f"/fund/2025-26/{part}.csv" for part in PARTS)):
        for line in rows_of(site, f"{path.rpartition('.')[0]}.csv"):
            assert [cell for cell in line if cell.startswith(("=", "+", "@", "\t"))] == [], path
            harmless += sum(cell.startswith("'=") for cell in line)
        sheet = openpyxl.load_workbook(io.BytesIO(site.get(f"{path.rpartition('.')[0]}.xlsx").content)).active
        assert sheet is not None
        assert [cell.coordinate for line in sheet.iter_rows() for cell in line if cell.data_type == "f"] == [], path
    assert harmless > 20


def test_every_file_comes_in_both_kinds_and_no_other(site: Site) -> None:
    for rule in FILES:
        for kind, begins in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
            answered = site.get(of_kind(site, rule, kind))
            if answered.status_code == 404:
                assert "measures" in rule.path, rule.path  # no results are in the small world
                continue
            assert answered.content.startswith(begins), rule.path
            assert re.fullmatch(rf'attachment; filename="[\w.-]+\.{kind}"', answered.headers["content-disposition"])
        assert site.get(of_kind(site, rule, "exe")).status_code == 404, rule.path
    for wrong in ("/fund/1999-00/cases.csv", "/fund/2025-26/nothing.csv", "/impact/nothing.csv", "/schools/1.csv"):
        assert site.get(wrong).status_code == 404, wrong


def test_each_list_s_page_leads_to_its_file(site: Site) -> None:
    name_everything(site, "Anything")
    pages = {
        "/fund/{year}/{part}.{kind}": "/fund",
        "/impact/{by}.{kind}": "/impact",
        "/map/support.{kind}": "/map",
        "/board/meetings.{kind}": "/board",
    }
    for rule in FILES:
        path = address(site, rule).rpartition(".")[0]
        text = site.get(pages.get(rule.path, path)).text
        if rule.path in NOTHING_THERE:
            continue
        assert f'href="{path}.csv' in text, rule.path
        assert f'href="{path}.xlsx' in text, rule.path


NOTHING_THERE = ("/impact/{by}.{kind}", "/priorities/measures/{measure}.{kind}")
"""Lists that are empty in the small world, so that their pages offer no file."""


def test_finance_takes_along_what_the_command_gives(site: Site) -> None:
    with site.as_role("finance") as browser:
        assert browser.get("/fund/2025-26/cases.xlsx").status_code == 200
    years = rows_of(site, "/fund.csv")
    year = next(dict(zip(years[0], line, strict=True)) for line in years[1:] if line[0] == "2025-26")
    cases = rows_of(site, "/fund/2025-26/cases.csv")
    held = [dict(zip(cases[0], line, strict=True)) for line in cases[1:]]
    assert {one["Case"] for one in held} == set(site.cases.values())
    for part in ("cases", "themes", "clusters"):
        head, *lines = rows_of(site, f"/fund/2025-26/{part}.csv")
        for column in ("Reserved", "Committed", "Spent"):
            total = sum(float(line[head.index(column)]) for line in lines)
            assert f"{total:.2f}" == year[column], (part, column)
    sheet = openpyxl.load_workbook(io.BytesIO(site.get("/fund.xlsx").content)).active
    assert sheet is not None
    assert (sheet["B2"].data_type, sheet["B2"].number_format) == ("n", '"£"#,##0.00')


def test_attendance_is_a_row_a_member_and_meeting(site: Site) -> None:
    head, *lines = rows_of(site, "/board/attendance.csv")
    assert head == ["Day", "Meeting", "Member", "Group", "Attendance", "Who came instead"]
    days = [line[0] for line in lines]
    assert days == sorted(days, reverse=True)
    assert {date.fromisoformat(day) for day in days} == {START, AUTUMN_1}
    assert {line[4] for line in lines} == {"Present", "Absent"}


def test_the_map_s_files_hold_what_its_page_says(site: Site) -> None:
    head, *lines = rows_of(site, "/map/support.csv")
    assert head == ["Theme", "Provider", "School", "Cluster", "Case"]
    assert {line[4] for line in lines} == {site.cases["planning"], site.cases["active"]}
    head, *cells = rows_of(site, "/map.csv")
    assert head[-1] == "Who supports whom"
    assert all(reference in str(cells) for reference in (site.cases["planning"], site.cases["active"]))


def test_figures_are_numbers_and_what_is_withheld_says_so(site: Site) -> None:
    with Session(site.engine) as session, session.begin():
        for code, cohort, value in (("ks2_rwm_exp", 30, 51.0), ("ks2_read_exp", 4, 22.0)):
            session.add(PublishedResult(urn=SCHOOLS[0], measure=code, year="2024-25", cohort=cohort, value=value))
    assert f'href="/schools/{SCHOOLS[0]}.csv"' in site.get(f"/schools/{SCHOOLS[0]}").text
    head, *lines = rows_of(site, f"/schools/{SCHOOLS[0]}.csv")
    latest = [line[head.index("2024-25")] for line in lines]
    assert sorted(said for said in latest if said != "–") == ["40.0", "51.0", "withheld"]


def test_the_programme_and_a_measure_are_taken_along_from_their_pages(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a county where support has ended and results are out."""
    with Session(site.engine) as session, session.begin():
        make_programme(session, {"TSA1": [16.0, 24.0], "HUB1": [0.0, 2.0]}, world=False)
        session.add(ReferenceResult(measure="ks2_mat_exp", area="england", year="2025-26", value=72.0))
    monkeypatch.setenv("SIB_TODAY", AFTER.isoformat())
    settings.cache_clear()
    text = site.get("/impact").text
    for by in By:
        assert f'href="/impact/{by}.csv"' in text, by
        head, whole, *groups = rows_of(site, f"/impact/{by}.csv")
        cases = head.index("Cases")
        assert int(whole[cases]) == sum(int(line[cases]) for line in groups) > 0
    path = "/priorities/measures/ks2_mat_exp"
    assert f'href="{path}.xlsx"' in site.get(path).text
    head, *lines = rows_of(site, f"{path}.csv")
    figures = [float(line[4]) for line in lines]
    assert figures == sorted(figures)
    assert len(figures) > 30


def test_anybody_gets_the_list_of_published_minutes_and_of_no_draft(site: Site) -> None:
    with site.as_role(None) as browser:
        published = browser.get("/minutes.csv").content.decode("utf-8-sig")
        assert browser.get("/board/minutes.csv").status_code == 303
    head, *lines = csv.reader(io.StringIO(published))
    assert head[:2] == ["Day", "Meeting"]
    assert [line[1] for line in lines] == ["2025-26/0"]
    written = {line[1]: line[2] for line in rows_of(site, "/board/minutes.csv")[1:]}
    assert written == {"2025-26/0": "published", "2025-26/1": "not written"}
    meetings = [line[1] for line in rows_of(site, "/board/meetings.csv")[1:]]
    assert meetings == [f"2025-26/{number}" for number in range(7)]
