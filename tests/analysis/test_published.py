"""Identification on published files: the list is believable."""

import csv
from pathlib import Path

import pytest

from analysis.evidence import Observation, Reference
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
    first, second = ((*one.findings, *one.watch) for one in (before, after))
    leading = {one.urn for one in first[:20]}
    kept = {one.urn for one in second}
    urgent = [one.urn for one in before.findings]
    stayed = sum(urn in kept for urn in urgent)
    print(  # noqa: T201 - recorded in docs/evidence-methods.md
        f"one more year: {len(leading & kept)} of the first {len(leading)} schools are still listed, "
        f"{stayed} of {len(urgent)} flagged; the new list's first 20 share "
        f"{len(leading & {one.urn for one in second[:20]})}"
    )
    assert len(leading & kept) >= 8
    assert stayed >= 0.5 * len(urgent)
    # Chance alone: 20 of some 330 schools drawn twice share one or two.
    assert len(leading & {one.urn for one in second[:20]}) >= 4
