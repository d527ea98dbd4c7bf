"""On published files: the list is believable, and schools without support show no effect of it."""

import csv
from pathlib import Path

import numpy as np
import pytest

from analysis.differences import difference_interval
from analysis.evidence import Observation, Reference
from analysis.expectation import Comparators, expected_path, forecast, mean_effect, percent_variance
from analysis.identification import identify
from feeds.reading import read_feed
from feeds.rows import ReferenceRow, ResultRow

FOLDERS = {"2016-17": "2016-2017", "2017-18": "2017-2018"}
Read = tuple[list[Observation], dict[tuple[str, str], Reference], dict[tuple[str, str], Reference], frozenset[int]]


@pytest.fixture(scope="module")
def hampshire(real_data: Path) -> Read:
    """Observations, national and county references, and the special schools of Hampshire's key stage 2 tables."""
    seen: list[Observation] = []
    national: dict[tuple[str, str], Reference] = {}
    county: dict[tuple[str, str], Reference] = {}
    special: set[int] = set()
    for folder in FOLDERS.values():
        path = real_data / "performance" / folder / "850_ks2final.csv"
        for row in read_feed(path, "ks2").rows:
            if isinstance(row, ResultRow):
                seen.append(Observation(row.urn, row.measure, row.year, row.value, row.cohort, row.lower, row.upper))
            elif isinstance(row, ReferenceRow) and row.value is not None and row.area in ("england-state", "la:850"):
                kept = national if row.area == "england-state" else county
                kept[row.measure, row.year] = Reference(row.value, row.cohort)
        with path.open(encoding="utf-8-sig", newline="") as file:
            special |= {int(row["URN"]) for row in csv.DictReader(file) if row["RECTYPE"] == "2"}
    return seen, national, county, frozenset(special)


def test_a_county_has_a_short_list_and_a_longer_one_to_watch(hampshire: Read) -> None:
    seen, national, county, special = hampshire
    found = identify(seen, national, not_mainstream=special, area=county)
    assert 1 <= len(found.findings) <= 30
    assert len(found.findings) + len(found.watch) >= 20
    assert not {one.urn for one in (*found.findings, *found.watch)} & special
    assert all("none" not in one.sentence.lower() for one in (*found.findings, *found.watch))
    # Progress in maths in Hampshire was below the country's in both years; its attainment was not.
    assert [one.measure for one in found.area_wide] == ["ks2_mat_progress"]


def test_last_years_list_changes_gently_with_a_new_year(hampshire: Read) -> None:
    seen, national, _, special = hampshire
    before = identify([one for one in seen if one.year == "2016-17"], national, not_mainstream=special)
    after = identify(seen, national, not_mainstream=special)
    leading = {one.urn for one in (*before.findings, *before.watch)[:20]}
    kept = {one.urn for one in (*after.findings, *after.watch)}
    assert len(leading & kept) >= 8


def test_schools_without_support_show_no_effect_of_support(hampshire: Read) -> None:
    seen, _, _, special = hampshire
    values = {
        (one.urn, one.year): one
        for one in seen
        if one.measure == "ks2_rwm_exp" and one.value is not None and one.cohort and one.urn not in special
    }
    both = sorted(urn for urn, year in values if year == "2016-17" and (urn, "2017-18") in values)
    first, second = ([values[urn, year] for urn in both] for year in FOLDERS)
    before, after = (np.array([one.value for one in ones], dtype=float) for ones in (first, second))
    sizes = [np.array([one.cohort for one in ones]) for ones in (first, second)]
    chance = [percent_variance(value, size) for value, size in zip((before, after), sizes, strict=True)]
    low = np.flatnonzero(before <= np.quantile(before, 1 / 3))
    draw, wrong, naive_wrong, effects, naive = np.random.default_rng(850), 0, 0, [], []
    draws = 200
    for _ in range(draws):
        chosen = draw.choice(low, 12, replace=False)
        rest = np.setdiff1d(np.arange(len(both)), chosen)
        path = expected_path(Comparators(before[rest], after[rest], chance[0][rest], chance[1][rest]))
        expected = []
        for at in chosen:
            level = forecast(path, before[at], float(chance[0][at]), 0.0).value
            expected.append(
                forecast(path, before[at], float(chance[0][at]), float(percent_variance(level, sizes[1][at])))
            )
        found = mean_effect([float(after[at]) for at in chosen], expected)
        wrong += not found.lower <= 0 <= found.upper
        effects.append(found.difference)
        pupils = [int(size[chosen].sum()) for size in sizes]
        raw = difference_interval(
            float(np.average(before[chosen], weights=sizes[0][chosen])),
            pupils[0],
            float(np.average(after[chosen], weights=sizes[1][chosen])),
            pupils[1],
        )
        naive_wrong += raw.lower > 0
        naive.append(float((after - before)[chosen].mean()))
    print(  # noqa: T201 - the naive figure belongs beside the honest one, for whoever runs this with -s
        f"placebo: {wrong / draws:.3f} significant, mean {np.mean(effects):+.2f} points; "
        f"naive: {naive_wrong / draws:.3f}, mean {np.mean(naive):+.2f} points"
    )
    assert wrong / draws <= 0.06
    assert abs(float(np.mean(effects))) <= 1.0
    assert float(np.mean(naive)) > 5
