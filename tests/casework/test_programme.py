"""The programme from the database: effects, money and updates by theme, provider, cluster, alliance and Fund year."""

import io
import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from casework.board_impact import board_impact
from casework.candidates import options
from casework.gaps import FEWEST, gap_changes, school_gaps
from casework.programme import By, programme, programmes
from cli.clusters import cluster
from cli.impact import impact
from config.database import session_scope
from models.providers import Provider
from models.results import PublishedResult
from models.schools import School
from papers.impact import to_html, to_markdown
from papers.markdown import as_text
from queries.programme_cases import programme_cases, together
from tests.casework.programme_world import AFTER, BEGAN, ENDED, make_programme
from tests.casework.world import LONG_AGO
from tests.templates import World

GOOD = {"TSA1": [16.0, 24.0, 20.0, 18.0, 22.0, 20.0], "HUB1": [0.0, 2.0, -2.0, 1.0, 0.0, -1.0], "NLE1": [20.0, 19.0]}


@pytest.fixture
def template_world() -> World:
    return the_good_programme


def the_good_programme(session: Session) -> None:
    """Two providers of six cases, one of which does well, and a third of two who does as well."""
    make_programme(session, GOOD)


def test_groups_add_up_to_the_whole_and_a_real_difference_shows(session: Session) -> None:
    for found in programmes(session, AFTER):
        whole, groups = found.whole, found.groups
        assert whole.cases == sum(one.cases for one in groups) == 14
        assert whole.ended == sum(one.ended for one in groups) == 14
        assert whole.evaluated == sum(one.evaluated for one in groups) == 14
        assert whole.pence == sum(one.pence for one in groups) == 14 * 450_000 + sum(range(14))
        assert whole.updates == together(one.updates for one in groups)
        assert (whole.updates.on_time, whole.updates.late, whole.updates.missed) == (19, 5, 4)
        assert whole.beyond == sum(one.beyond for one in groups)
    by_provider = {one.name: one for one in programme(session, AFTER, By.PROVIDER).groups}
    best, plain, two = (by_provider[f"Provider {code}"] for code in ("TSA1", "HUB1", "NLE1"))
    assert best.effect is not None
    assert plain.effect is not None
    assert two.effect is not None
    assert best.effect.lower > 0 > plain.effect.lower
    assert best.pence_a_point is not None
    assert plain.pence_a_point is None
    # Both look alike as they are; two cases are pulled further to the rest than six.
    assert abs(best.effect.plain - two.effect.plain) < 4
    assert best.effect.points > two.effect.points
    assert {one.name for one in programme(session, AFTER, By.CLUSTER).groups} == {"Blackmore Vale", "Purbeck"}
    assert {one.name for one in programme(session, AFTER, By.ALLIANCE).groups} == {"West Alliance", "in no alliance"}
    assert [one.name for one in programme(session, AFTER, By.YEAR).groups] == ["2025-26", "2026-27"]


def test_the_boards_page_says_the_same_in_words_tables_and_charts(session: Session) -> None:
    session.get_one(Provider, 1).name = "=cmd|' /C calc'!A0 <script>alert(1)</script> | A"
    view = board_impact(session, AFTER)
    assert [one.by for one in view.tables] == ["theme", "provider", "family cluster", "alliance", "Fund year"]
    assert view.sentences[0].startswith(
        "Support has begun for 14 cases, 14 of which are over; it costs the Fund £63,00"
    )
    assert any("half would by chance alone" in one for one in view.sentences)
    assert view.apart.startswith("Apart from the rest by more than chance: ")
    assert view.sentences[-1] == "Of 28 impact updates that have fallen due, 19 came on time, 5 late and 4 not at all."
    page, text = to_html(view), to_markdown(view)
    assert "<script>" not in page
    assert page.count("<svg") == page.count("</table>") == len(view.tables)
    for table in view.tables:
        for row in table.rows:
            for cell in row.cells[1:]:
                assert f"<td>{cell}</td>" in page
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in tables} == {12}


