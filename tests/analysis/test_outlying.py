"""A school truly out of the ordinary is not expected back among the others; an unlucky one is."""

import numpy as np
import pytest

from analysis.expectation import Comparators, expected_path, mean_effect, percent_forecasts, percent_variance
from analysis.outlying import SHARE, Floats, outlying


def test_how_likely_a_school_is_out_of_the_ordinary() -> None:
    off, one = np.array([0.0, -2.0, -3.0, -4.0, -5.0, 5.0]) * 9.0, np.full(6, 81.0)
    found = outlying(off, one, np.full(6, 64.0), 9.0)
    assert found[0] < SHARE
    assert found[1] < 0.1
    assert 0.15 < found[2] < 0.5
    assert found[4] > 0.99
    assert found[5] == found[4]
    assert (np.diff(found[:5]) > 0).all()
    assert outlying(np.array([-5.0]), np.zeros(1), np.zeros(1), 0.0) == pytest.approx(0.0)
    assert outlying(np.array([-1e6]), np.ones(1), np.ones(1), 1.0) == pytest.approx(1.0)


@pytest.mark.parametrize("added", [0.0, 10.0])
def test_all_that_were_truly_low_were_supported(added: float) -> None:
    """Nobody without support started as low, as in an area whose programme reaches every school in trouble. Shrunk to
    the others they would be expected some 20 points higher a year on, and any support would seem to have harmed."""
    found = []
    for seed in range(12):
        draw = np.random.default_rng(seed)

        def year(level: Floats, draw: np.random.Generator = draw) -> Floats:
            return np.asarray(np.round(100 * draw.binomial(70, np.clip(level, 2, 98) / 100) / 70))

        ordinary, low = draw.normal(72, 4, 90), draw.normal(42, 2, 12)
        before, after = year(ordinary), year(ordinary)
        start, reached = year(low), year(low + added)
        path = expected_path(Comparators(before, after, percent_variance(before, 70), percent_variance(after, 70)))
        expected = percent_forecasts(path, start, np.full(12, 70), np.full(12, 70))
        found.append(mean_effect(reached.tolist(), expected))
    assert float(np.mean([one.difference for one in found])) == pytest.approx(added, abs=5.0)
    print(f"truly low, {added:g} added: {np.mean([one.difference for one in found]):+.1f}")  # noqa: T201
    assert sum(one.lower <= added <= one.upper for one in found) >= 11
