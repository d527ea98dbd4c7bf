"""Overdispersion: what ordinary schools are, found in spite of those in trouble."""

import numpy as np
import pytest

from analysis.dispersion import centre_of, dispersion, winsorised_phi


def test_chance_alone_has_a_phi_of_1() -> None:
    z = np.random.default_rng(1).normal(size=200_000)
    assert winsorised_phi(z) == pytest.approx(1.0, abs=0.01)
    assert winsorised_phi(np.zeros(0)) == 1.0


@pytest.mark.parametrize("tau", [0.0, 3.0, 6.0])
def test_the_spread_between_schools_is_found(tau: float) -> None:
    draw = np.random.default_rng(8)
    chance = draw.uniform(2, 8, 5000) ** 2
    effect = draw.normal(-4, tau, 5000) + draw.normal(0, np.sqrt(chance)) if tau else draw.normal(-4, np.sqrt(chance))
    found = dispersion(effect, chance)
    assert found is not None
    assert found.centre == pytest.approx(-4, abs=0.3)
    assert found.tau == pytest.approx(tau, abs=0.6 if tau else 1.0)


def test_schools_in_trouble_hardly_move_what_is_ordinary() -> None:
    draw = np.random.default_rng(3)
    chance = np.full(2000, 25.0)
    effect = draw.normal(0, 5.5, 2000) + draw.normal(0, 5, 2000)
    clean = dispersion(effect, chance)
    effect[:100] -= 30
    troubled = dispersion(effect, chance)
    assert clean is not None
    assert troubled is not None
    assert np.std(effect) > 9.5
    assert troubled.tau == pytest.approx(clean.tau, abs=0.8)
    assert troubled.centre == pytest.approx(clean.centre, abs=0.8)


def test_few_schools_take_the_spread_that_is_assumed() -> None:
    few = np.array([-5.0, 2.0, 3.0])
    assert dispersion(few, np.ones(3)) is None
    found = dispersion(few, np.ones(3), assumed_tau=6.0)
    assert found is not None
    assert (found.centre, found.tau) == (0.0, 6.0)


def test_unknown_chance_leaves_the_spread_as_seen() -> None:
    effect = np.random.default_rng(4).normal(0, 2.0, 3000)
    found = dispersion(effect, np.zeros(3000))
    assert found is not None
    assert found.tau == pytest.approx(2.0, abs=0.1)
    assert found.phi == 1.0


def test_schools_all_alike_have_no_spread() -> None:
    found = dispersion(np.zeros(20), np.ones(20))
    assert found is not None
    assert found.tau == pytest.approx(0.0, abs=1e-6)


def test_the_centre_counts_sure_schools_more() -> None:
    assert centre_of(np.array([0.0, 1.0]), np.array([1.0, 3.0])) == pytest.approx(0.25)
