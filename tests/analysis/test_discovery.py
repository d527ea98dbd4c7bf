"""False discovery by hand and by simulation."""

import numpy as np
import pytest
from scipy.stats import norm

from analysis.discovery import adjusted, cauchy, discoveries


def test_adjusted_values_are_those_of_the_textbook() -> None:
    # Benjamini and Hochberg: p(i) m / i, made monotone from the largest.
    p = np.array([[0.01, np.nan], [0.04, 0.03]])
    assert adjusted(p) == pytest.approx(np.array([[0.03, np.nan], [0.04, 0.04]]), nan_ok=True)
    assert np.isnan(adjusted(np.full((2, 2), np.nan))).all()


def test_the_cauchy_combination_by_hand() -> None:
    p = np.array([[0.02, 0.02, np.nan], [0.25, 0.5, np.nan], [0.25, 0.75, 0.5], [np.nan, np.nan, np.nan]])
    # tan(pi / 4) = 1 and tan(0) = 0: their mean is 1/2. 0.25 and 0.75 cancel out.
    expected = np.array([0.02, 0.5 - np.arctan(0.5) / np.pi, 0.5, np.nan])
    assert cauchy(p) == pytest.approx(expected, nan_ok=True)


def test_an_excellent_theme_does_not_hide_a_poor_one() -> None:
    assert cauchy(np.array([[1e-6, 1.0]]))[0] < 1e-5


def test_a_school_poor_in_everything_is_found_by_the_whole() -> None:
    p = np.full((20, 3), 0.6)
    p[4] = 0.02
    overall = np.full(20, 0.5)
    overall[4] = 1e-5
    found = discoveries(p, overall, 0.05)
    assert found.flagged.sum() == 1
    assert found.flagged[4, 0]


def test_nothing_is_flagged_where_nothing_is_wrong() -> None:
    found = discoveries(np.full((10, 2), 0.5), np.full(10, 0.5), 0.05)
    assert not found.flagged.any()
    assert np.isnan(found.q).all()
    assert discoveries(np.zeros((0, 2)), np.zeros(0), 0.05).flagged.shape == (0, 2)


def test_of_the_schools_flagged_few_are_there_by_chance() -> None:
    draw, share = np.random.default_rng(5), []
    for _ in range(60):
        z = draw.normal(size=(400, 6)) * np.sqrt(0.5) + draw.normal(size=(400, 1)) * np.sqrt(0.5)
        z[:20] -= 3.5
        found = discoveries(norm.cdf(z), norm.cdf(z.mean(axis=1) / np.sqrt(0.5 + 0.5 / 6)), 0.05)
        schools = np.asarray(found.flagged.any(axis=1), dtype=np.bool_)
        share.append(schools[20:].sum() / max(1, schools.sum()))
    assert np.mean(share) <= 0.06
