"""Identification shows no figure of fewer than 6 pupils, and none from which one could be worked out."""

import json
from dataclasses import asdict

import numpy as np
import pytest

from analysis.evidence import Observation, Reference
from analysis.identification import identify
from rules.measures import WHOLE_OF
from rules.small_numbers import may_show, may_show_part

YEARS = ("2016-17", "2017-18")
CODES = ("ks2_rwm_exp", "ks2_rwm_exp_dis", "ks2_rwm_exp_other", "ks2_read_exp", "ks2_mat_exp")


def _tiny_schools(seed: int) -> list[Observation]:
    """Schools of 6 to 30 pupils, some of them in trouble, as if nobody had suppressed anything."""
    draw = np.random.default_rng(seed)
    seen = []
    for urn in range(1000, 1080):
        level = draw.normal(20 if urn % 8 == 0 else 65, 5) / 100
        for year in YEARS:
            whole = int(draw.integers(3, 31))
            part = int(draw.integers(0, whole + 1))
            for code in CODES:
                cohort = part if code.endswith("_dis") else whole - part if code.endswith("_other") else whole
                if cohort:
                    value = round(100 * draw.binomial(cohort, level) / cohort, 1)
                    seen.append(Observation(urn, code, year, float(value), cohort))
    return seen


@pytest.mark.parametrize("seed", range(6))
def test_nothing_of_few_pupils_is_shown(seed: int) -> None:
    seen = _tiny_schools(seed)
    cohorts = {(one.urn, one.measure, one.year): one.cohort for one in seen}
    references = {(code, year): Reference(65.0) for code in CODES for year in YEARS}
    found = identify(seen, references)
    shown = 0
    for one in (*found.findings, *found.watch):
        for item in one.evidence:
            measure = "ks2_rwm_exp_dis" if item.measure == "ks2_rwm_gap" else item.measure
            for year in item.years:
                shown += 1
                cohort = cohorts[one.urn, measure, year]
                assert may_show(cohort)
                if measure in WHOLE_OF:
                    assert may_show_part(cohort, cohorts[one.urn, WHOLE_OF[measure], year])
    assert shown > 20


def test_changing_what_is_suppressed_changes_nothing_that_is_shown() -> None:
    """The strictest reading: with other values in the small cells the whole output is the same, to the letter."""
    seen = _tiny_schools(3)
    wholes = {(one.urn, one.measure, one.year): one.cohort for one in seen}
    references = {(code, year): Reference(65.0) for code in CODES for year in YEARS}

    def is_hidden(one: Observation) -> bool:
        rest_is_small = one.measure in WHOLE_OF and not may_show_part(
            one.cohort, wholes.get((one.urn, WHOLE_OF[one.measure], one.year))
        )
        return not may_show(one.cohort) or rest_is_small

    changed = [
        Observation(one.urn, one.measure, one.year, 100.0 - (one.value or 0.0), one.cohort) if is_hidden(one) else one
        for one in seen
    ]
    assert sum(a != b for a, b in zip(seen, changed, strict=True)) > 50

    def output(observations: list[Observation]) -> str:
        return json.dumps(asdict(identify(observations, references)), sort_keys=True, default=str)

    assert output(changed) == output(seen)
