"""A year of results more changes the list of priorities gently: who stood out still does."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from analysis.evidence import Identification
from sample.area import generate_area
from tests.sample.reading_an_area import judged, written_and_read


def _flagged(found: Identification) -> set[tuple[int | None, str]]:
    return {(one.urn, one.theme) for one in found.findings}


@pytest.mark.parametrize("seed", [2018, 2])
def test_nobody_flagged_leaves_the_list_and_hardly_anybody_joins_it(seed: int, tmp_path: Path) -> None:
    read = written_and_read(generate_area(start=date(2025, 9, 1), la_code=838, seed=seed), tmp_path)
    newest = max(feed.year for feed in read.feeds if feed.year)
    before = judged(replace(read, feeds=[feed for feed in read.feeds if feed.year != newest]))
    after = judged(read)
    listed = {(one.urn, one.theme) for one in (*after.findings, *after.watch)}
    assert len(_flagged(before)) >= 25
    assert _flagged(before) <= listed
    assert len(_flagged(before) & _flagged(after)) >= 0.9 * len(_flagged(before))
    assert len(_flagged(after) - _flagged(before)) <= 0.2 * len(_flagged(after))