def with_gaps(session: Session, begun: dict[int, float], fall: dict[int, float], *, few: int | None = None) -> None:
    """Both groups' results of schools without support, whose gaps fall by 2, and of those supported."""
    draw = np.random.default_rng(5)
    for urn in session.scalars(sa.select(School.urn).where(School.urn >= 120_000)).all():
        first = begun.get(urn, draw.normal(24, 6))
        for year, gap in (("2024-25", first), ("2025-26", first - fall.get(urn, 2) + draw.normal(0, 2))):
            for code, value in (("ks2_rwm_exp_dis", 75 - gap), ("ks2_rwm_exp_other", 75.0)):
                cohort = 5 if urn == few and code == "ks2_rwm_exp_dis" else 45
                session.add(PublishedResult(urn=urn, measure=code, year=year, cohort=cohort, value=float(value)))
    session.flush()


def supported(session: Session) -> list[int]:
    return [urn for urn in session.scalars(sa.select(School.urn).order_by(School.urn)) if urn >= 130_000]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_gaps_narrowed_beyond_schools_that_began_with_one_like_it(session: Session) -> None:
    ours = supported(session)
    with_gaps(session, dict.fromkeys(ours, 30.0), dict.fromkeys(ours, 20.0), few=ours[0])
    assert programme(session, ENDED).gaps == ()
    found = programme(session, AFTER)
    (change,) = found.gaps
    assert (change.years, change.schools) == (("2024-25", "2025-26"), 13), "the one of 5 pupils is in no sum"
    assert change.before == pytest.approx(30, abs=0.5)
    assert change.after == pytest.approx(10, abs=2)
    narrowed = found.whole.narrowed
    assert narrowed is not None
    assert narrowed.cases == found.whole.gap_schools == 13
    assert 0 < narrowed.lower < narrowed.points < 20, "less than the plain fall, which others had too"
    said = board_impact(session, AFTER).sentences
    assert next(one for one in said if "points behind the others" in one).startswith("At 13 supported schools")
    assert said[-1].startswith("Gap narrowed by ")
    assert said[-1].endswith("narrower than would have come anyway.")
    cases = programme_cases(session, AFTER)
    two = school_gaps(session, [one for one in cases if one.urn in ours[:3]], AFTER)
    assert len(two) == 2
    assert gap_changes(two) == (), "two schools would be about one of them"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_gaps_by_group_add_up_and_too_few_schools_say_nothing(session: Session) -> None:
    ours = supported(session)
    good = {one.urn for one in programme_cases(session, AFTER) if one.provider_code == "TSA1"}
    with_gaps(session, dict.fromkeys(ours, 30.0), {urn: 24.0 if urn in good else 6.0 for urn in ours})
    divided = {one.by: one for one in programmes(session, AFTER)}
    for found in divided.values():
        assert sum(one.gap_schools for one in found.groups) == found.whole.gap_schools == 14
        assert all((one.narrowed is None) == (one.gap_schools < FEWEST) for one in found.groups)
        assert found.whole.narrowed == divided[By.THEME].whole.narrowed, "the whole is the same however it is divided"
    by_provider = {one.name: one for one in divided[By.PROVIDER].groups}
    best, plain, two = (by_provider[f"Provider {code}"] for code in ("TSA1", "HUB1", "NLE1"))
    assert best.narrowed is not None
    assert plain.narrowed is not None
    assert best.narrowed.lower > 0
    assert best.narrowed.points < best.narrowed.plain, "pulled to the programme by what six schools cannot carry"
    assert plain.narrowed.points < best.narrowed.points - 5
    assert (two.gap_schools, two.narrowed, two.gap_words) == (2, None, "")
    assert {one.gap_schools for one in divided[By.CLUSTER].groups} == {7}
    view = board_impact(session, AFTER)
    shown = {row.name: row for table in view.tables for row in table.rows}
    assert shown[best.name].gap_cell.startswith(f"{best.narrowed.points:+.1f} (+")
    assert shown[two.name].gap_cell == "–"
    assert "narrower than would have come anyway." in shown[best.name].words
    assert shown[best.name].gap_cell in to_html(view)
    assert as_text(shown[best.name].gap_cell) in to_markdown(view)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_school_counts_once_from_before_its_first_support_that_is_over(session: Session) -> None:
    ours = supported(session)
    with_gaps(session, dict.fromkeys(ours, 30.0), dict.fromkeys(ours, 10.0))
    cases = programme_cases(session, AFTER)
    again = replace(cases[0], commission_id=cases[-1].commission_id + 1, starts_on=BEGAN + timedelta(days=90))
    running = replace(cases[0], commission_id=cases[-1].commission_id + 2, starts_on=LONG_AGO, ended=False)
    gaps = school_gaps(session, [running, again, *cases], AFTER)
    assert len(gaps) == len({one.case.urn for one in gaps}) == 14
    assert {one.case.commission_id for one in gaps} == {one.commission_id for one in cases}


