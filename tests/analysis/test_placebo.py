"""The placebo: support that nobody had shows no effect, in areas of many shapes; one that was added is found."""

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from analysis.placebo import SchoolPairs, placebo, random_sets, set_size
from rules.errors import Refused
from tests.analysis.honest_areas import Shape, invented_pairs

SHAPES = {
    "an ordinary county": Shape(),
    "small cohorts": Shape(pupils=(6, 16)),
    "a falling trend": Shape(trend=-8.0),
    "strong regression to the mean": Shape(kept=0.3, between=10.0),
    "schools far out": Shape(heavy=True, between=9.0),
    "schools that do not differ": Shape(between=0.0),
    "a small authority": Shape(schools=120, pupils=(20, 60)),
}


@pytest.mark.parametrize("name", SHAPES)
def test_support_that_nobody_had_shows_no_effect(name: str) -> None:
    found = [placebo(invented_pairs(SHAPES[name], seed), draws=200, seed=100 + seed) for seed in range(4)]
    shares = [one.false_positive_share for one in found]
    assert np.mean(shares) <= 0.05
    # One area drawn 200 times: 0.09 is what chance would pass once in 100 if the truth were 0.05.
    assert max(shares) <= 0.09
    assert abs(np.mean([one.mean_effect for one in found])) <= 1.0
    assert np.mean([one.naive_share for one in found]) > 2 * np.mean(shares)


def test_a_small_area_is_fooled_little_by_the_luck_of_its_lowest_third() -> None:
    """All sets are drawn from some 13 schools, whose luck of the year they share: comparators share it as far as can
    be. With weights by distance alone the means of such areas scatter by 1.5 points."""
    area = Shape(schools=40, pupils=(20, 60))
    means = [placebo(invented_pairs(area, seed), draws=100, seed=seed).mean_effect for seed in range(40)]
    assert float(np.std(means)) <= 1.1
    assert abs(float(np.mean(means))) <= 0.5


@pytest.mark.parametrize("points", [4.0, 8.0, 12.0])
def test_a_known_effect_is_measured_without_bias(points: float) -> None:
    areas = [invented_pairs(Shape(), seed) for seed in range(4)]
    found = [placebo(area, draws=100, seed=seed, added=points) for seed, area in enumerate(areas)]
    share = float(np.mean([one.false_positive_share for one in found]))
    bias = float(np.mean([one.mean_effect for one in found])) - points
    print(f"power: {points:.0f} points found in {share:.0%} of sets, bias {bias:+.2f}")  # noqa: T201
    assert abs(bias) <= 1.0
    assert share >= {4.0: 0.1, 8.0: 0.45, 12.0: 0.8}[points]


def test_the_same_seed_gives_the_same_sets() -> None:
    area = invented_pairs(Shape(), 1)
    assert placebo(area, draws=20, seed=5) == placebo(area, draws=20, seed=5)
    assert placebo(area, draws=20, seed=5) != placebo(area, draws=20, seed=6)


def test_every_low_school_is_drawn_about_as_often() -> None:
    """Else the mean would be about who happened to be drawn more, not about the low schools."""
    low = np.arange(100, 114)
    sets = list(islice(random_sets(low, 3, np.random.default_rng(1)), 400))
    assert all(np.unique(one).size == 3 and np.isin(one, low).all() for one in sets)
    often = np.bincount(np.concatenate(sets) - 100, minlength=14)
    # 400 sets are 100 rounds, each of which leaves out 2 of 14: sd 3.5, where drawing each anew would have 8.2.
    assert np.abs(often - 1200 / 14).max() <= 4 * 3.5
    assert float(often.std()) < 6
    assert len({tuple(sorted(one)) for one in sets}) > 200, "and in ever new company"


def test_a_measure_that_is_better_when_lower() -> None:
    area = invented_pairs(Shape(), 2)
    mirrored = SchoolPairs(
        before=100 - area.before,
        after=100 - area.after,
        before_cohort=area.before_cohort,
        after_cohort=area.after_cohort,
        before_variance=area.before_variance,
        after_variance=area.after_variance,
        percent=True,
        higher_is_better=False,
    )
    plain, other = (placebo(one, draws=30, seed=3, added=5.0) for one in (area, mirrored))
    assert other.mean_effect == pytest.approx(plain.mean_effect)
    assert other.naive_mean == pytest.approx(plain.naive_mean)
    assert (other.false_positive_share, other.low) == (plain.false_positive_share, plain.low)


def test_scores_with_standard_errors() -> None:
    draw = np.random.default_rng(4)
    level = draw.normal(0, 2, 200)
    error = draw.uniform(0.7, 2.0, 200)
    before, after = (level + draw.normal(0, 0.5, 200) + draw.normal(0, error) for _ in range(2))
    unknown = np.full(200, np.nan)
    pairs = SchoolPairs(before, after, unknown, unknown, error**2, error**2, percent=False, higher_is_better=True)
    found = placebo(pairs, draws=200, seed=4)
    assert found.false_positive_share <= 0.06
    assert abs(found.mean_effect) <= 0.3
    assert found.naive_share > 0.2


@pytest.mark.parametrize(("schools", "size"), [(30, 3), (100, 5), (290, 12), (24_000, 12)])
def test_a_set_is_as_large_as_a_programme(schools: int, size: int) -> None:
    assert set_size(schools) == size


def test_too_few_schools_are_refused() -> None:
    area = invented_pairs(replace(Shape(), schools=12), 1)
    with pytest.raises(Refused, match="10 to compare with; there are 12"):
        placebo(area, draws=5, seed=1)
    no = np.zeros(0)
    none = SchoolPairs(no, no, no, no, no, no, percent=True, higher_is_better=True)
    with pytest.raises(Refused, match="there are 0"):
        placebo(none, draws=5, seed=1)
