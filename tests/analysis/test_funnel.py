"""Funnel limits against scipy and against sums done by hand."""

from math import comb

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import binom, norm

from analysis import funnel

cohorts = st.integers(1, 300)
percents = st.floats(0, 100, allow_nan=False)


def _cdf(r: int, n: int, share: float) -> float:
    return sum(comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(r + 1))


@pytest.mark.parametrize("n", [1, 4, 6, 15, 30, 120])
@pytest.mark.parametrize("reference", [3.0, 50.0, 76.0, 99.0])
@pytest.mark.parametrize("coverage", [0.95, 0.998])
def test_limits_agree_with_sums_done_by_hand(n: int, reference: float, coverage: float) -> None:
    share = reference / 100
    expected = []
    for tail in ((1 - coverage) / 2, 1 - (1 - coverage) / 2):
        r = next(k for k in range(n + 1) if _cdf(k, n, share) >= tail)
        mass = comb(n, r) * share**r * (1 - share) ** (n - r)
        expected.append(min(max((r - (_cdf(r, n, share) - tail) / mass) / n, 0.0), 1.0) * 100)
    found = funnel.proportion_limits(n, reference, coverage)
    assert float(found.lower) == pytest.approx(expected[0], abs=1e-9)
    assert float(found.upper) == pytest.approx(expected[1], abs=1e-9)


def test_a_limit_worked_out_on_paper() -> None:
    # 2 pupils, reference 50%: P(R <= 0) = 0.25 >= 0.025, so r = 0 and (0 - 0.225 / 0.25) / 2 is held at 0.
    # Upper: P(R <= 2) = 1 >= 0.975, r = 2, back by 0.025 / 0.25 = 0.1, so (2 - 0.1) / 2 = 95%.
    found = funnel.proportion_limits(2, 50.0)
    assert (float(found.lower), float(found.upper)) == pytest.approx((0.0, 95.0), abs=1e-9)


@settings(max_examples=60, deadline=None)
@example(n=36, reference=3.4e-306)
@given(n=cohorts, reference=percents)
def test_limits_hold_the_reference_and_stay_within_a_percentage(n: int, reference: float) -> None:
    inner, outer = funnel.proportion_limits(n, reference), funnel.proportion_limits(n, reference, 0.998)
    assert 0 <= outer.lower <= inner.lower + 1e-9
    assert inner.lower <= reference + 100 / n
    assert inner.upper <= outer.upper + 1e-9 <= 100 + 2e-9


def test_a_share_too_small_to_tell_from_none_counts_as_none() -> None:
    for least in (3.4e-306, 5e-324, 1e-14):
        assert funnel.exact_z(0, 36, least) == funnel.exact_z(0, 36, 0.0)
        assert funnel.exact_z(1, 36, least) == funnel.exact_z(1, 36, 0.0) == 38.0


@pytest.mark.parametrize("reference", [20.0, 50.0, 76.0])
def test_limits_close_in_as_the_cohort_grows(reference: float) -> None:
    n = np.array([10, 20, 40, 80, 160, 320, 640])
    for coverage in (0.95, 0.998):
        found = funnel.proportion_limits(n, reference, coverage)
        assert np.all(np.diff(found.lower) >= 0)
        assert np.all(np.diff(found.upper) <= 0)


def test_limits_of_arrays_are_those_of_their_members() -> None:
    n, reference = np.array([[6, 30], [30, 90]]), np.array([40.0, 76.0])
    found = funnel.proportion_limits(n, reference)
    for i in range(2):
        for j in range(2):
            alone = funnel.proportion_limits(n[i, j], reference[j])
            assert (found.lower[i, j], found.upper[i, j]) == (float(alone.lower), float(alone.upper))


@pytest.mark.parametrize("reference", [0.0, 100.0])
def test_a_reference_of_none_or_all_is_its_own_limit(reference: float) -> None:
    found = funnel.proportion_limits(10, reference)
    assert float(found.lower) == float(found.upper) == reference


@pytest.mark.parametrize(("n", "reference"), [(0, 50.0), (10, 101.0), (10, -1.0), (10, float("nan"))])
def test_a_limit_without_sense_is_refused(n: int, reference: float) -> None:
    with pytest.raises(ValueError, match="cohort of at least 1"):
        funnel.proportion_limits(n, reference)


@pytest.mark.parametrize(("count", "n"), [(0, 4), (4, 4), (1, 4), (12, 30), (30, 30), (0, 30)])
def test_the_exact_interval_is_scipys(count: int, n: int) -> None:
    from scipy.stats import binomtest

    theirs = binomtest(count, n).proportion_ci(0.95, method="exact")
    ours = funnel.proportion_interval(count, n)
    assert float(ours.lower) == pytest.approx(100 * theirs.low, abs=1e-9)
    assert float(ours.upper) == pytest.approx(100 * theirs.high, abs=1e-9)


def test_an_interval_of_more_than_all_is_refused() -> None:
    with pytest.raises(ValueError, match="count between 0"):
        funnel.proportion_interval(5, 4)


def test_exact_z_is_the_mid_p_of_the_binomial() -> None:
    z = funnel.exact_z(12, 30, 76.0)
    p = sum(comb(30, k) * 0.76**k * 0.24 ** (30 - k) for k in range(12)) + comb(30, 12) * 0.76**12 * 0.24**18 / 2
    assert norm.cdf(float(z)) == pytest.approx(p, rel=1e-9)
    assert float(funnel.exact_z(15, 30, 50.0)) == pytest.approx(0.0, abs=1e-9)
    assert np.isfinite(funnel.exact_z(np.array([0, 2000]), 2000, 50.0)).all()


def test_the_arcsine_scale_has_the_same_chance_everywhere() -> None:
    n = 40
    for share in (0.2, 0.5, 0.76, 0.9):
        counts = np.arange(n + 1)
        mass = binom.pmf(counts, n, share)
        there = funnel.arcsine(100 * counts / n, n)
        spread = np.sum(mass * there**2) - np.sum(mass * there) ** 2
        assert spread == pytest.approx(float(funnel.arcsine_variance(n)), rel=0.06)
    assert np.isfinite(funnel.arcsine([0.0, 100.0], [4, 4])).all()


def test_a_published_interval_gives_back_its_standard_error() -> None:
    assert float(funnel.published_variance(-2.6, -0.2)) == pytest.approx(
        (2.4 / (2 * 1.959963984540054)) ** 2, abs=1e-12
    )


def test_normal_limits_are_196_standard_errors_away() -> None:
    found = funnel.normal_limits(1.0, 0.0)
    assert (float(found.lower), float(found.upper)) == pytest.approx((-1.959963984540054, 1.959963984540054))


def test_the_spread_of_pupils_is_learnt_from_how_schools_scatter_by_cohort() -> None:
    draw = np.random.default_rng(7)
    n = draw.integers(10, 200, 4000)
    means = draw.normal(0, 4.0, n.size) + draw.normal(0, 18.0, n.size) / np.sqrt(n)
    assert funnel.pupil_variance(means, n) == pytest.approx(18.0**2, rel=0.25)


@pytest.mark.parametrize("n", [np.full(20, 30), np.array([10, 20, 30])])
def test_the_spread_of_pupils_is_not_guessed_where_cohorts_do_not_tell(n: np.ndarray) -> None:
    assert funnel.pupil_variance(np.linspace(-3, 3, n.size), n) == 0.0


def test_schools_that_do_not_differ_have_no_spread_of_pupils() -> None:
    assert funnel.pupil_variance(np.zeros(20), np.arange(10, 30)) == 0.0