def test_the_track_record_that_ranks_providers_is_pooled(session: Session) -> None:
    known = {one.code: one for one in options(session, AFTER, usual_days=8)}
    best, plain, two = known["TSA1"], known["HUB1"], known["NLE1"]
    assert best.impact_points is not None
    assert two.impact_points is not None
    assert plain.impact_points is not None
    assert best.impact_points > two.impact_points > plain.impact_points
    assert (best.evaluated, two.evaluated, plain.evaluated) == (6, 2, 6)
    assert known["SIP1"].impact_points is None
    assert best.on_time == pytest.approx(2 / 6)


def test_the_command(database: str, tmp_path: Path) -> None:
    with session_scope() as session:
        session.get_one(Provider, 1).name = "=1+1"
    run = CliRunner()
    day = AFTER.isoformat()
    clusters = json.loads(run.invoke(cluster, ["health", "--as-of", day, "--json"], catch_exceptions=False).stdout)
    assert {one["name"]: one["impact"]["cases"] for one in clusters} == {"Blackmore Vale": 7, "Purbeck": 7}
    for one in clusters:
        assert one["impact"]["lower"] < one["impact"]["effect_points"] < one["impact"]["upper"]
        assert "than similar schools without support (95% interval " in one["impact"]["words"]
    shown = run.invoke(cluster, ["health", "C2", "--as-of", day], catch_exceptions=False).stdout
    assert clusters[1]["impact"]["words"] in shown
    asked = run.invoke(impact, ["--by", "provider", "--as-of", day, "--json"], catch_exceptions=False)
    told = json.loads(asked.stdout)
    assert told["whole"]["cases"] == 14
    assert {"name", "cases", "effect_points", "lower", "upper", "pounds_a_case", "updates"} <= told["groups"][0].keys()
    assert told["groups"][0]["gap"]["schools"] == 0
    assert told["groups"][0]["gap"]["narrowed_points"] is None
    assert "14" in run.invoke(impact, ["--as-of", day]).stdout
    file = tmp_path / "impact.xlsx"
    assert run.invoke(impact, ["--by", "provider", "--as-of", day, "--xlsx", str(file)]).exit_code == 0
    sheet = load_workbook(io.BytesIO(file.read_bytes())).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert "=1+1" in [cell.value for cell in cells]
    assert run.invoke(impact, ["--board", "--as-of", day]).stdout.startswith(
        "# What the support did, 10 September 2026"
    )
    assert run.invoke(impact, ["--board", "--html", "--as-of", day]).stdout.startswith("<!doctype html>")
    assert run.invoke(impact, ["--board", "--by", "theme"]).exit_code == 2
    assert run.invoke(impact, ["--placebo", "--by", "theme"]).exit_code == 2
