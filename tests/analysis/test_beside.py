"""What stands beside a judgement: the course over the years, and schools with similar pupils."""

import numpy as np
import pytest

from analysis.evidence import IdentificationPolicy, Observation, Reference
from analysis.identification import identify
from analysis.similar import SchoolContext
from tests.analysis.areas import invented_area

YEARS = ("2015-16", "2016-17", "2017-18")
EVERYONE = IdentificationPolicy(watch_z=10.0)


def _falling(seed: int = 3) -> tuple[list[Observation], dict[tuple[str, str], Reference]]:
    draw = np.random.default_rng(seed)
    seen = []
    for urn in range(1000, 1060):
        level = draw.normal(70, 5)
        seen += [
            Observation(urn, "ks2_mat_exp", year, float(round(100 * draw.binomial(60, level / 100) / 60)), 60)
            for year in YEARS
        ]
    seen += [Observation(9, "ks2_mat_exp", year, value, 90) for year, value in zip(YEARS, (85, 60, 35), strict=True)]
    return seen, {("ks2_mat_exp", year): Reference(70.0) for year in YEARS}


def test_a_school_that_gets_worse_is_said_to() -> None:
    seen, references = _falling()
    found = identify(seen, references, EVERYONE)
    (item,) = next(one for one in found.watch if one.urn == 9).evidence
    assert item.trend == pytest.approx(-25, abs=3)
    assert item.trend_q is not None
    assert item.trend_q <= 0.05
    (said,) = item.beside
    assert said == (
        "Key stage 2 maths at the expected standard: from 2015-16 to 2017-18 it has become worse by about 24.5 points "
        "a year against the figure it is held against, more than schools ordinarily change."
    )
    others = [item for one in found.watch if one.urn != 9 for item in one.evidence]
    assert sum(bool(one.beside) for one in others) <= 2


def test_hardly_anybody_is_said_to_change_where_nobody_does() -> None:
    said = 0
    for seed in range(12):
        area = invented_area(seed)
        found = identify(area.observations, area.references, EVERYONE)
        said += any("it has become" in words for one in found.watch for item in one.evidence for words in item.beside)
    assert said <= 3


def test_one_year_has_no_course() -> None:
    seen, references = _falling()
    found = identify([one for one in seen if one.year == "2017-18"], references, EVERYONE)
    assert all(item.trend is None for one in (*found.findings, *found.watch) for item in one.evidence)


def _two_kinds() -> tuple[list[Observation], dict[int, SchoolContext]]:
    """Forty schools with few children on free meals that reach 80%, forty with many that reach 60%."""
    draw = np.random.default_rng(8)
    seen, context = [], {}
    for n in range(80):
        poor = n >= 40
        count = draw.binomial(60, 0.6 if poor else 0.8)
        seen.append(Observation(1000 + n, "ks2_mat_exp", "2017-18", float(round(100 * count / 60)), 60))
        fsm = float(draw.uniform(45, 55) if poor else draw.uniform(5, 10))
        context[1000 + n] = SchoolContext("primary", 210.0 + n, fsm, 10.0 + n % 5, 14.0 + n % 7)
    return seen, context


def test_similar_schools_stand_beside_and_change_no_judgement() -> None:
    seen, context = _two_kinds()
    references = {("ks2_mat_exp", "2017-18"): Reference(80.0)}
    plain = identify(seen, references, EVERYONE)
    beside = identify(seen, references, EVERYONE, context=context)
    judged = [(one.urn, one.rank, one.score, one.sentence) for one in (*plain.findings, *plain.watch)]
    assert [(one.urn, one.rank, one.score, one.sentence) for one in (*beside.findings, *beside.watch)] == judged
    by_urn = {one.urn: one.evidence[0] for one in (*beside.findings, *beside.watch)}
    poor = [by_urn[1000 + n] for n in range(40, 80)]
    assert np.mean([one.similar for one in poor if one.similar is not None]) == pytest.approx(60, abs=5)
    assert sum(abs(one.similar_z or 0) > 1.96 for one in poor) <= 4
    assert "the 20 schools with the most similar pupils come to about" in poor[0].beside[0]


def test_similar_schools_need_a_census() -> None:
    seen, context = _two_kinds()
    few = {urn: one for urn, one in context.items() if urn < 1030}
    found = identify(seen, {}, EVERYONE, context=few)
    assert all(item.similar is None for one in (*found.findings, *found.watch) for item in one.evidence)
