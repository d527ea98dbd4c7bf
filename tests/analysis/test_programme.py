"""The pooled programme: nobody crowned by chance, intervals that hold, a real difference found."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis.case_effect import CaseEffect, case_effect
from analysis.expectation import Comparators, percent_variance
from analysis.impact import CaseMeasure
from analysis.programme import SPREAD_POINTS, pool

SIZES = (1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 8, 12)
LABELS = tuple(np.repeat(np.arange(len(SIZES)), SIZES).tolist())


def _cases(draw: np.random.Generator, true: NDArray[np.float64], within: float) -> list[CaseEffect]:
    """A programme of twelve groups; a case's effect is unsure by 6 to 14 points, as of a cohort of 15 to 60."""
    variance = draw.uniform(6, 14, len(LABELS)) ** 2
    seen = true[list(LABELS)] + draw.normal(0, within, len(LABELS)) + draw.normal(0, np.sqrt(variance))
    return [CaseEffect(float(y), float(v), 1) for y, v in zip(seen, variance, strict=True)]


def _plain_crown(effects: list[CaseEffect]) -> bool:
    """Whether a plain test of each group against the mean crowns one."""
    y, v, of = np.array([e.points for e in effects]), np.array([e.variance for e in effects]), np.array(LABELS)
    z = [(y[of == k].mean() - y.mean()) * (of == k).sum() / np.sqrt(v[of == k].sum()) for k in range(len(SIZES))]
    return bool(max(z) > 1.96)


def test_nobody_is_crowned_by_chance_and_a_real_difference_is_found() -> None:
    draw = np.random.default_rng(2026)
    crowned = plain = found = wrongly = 0
    programmes = 60
    for _ in range(programmes):
        alike = _cases(draw, np.full(len(SIZES), 3.0), 3.0)
        pooled = pool(alike, LABELS)
        assert pooled is not None
        crowned += any(one.stands_out > 0 for one in pooled.groups.values())
        plain += _plain_crown(alike)
        better = np.zeros(len(SIZES))
        better[-1] = 12.0
        pooled = pool(_cases(draw, better, 3.0), LABELS)
        assert pooled is not None
        found += pooled.groups[len(SIZES) - 1].stands_out > 0
        wrongly += any(pooled.groups[k].stands_out > 0 for k in range(len(SIZES) - 1))
    assert crowned / programmes <= 0.05
    assert plain / programmes >= 0.15
    assert found / programmes >= 0.75
    assert wrongly / programmes <= 0.05


def test_intervals_hold_their_promise() -> None:
    """Over programmes whose spreads are as likely as the model takes them, 95% of the intervals hold the truth."""
    draw = np.random.default_rng(8)
    held = whole = total = 0
    programmes = 80
    for _ in range(programmes):
        between, within = np.abs(draw.normal(0, SPREAD_POINTS, 2))
        true = draw.normal(2.0, between, len(SIZES))
        of_case = true[list(LABELS)] + draw.normal(0, within, len(LABELS))
        variance = draw.uniform(6, 14, len(LABELS)) ** 2
        seen = of_case + draw.normal(0, np.sqrt(variance))
        pooled = pool([CaseEffect(float(y), float(v), 1) for y, v in zip(seen, variance, strict=True)], LABELS)
        assert pooled is not None
        held += sum(one.lower <= true[int(str(name))] <= one.upper for name, one in pooled.groups.items())
        whole += pooled.whole.lower <= float(true[list(LABELS)].mean()) <= pooled.whole.upper
        total += len(SIZES)
    assert 0.93 <= held / total <= 0.97
    assert 0.90 <= whole / programmes <= 0.99


def test_two_lucky_cases_are_pulled_further_than_twenty() -> None:
    luck = [CaseEffect(15.0, 100.0, 1)] * 2
    proven = [CaseEffect(15.0, 100.0, 1)] * 20
    others = [CaseEffect(float(y), 100.0, 1) for y in np.linspace(-8, 8, 30)]
    pooled = pool(luck + proven + others, ["lucky"] * 2 + ["proven"] * 20 + ["others"] * 30)
    assert pooled is not None
    lucky, best = pooled.groups["lucky"], pooled.groups["proven"]
    assert lucky.plain == best.plain == 15.0
    assert lucky.points < best.points
    assert lucky.upper - lucky.lower > best.upper - best.lower
    assert lucky.stands_out == 0
    assert lucky.better_than_programme < best.better_than_programme


def test_cases_held_against_the_same_schools_are_not_independent() -> None:
    key = ("ks2_mat_exp", "2024-25", "2025-26", 1)
    together = [CaseEffect(5.0, 25.0, 1, {key: np.array([6.0])}) for _ in range(8)]
    apart = [CaseEffect(5.0, 25.0, 1) for _ in range(8)]
    one, other = pool(together, ["a"] * 8), pool(apart, ["a"] * 8)
    assert one is not None
    assert other is not None
    assert one.whole.upper - one.whole.lower > 1.5 * (other.whole.upper - other.whole.lower)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(-40, 40), st.floats(1, 400)), min_size=1, max_size=8))
def test_the_order_of_the_cases_does_not_matter(cases: list[tuple[str, float, float]]) -> None:
    def told(rows: list[tuple[str, float, float]]) -> dict[str, tuple[int, float, float]]:
        found = pool([CaseEffect(y, v, 1) for _, y, v in rows], [name for name, _, _ in rows])
        assert found is not None
        assert sum(one.cases for one in found.groups.values()) == found.whole.cases == len(rows)
        assert all(one.lower < one.points < one.upper for one in found.groups.values())
        return {str(k): (one.cases, round(one.points, 6), round(one.lower, 4)) for k, one in found.groups.items()}

    assert told(cases) == told(cases[::-1])


def test_no_cases() -> None:
    assert pool([], []) is None


def _measure(**more: object) -> CaseMeasure:
    draw = np.random.default_rng(1)
    before = draw.normal(60, 12, 40)
    after = 66 + 0.7 * (before - 60) + draw.normal(0, 8, 40)
    chance = percent_variance(np.clip(before, 1, 99), np.full(40, 30))
    given_ = {
        "name": "Maths",
        "baseline": 40.0,
        "baseline_cohort": 30,
        "target": 60.0,
        "latest": 70.0,
        "latest_cohort": 30,
        "comparators": Comparators(before, after, chance, chance),
        "code": "ks2_mat_exp",
        "years": ("2024-25", "2025-26"),
    }
    return CaseMeasure(**{**given_, **more})  # type: ignore[arg-type]


def test_the_effect_of_a_case_is_what_is_beyond_expectation() -> None:
    (one, both) = case_effect([_measure()]), case_effect([_measure(), _measure()])
    assert one is not None
    assert both is not None
    assert 5 < one.points < 25  # 30 points up, of which such schools rise by some 15 to 20 anyway
    assert both.points == pytest.approx(one.points)
    assert both.variance == pytest.approx(one.variance)  # the same pupils twice are no more certain
    worse = case_effect([_measure(higher_is_better=False)])
    assert worse is not None
    assert worse.points == pytest.approx(-one.points)


@pytest.mark.parametrize(
    "more",
    [
        {"latest": None},
        {"latest_cohort": 5},
        {"baseline_cohort": 4},
        {"latest_cohort": None},
        {"percent": False},
        {"comparators": None},
    ],
)
def test_what_cannot_be_compared_or_shown_is_in_no_sum(more: dict[str, object]) -> None:
    assert case_effect([_measure(**more)]) is None
