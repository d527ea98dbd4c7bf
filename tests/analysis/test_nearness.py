"""Who is compared with whom: by how near they started, and nobody more often than others."""

import numpy as np
import pytest

from analysis.nearness import balanced


def _starts(seed: int = 3, schools: int = 60) -> np.typing.NDArray[np.float64]:
    """Rounded percentages, crowded in the middle, thin at the ends."""
    return np.round(62 + 10 * np.random.default_rng(seed).standard_t(4, schools))


def test_over_all_starts_every_school_counts_the_same() -> None:
    starts = _starts()
    near = balanced(starts)
    weights = near.of(starts)
    assert weights.sum(axis=1) == pytest.approx(np.ones(60))
    assert weights.sum(axis=0) == pytest.approx(np.ones(60), abs=0.1)
    plain = weights / near.factors
    plain /= plain.sum(axis=1, keepdims=True)
    assert plain.sum(axis=0).max() > 1.2, "by distance alone some are leaned on by many"
    assert plain.sum(axis=0).min() < 0.6, "and those at the edges by few"


def test_the_nearer_counts_more() -> None:
    starts = np.linspace(30, 90, 61)
    (weights,) = balanced(starts).of(np.array([45.0]))
    assert int(np.argmax(weights)) == 15
    assert weights[:5].max() < weights[10:21].min()


def test_schools_that_all_started_alike_count_alike() -> None:
    (weights,) = balanced(np.full(12, 60.0)).of(np.array([30.0]))
    assert weights == pytest.approx(np.full(12, 1 / 12))


def test_a_start_below_everybody_leans_on_the_lowest() -> None:
    (weights,) = balanced(_starts()).of(np.array([0.0]))
    assert np.isfinite(weights).all()
    assert float(weights @ _starts()) < np.quantile(_starts(), 0.2)


def test_a_country_of_schools_is_balanced_by_levels() -> None:
    starts = np.random.default_rng(1).normal(62, 12, 16_000)
    near = balanced(starts)
    assert np.unique(near.factors).size < 600
    (weights,) = near.of(np.array([40.0]))
    assert float(weights @ starts) == pytest.approx(40, abs=1.0)
