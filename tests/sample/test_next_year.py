"""The year of results that the demo ends with: the same area, and what support truly added."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from feeds.reading import read_feed
from feeds.rows import ResultRow
from sample.area import Area, generate_area
from sample.next_year import Effect, with_next_year, write_next_year
from sample.places import Kind
from sample.results_day import results_day

START = date(2025, 9, 1)


@pytest.fixture(scope="module")
def area() -> Area:
    return generate_area(schools=155, seed=2018, start=START, la_code=898)


def _figures(folder: Path, effects: list[Effect]) -> dict[tuple[int, str], float]:
    files = write_next_year(folder, schools=155, seed=2018, start=START, la_code=898, effects=effects)
    assert [(file.kind, file.year) for file in files] == [
        (kind, "2025-26") for kind in ("ks2", "ks4", "absence", "census")
    ]
    rows = (row for file in files for row in read_feed(file.path, file.kind, file.year).rows)
    return {(row.urn, row.measure): row.value for row in rows if isinstance(row, ResultRow) and row.value is not None}


def test_support_raises_the_school_and_the_theme_it_was_for(area: Area, tmp_path: Path) -> None:
    school = max((one for one in area.places.schools if one.kind is Kind.JUNIOR), key=lambda one: one.cohort)
    plain = _figures(tmp_path / "plain", [])
    raised = _figures(tmp_path / "raised", [Effect(school.urn, "reading", 25.0)])
    assert raised[school.urn, "ks2_read_exp"] > plain[school.urn, "ks2_read_exp"]
    assert raised[school.urn, "ks2_rwm_exp"] > plain[school.urn, "ks2_rwm_exp"]
    worse = _figures(tmp_path / "absent", [Effect(school.urn, "attendance", 25.0)])
    assert worse[school.urn, "absence_persistent"] < plain[school.urn, "absence_persistent"]


def test_it_is_the_same_area_drawn_anew(area: Area) -> None:
    (after,) = with_next_year(area, 2018, []).results
    figures = []
    for year in (*area.results[-2:], after):
        cells = zip(year.ks2.schools, year.ks2.columns["PTRWM_EXP"], strict=True)
        figures.append({school.urn: float(cell.rstrip("%")) for school, cell in cells if cell.endswith("%")})
    both = sorted(figures[0].keys() & figures[1].keys() & figures[2].keys())
    assert len(both) > 80
    earlier, newest, next_one = (np.array([one[urn] for urn in both]) for one in figures)
    assert not np.array_equal(newest, next_one)
    usual = np.corrcoef(earlier, newest)[0, 1]
    assert np.corrcoef(newest, next_one)[0, 1] == pytest.approx(usual, abs=0.15), "who was low is as low again"


def test_results_come_out_on_a_weekday_of_september() -> None:
    assert results_day("2025-26") == date(2026, 9, 1)
    assert results_day("2027-28") == date(2028, 9, 1)
    assert results_day("2023-24") == date(2024, 9, 2)
