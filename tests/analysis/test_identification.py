"""Identification as a whole: who is found, who is not, and how it is said."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.evidence import Identification, IdentificationPolicy, Level, Observation, Reference
from analysis.identification import combined, identify
from rules.errors import Refused
from tests.analysis.areas import Area, invented_area

ORDINARY = [round(76 + 11 * np.sin(1.7 * i)) for i in range(40)]
MATHS = {("ks2_mat_exp", "2017-18"): Reference(76.0)}


def _maths(percents: list[int], cohort: int = 60) -> list[Observation]:
    return [Observation(1000 + i, "ks2_mat_exp", "2017-18", float(p), cohort) for i, p in enumerate(percents)]


def _flagged(found: Identification) -> set[int]:
    return {one.urn for one in found.findings}


def test_one_school_far_below_is_found_and_said_in_a_sentence() -> None:
    seen = [*_maths(ORDINARY), Observation(9, "ks2_mat_exp", "2017-18", 20.0, 60)]
    found = identify(seen, MATHS)
    (one,) = found.findings
    assert (one.urn, one.theme, one.rank, one.flagged, one.level) == (9, "maths", 1, True, Level.BELOW_998)
    assert one.sentence == (
        "In 2017-18, 12 of 60 pupils (20%) reached the expected standard in maths at key stage 2, "
        "against 76% nationally; by chance alone a school with 60 pupils would be below 57% less than once in 1,000, "
        "and it is further out than schools ordinarily differ."
    )
    (item,) = one.evidence
    assert (item.value, item.cohort, item.reference, item.years) == (20.0, 60, 76.0, ("2017-18",))
    assert item.lower is not None
    assert item.lower_998 is not None
    assert item.lower_998 < item.lower < 76
    assert item.q_value <= 0.05


def test_a_high_absence_is_the_poor_side() -> None:
    seen = [
        Observation(1000 + i, "absence_persistent", "2017-18", float(10 + round(3 * np.sin(1.7 * i))), 200)
        for i in range(40)
    ]
    seen += [Observation(8, "absence_persistent", "2017-18", 1.0, 200)]
    seen += [Observation(9, "absence_persistent", "2017-18", 45.0, 200)]
    found = identify(seen, {("absence_persistent", "2017-18"): Reference(10.0)})
    assert _flagged(found) == {9}
    assert "would be above" in found.findings[0].sentence
    assert "90 of 200 pupils (45%) missed 10% or more of their sessions" in found.findings[0].sentence


def test_the_order_of_the_rows_changes_nothing() -> None:
    area = invented_area(11, in_trouble=6)
    first = identify(area.observations, area.references)
    shuffled = area.observations.copy()
    random.Random(1).shuffle(shuffled)
    assert identify(shuffled, area.references) == first
    assert identify(area.observations, area.references) == first


def test_equal_schools_are_ranked_by_urn() -> None:
    seen = [*_maths(ORDINARY), *(Observation(urn, "ks2_mat_exp", "2017-18", 10.0, 60) for urn in (77, 5, 31))]
    found = identify(seen, MATHS)
    assert [(one.rank, one.urn) for one in found.findings] == [(1, 5), (2, 31), (3, 77)]


def test_every_schools_strongest_theme_comes_before_a_second() -> None:
    area = invented_area(4, in_trouble=6, drop=30.0)
    found = identify(area.observations, area.references)
    firsts = len(_flagged(found))
    assert firsts >= 5
    assert len({one.urn for one in found.findings[:firsts]}) == firsts
    assert [one.rank for one in (*found.findings, *found.watch)] == list(
        range(1, len(found.findings) + len(found.watch) + 1)
    )
    assert all(one.flagged for one in found.findings)
    assert not any(one.flagged for one in found.watch)


def test_an_area_of_ordinary_schools_flags_hardly_any() -> None:
    areas = [invented_area(seed) for seed in range(30)]
    wrong = [bool(identify(area.observations, area.references).findings) for area in areas]
    # Nominal: with nobody in trouble, 1 area in 20 names anyone at all; 5 of 30 would be 1 in 300 by chance.
    assert sum(wrong) <= 4


def test_schools_in_trouble_are_found_and_few_others() -> None:
    areas = [invented_area(seed, in_trouble=6) for seed in range(100, 116)]
    found = [identify(area.observations, area.references) for area in areas]
    true = sum(len(_flagged(one) & area.in_trouble) for one, area in zip(found, areas, strict=True))
    false = sum(len(_flagged(one) - area.in_trouble) for one, area in zip(found, areas, strict=True))
    assert false <= 0.05 * (true + false)
    assert true >= 0.7 * 6 * len(areas)
    leading = [{one.urn for one in (*one.findings, *one.watch)[:20]} for one in found]
    missing = sum(len(area.in_trouble - urns) for area, urns in zip(areas, leading, strict=True))
    assert missing <= 0.03 * 6 * len(areas)


def test_a_low_area_is_an_area_wide_priority_and_not_a_list_of_its_schools() -> None:
    area = invented_area(21, shift=-12.0)
    found = identify(area.observations, area.references)
    assert len(_flagged(found)) <= 1
    measures = [one.measure for one in found.area_wide]
    assert {"ks2_rwm_exp", "ks2_mat_exp", "absence_persistent", "ks2_mat_progress"} <= set(measures)
    assert [one.rank for one in found.area_wide] == list(range(1, len(measures) + 1))
    maths = next(one for one in found.area_wide if one.measure == "ks2_mat_exp")
    assert maths.value < maths.reference - 8
    assert maths.schools == 80
    assert maths.sentence.startswith("Across the area in 2017-18, ")
    assert "schools are below what chance alone allows" in maths.sentence


def test_an_ordinary_area_is_no_area_wide_priority() -> None:
    found = [identify(one.observations, one.references) for one in (invented_area(seed) for seed in range(40, 50))]
    assert sum(bool(one.area_wide) for one in found) <= 1


def test_the_areas_own_row_is_shown_where_there_is_one() -> None:
    area = invented_area(21, shift=-12.0)
    own = {("ks2_mat_exp", "2017-18"): Reference(61.0, 9000, "in the area")}
    maths = next(
        one for one in identify(area.observations, area.references, area=own).area_wide if one.measure == "ks2_mat_exp"
    )
    assert maths.value == 61.0


def test_cohorts_under_six_and_unknown_values_are_not_used() -> None:
    seen = [
        *_maths(ORDINARY),
        Observation(1, "ks2_mat_exp", "2017-18", 0.0, 5),
        Observation(2, "ks2_mat_exp", "2017-18", None, 60),
        Observation(3, "ks2_mat_exp", "2017-18", 0.0, 6),
    ]
    found = identify(seen, MATHS)
    named = {one.urn for one in (*found.findings, *found.watch)}
    assert not named & {1, 2}
    assert found.spreads[0].schools == 41
    assert all(item.cohort is None or item.cohort >= 6 for one in found.watch for item in one.evidence)


def test_a_part_is_not_shown_where_it_would_give_away_a_rest_of_under_six() -> None:
    year = "2017-18"
    seen = []
    for i in range(40):
        seen.append(Observation(1000 + i, "ks2_rwm_exp", year, float(ORDINARY[i]), 60))
        seen.append(Observation(1000 + i, "ks2_rwm_exp_dis", year, float(ORDINARY[i] - 20), 30))
    seen += [Observation(9, "ks2_rwm_exp", year, 10.0, 60), Observation(9, "ks2_rwm_exp_dis", year, 0.0, 56)]
    references = {("ks2_rwm_exp", year): Reference(76.0), ("ks2_rwm_exp_dis", year): Reference(56.0)}
    found = identify(seen, references)
    assert [one.theme for one in (*found.findings, *found.watch) if one.urn == 9] == ["leadership"]


def test_special_schools_are_not_judged_and_not_ordinary() -> None:
    seen = [*_maths(ORDINARY), *(Observation(urn, "ks2_mat_exp", "2017-18", 0.0, 60) for urn in range(1, 9))]
    found = identify(seen, MATHS, not_mainstream=frozenset(range(1, 9)))
    assert not found.findings
    assert found.spreads[0].schools == 40


def test_absence_without_a_cohort_takes_the_census_or_says_so() -> None:
    seen = [Observation(1000 + i, "absence_persistent", "2017-18", 10 + 2 * float(np.sin(1.7 * i))) for i in range(40)]
    seen.append(Observation(9, "absence_persistent", "2017-18", 42.0))
    references = {("absence_persistent", "2017-18"): Reference(10.0)}
    without = identify(seen, references).findings[0]
    assert without.urn == 9
    assert without.evidence[0].lower is None
    assert without.evidence[0].cohort is None
    assert "the number of pupils is not known" in without.sentence
    census = {(urn, "2017-18"): 300 for urn in (9, *range(1000, 1040))}
    known = identify(seen, references, pupils=census).findings[0]
    assert known.evidence[0].cohort == 300
    assert "by chance alone a school with 300 pupils would be above 16%" in known.sentence


def test_the_gap_within_a_school_is_a_measure_of_its_own() -> None:
    year = "2017-18"
    seen, references = [], {("ks2_rwm_exp_dis", year): Reference(51.0), ("ks2_rwm_exp_other", year): Reference(70.0)}
    for i in range(41):
        behind = 45.0 if i < 40 else 0.0
        seen.append(Observation(1000 + i, "ks2_rwm_exp_dis", year, behind + round(6 * np.sin(i)) % 9, 40))
        seen.append(Observation(1000 + i, "ks2_rwm_exp_other", year, 70.0 + round(6 * np.cos(i)), 40))
    (one,) = identify(seen, references).findings
    assert (one.urn, one.theme) == (1040, "attainment-gap")
    assert {item.measure for item in one.evidence} == {"ks2_rwm_gap", "ks2_rwm_exp_dis"}
    gap = next(item for item in one.evidence if item.measure == "ks2_rwm_gap")
    assert gap.reference == 19.0
    assert gap.upper is not None
    assert gap.value > gap.upper


def test_the_latest_year_counts_most() -> None:
    def z(low_year: str) -> float:
        seen, references = [], {}
        for year in ("2015-16", "2016-17", "2017-18"):
            references["ks2_mat_exp", year] = Reference(76.0)
            seen += [replace(one, year=year) for one in _maths(ORDINARY)]
            seen.append(Observation(9, "ks2_mat_exp", year, 25.0 if year == low_year else 76.0, 60))
        found = identify(seen, references, IdentificationPolicy(watch_z=10.0))
        return next(one.evidence[0].z for one in (*found.findings, *found.watch) if one.urn == 9)

    assert z("2017-18") < z("2016-17") < z("2015-16")


def test_years_before_the_last_three_are_left_out() -> None:
    seen = [
        replace(one, year=year) for year in ("2012-13", "2015-16", "2016-17", "2017-18") for one in _maths(ORDINARY)
    ]
    seen.append(Observation(9, "ks2_mat_exp", "2012-13", 0.0, 60))
    found = identify(seen, {("ks2_mat_exp", "2017-18"): Reference(76.0)}, IdentificationPolicy(watch_z=10.0))
    everyone = (*found.findings, *found.watch)
    assert 9 not in {one.urn for one in everyone}
    assert everyone[0].evidence[0].years == ("2015-16", "2016-17", "2017-18")


def test_few_secondary_schools_are_judged_by_the_spread_the_policy_calls_ordinary() -> None:
    seen = [Observation(i, "ks4_basics_94", "2017-18", 64.0, 150) for i in range(1, 5)]
    seen.append(Observation(9, "ks4_basics_94", "2017-18", 18.0, 150))
    seen += [Observation(i, "ks4_attainment8", "2017-18", 20.0 + i, 150) for i in range(1, 5)]
    found = identify(seen, {("ks4_basics_94", "2017-18"): Reference(64.0)}, IdentificationPolicy(ordinary_sd={}))
    assert _flagged(found) == {9}
    assert [one.measure for one in found.spreads] == ["ks4_basics_94"]


def test_nothing_in_gives_nothing_out() -> None:
    assert identify([], {}) == Identification((), (), (), ())
    assert identify([Observation(1, "census_pupils", "2017-18", 200.0, 200)], {}) == Identification((), (), (), ())
    assert identify([Observation(1, "of_nobody", "2017-18", 2.0, 200)], {}) == Identification((), (), (), ())


@pytest.mark.parametrize(
    ("seen", "says"),
    [
        (Observation(9, "ks2_mat_exp", "2017-18", 101.0, 60), "School 9, ks2_mat_exp, 2017-18: 101.0 is not a value"),
        (Observation(9, "ks2_mat_progress", "2017-18", float("nan"), 60), "School 9, ks2_mat_progress"),
        (Observation(1000, "ks2_mat_exp", "2017-18", 76.0, 60), "School 1000, ks2_mat_exp, 2017-18: given twice."),
    ],
)
def test_figures_that_cannot_be_are_refused(seen: Observation, says: str) -> None:
    with pytest.raises(Refused) as refused:
        identify([*_maths(ORDINARY), seen], MATHS)
    assert str(refused.value).startswith(says)


@settings(max_examples=15, deadline=None)
@given(lower=st.integers(0, 40), fewer=st.integers(1, 5))
def test_a_lower_value_and_a_larger_cohort_never_look_better(lower: int, fewer: int) -> None:
    def score(percent: int, cohort: int) -> float:
        seen = [*_maths(ORDINARY), Observation(9, "ks2_mat_exp", "2017-18", float(percent), cohort)]
        found = identify(seen, MATHS, IdentificationPolicy(watch_z=10.0))
        return next(one.score for one in (*found.findings, *found.watch) if one.urn == 9)

    assert score(lower, 50) >= score(lower + fewer, 50) - 1e-9
    assert score(lower, 50 + 20 * fewer) >= score(lower, 50) - 1e-9


def test_measures_that_say_the_same_count_once() -> None:
    draw = np.random.default_rng(9)
    first = draw.normal(size=2000)
    twice = combined(np.column_stack((first, first)))
    assert twice == pytest.approx(first, abs=1e-6)
    apart = combined(np.column_stack((first, draw.normal(size=2000))))
    assert float(np.std(apart)) == pytest.approx(1.0, abs=0.05)
    some = np.column_stack((first, np.full(2000, np.nan)))
    assert combined(some) == pytest.approx(first)
    assert np.isnan(combined(np.full((2, 2), np.nan))).all()


@pytest.fixture(scope="module")
def hard_area() -> Area:
    return invented_area(4, in_trouble=6, drop=30.0)


def test_numbers_of_few_pupils_are_in_no_sentence(hard_area: Area) -> None:
    found = identify(hard_area.observations, hard_area.references)
    for one in (*found.findings, *found.watch):
        words = one.sentence.split()
        counts = [
            int(words[i]) for i in range(len(words) - 1) if words[i].isdigit() and words[i + 1] in ("of", "pupils")
        ]
        assert all(count >= 6 for count in counts), one.sentence
