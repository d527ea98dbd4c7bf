"""Intervals for a difference against those printed in the literature."""

import numpy as np
import pytest
from scipy.stats import binomtest

from analysis.differences import difference_interval, score_difference, score_interval


@pytest.mark.parametrize(
    ("one", "other", "lower", "upper"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_newcombes_own_table(one: tuple[int, int], other: tuple[int, int], lower: float, upper: float) -> None:
    # Newcombe 1998, Table II, method 10: first less second there, so second comes first here.
    (a, m), (b, n) = one, other
    found = difference_interval(100 * b / n, n, 100 * a / m, m)
    assert found.difference == pytest.approx(100 * (a / m - b / n))
    assert (found.lower / 100, found.upper / 100) == pytest.approx((lower, upper), abs=6e-5)


@pytest.mark.parametrize(("count", "n"), [(0, 4), (4, 4), (1, 4), (12, 30), (0, 200)])
def test_the_score_interval_is_scipys(count: int, n: int) -> None:
    theirs = binomtest(count, n).proportion_ci(0.95, method="wilson")
    assert score_interval(100 * count / n, n) == pytest.approx((100 * theirs.low, 100 * theirs.high), abs=1e-9)


@pytest.mark.parametrize(("first", "second"), [(0.0, 0.0), (100.0, 100.0), (0.0, 100.0), (50.0, 75.0)])
def test_a_cohort_of_four_at_any_level(first: float, second: float) -> None:
    found = difference_interval(first, 4, second, 4)
    assert -100 <= found.lower <= found.difference <= found.upper <= 100
    assert found.upper - found.lower > 50


def test_more_pupils_say_more() -> None:
    widths = [(found := difference_interval(40.0, n, 63.0, n)).upper - found.lower for n in (8, 15, 30, 60, 120, 240)]
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize("cohort", [8, 15, 30])
def test_the_interval_holds_its_promise(cohort: int) -> None:
    draw = np.random.default_rng(6)
    held = 0
    for _ in range(2000):
        p, q = draw.uniform(0.2, 0.9, 2)
        first, second = draw.binomial(cohort, p), draw.binomial(cohort, q)
        found = difference_interval(100 * first / cohort, cohort, 100 * second / cohort, cohort)
        held += found.lower <= 100 * (q - p) <= found.upper
    assert held / 2000 == pytest.approx(0.95, abs=0.015)


def test_scores_with_their_standard_errors() -> None:
    found = score_difference(-3.0, 0.6, -1.0, 0.8)
    assert (found.difference, found.lower, found.upper) == pytest.approx((2.0, 0.0400360, 3.9599640), abs=1e-6)


@pytest.mark.parametrize(("percent", "cohort"), [(50.0, 0), (101.0, 10), (-1.0, 10)])
def test_an_interval_without_sense_is_refused(percent: float, cohort: int) -> None:
    with pytest.raises(ValueError, match="cohort of at least 1"):
        score_interval(percent, cohort)
