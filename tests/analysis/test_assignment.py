"""Assignment of a run against trying everything, against scipy's solver, and in words."""

import tracemalloc
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from analysis.assignment import assign_in_run, worth_of
from analysis.matching import CaseNeed, ProviderOption, rank_providers
from analysis.scores import score_matrix
from analysis.transport import cost_of_moving, transport

THEMES = ("maths", "reading", "writing")


def _case(number: int, theme: str = "maths", **more: object) -> CaseNeed:
    return replace(CaseNeed(f"SIB-{number:03}", 100_000 + number, theme, "KS2", easting=0.0, northing=0.0), **more)  # type: ignore[arg-type]


def _provider(code: str, free: int = 1, **more: object) -> ProviderOption:
    return replace(ProviderOption(code, f"Provider {code}", free=free, easting=0.0, northing=0.0), **more)  # type: ignore[arg-type]


@st.composite
def _runs(draw: st.DrawFn) -> tuple[list[CaseNeed], list[ProviderOption]]:
    some = st.none() | st.integers(0, 60_000).map(float)
    cases = [
        _case(
            number,
            draw(st.sampled_from(THEMES)),
            stage=draw(st.sampled_from(["KS2", "KS4", "all"])),
            trust=draw(st.sampled_from([None, "T1", "T2"])),
            easting=draw(some),
            northing=draw(some),
            budget_pence=draw(st.sampled_from([None, 500_000])),
            linked_tsa=draw(st.sampled_from([None, "P0", "P1"])),
            linked_sip=draw(st.sampled_from([None, "P2", "P3"])),
        )
        for number in range(draw(st.integers(0, 6)))
    ]
    options = [
        _provider(
            f"P{number}",
            draw(st.integers(0, 2)),
            themes=frozenset(draw(st.sets(st.sampled_from(THEMES)))),
            stages=frozenset(draw(st.sets(st.sampled_from(["KS2", "KS4"])))),
            easting=draw(some),
            northing=draw(some),
            impact_points=draw(st.none() | st.floats(-12, 12)),
            evaluated=draw(st.integers(0, 3)),
            on_time=draw(st.none() | st.floats(0, 1)),
            cost_pence=draw(st.sampled_from([None, 100_000, 480_000, 600_000])),
            urn=draw(st.sampled_from([None, 100_001])),
            trust=draw(st.sampled_from([None, "T1"])),
            conflicts=frozenset(draw(st.sets(st.sampled_from([100_000, 100_002])))),
            unavailable=draw(st.sampled_from([None, None, "its designation ended on 31 August 2021"])),
        )
        for number in range(draw(st.integers(0, 4)))
    ]
    return cases, options


@settings(max_examples=150, deadline=None)
@given(_runs())
def test_the_arrays_say_what_the_ranking_says(run: tuple[list[CaseNeed], list[ProviderOption]]) -> None:
    cases, options = run
    scores = score_matrix(cases, options)
    for row, case in enumerate(cases):
        ranking = rank_providers(case, options)
        assert {one.code for one in ranking.ranked} == {
            option.code for column, option in enumerate(options) if scores.allowed[row, column]
        }
        for one in ranking.ranked:
            column = next(at for at, option in enumerate(options) if option.code == one.code)
            assert scores.score[row, column] == pytest.approx(one.score, abs=1e-5)
    for row, pairing in enumerate(assign_in_run(cases, options).pairings):
        ranked = {one.code: one for one in rank_providers(cases[row], options).ranked}
        for choice in (pairing.choice, pairing.second):
            if choice is not None:
                assert choice.rank == ranked[choice.code].rank
                assert choice.reasons == ranked[choice.code].reasons


def _best(
    worth: np.typing.NDArray[np.float64], places: list[int], barred: tuple[int, int] | None = None
) -> tuple[tuple[int, ...], float]:
    """The best by trying every choice: the earlier rows served first, then the largest sum."""
    best: tuple[tuple[int, ...], float] = ((), -np.inf)
    for choice in product(range(-1, worth.shape[1]), repeat=worth.shape[0]):
        used = [one for one in choice if one >= 0]
        fits = all(used.count(one) <= places[one] for one in set(used))
        if fits and all(np.isfinite(worth[row, one]) for row, one in enumerate(choice) if one >= 0):
            if barred is not None and choice[barred[0]] != barred[1]:
                continue
            served = tuple(int(one >= 0) for one in choice)
            total = float(sum(worth[row, one] for row, one in enumerate(choice) if one >= 0))
            best = max(best, (served, total))
    return best


@pytest.mark.parametrize("seed", range(10))
def test_it_is_as_good_as_trying_everything_and_knows_what_each_other_way_costs(seed: int) -> None:
    draw = np.random.default_rng(seed)
    worth = np.where(draw.random((5, 3)) < 0.75, draw.integers(0, 40, (5, 3)) * 1.0, -np.inf)
    places = draw.integers(0, 4, 3)
    column = transport(worth, places)
    served, total = _best(worth, places.tolist())
    assert tuple((column >= 0).astype(int)) == served
    assert sum(worth[row, one] for row, one in enumerate(column) if one >= 0) == pytest.approx(total)
    cost = cost_of_moving(worth, column, places)
    for row, other in product(range(5), range(3)):
        if column[row] >= 0 and np.isfinite(worth[row, other]):
            forced, forced_total = _best(worth, places.tolist(), (row, other))
            expected = total - forced_total if forced == served else np.inf
            assert cost[row, other] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_a_larger_run_is_as_good_as_scipys(seed: int) -> None:
    draw = np.random.default_rng(seed)
    worth = draw.normal(50, 20, (120, 25))
    places = draw.integers(4, 7, 25)
    column = transport(worth, places)
    alike = np.repeat(np.arange(25), places)
    row, place = linear_sum_assignment(-worth[:, alike])
    assert worth[np.arange(120), column].sum() == pytest.approx(worth[row, alike[place]].sum(), abs=1e-6)
    assert np.all(np.bincount(column, minlength=25) <= places)


def test_first_come_first_served_is_beaten_and_the_reasons_say_so() -> None:
    near = _provider("A", easting=0.0)
    far = _provider("B", easting=8_000.0)
    first = _case(1, easting=4_000.0)
    second = _case(2, easting=-30_000.0)
    found = assign_in_run([first, second], [near, far])
    assert [one.choice.code for one in found.pairings if one.choice] == ["B", "A"]
    assert found.together.placed == found.first_come.placed == 2
    assert found.together.worth > found.first_come.worth
    pairing = found.pairings[0]
    assert pairing.choice is not None
    assert "4 km away" in pairing.choice.reasons
    assert pairing.second is not None
    assert pairing.second.code == "A"
    # Both are 4 km from the first case; the second would be 38 km from its provider instead of 30: 8 of 40 km of 15.
    assert pairing.second_costs_run == pytest.approx(15 * 8 / 40)
    assert found.together.worth - found.first_come.worth == pytest.approx(pairing.second_costs_run or 0.0)


def test_the_clusters_own_comes_before_a_better_score() -> None:
    own, better = _provider("OWN"), _provider("BEST", themes=frozenset({"maths"}), stages=frozenset({"KS2"}))
    (pairing,) = assign_in_run([_case(1, linked_tsa="OWN")], [own, better]).pairings
    assert pairing.choice is not None
    assert pairing.choice.code == "OWN"
    assert pairing.choice.reasons[0] == "the teaching school alliance linked to the school's own cluster"
    assert pairing.second is not None
    assert pairing.second_costs_case is not None
    assert pairing.second_costs_case < 0 < (pairing.second_costs_run or 0)


def test_the_second_of_a_clusters_own_counts_half() -> None:
    scores = score_matrix(
        [_case(1, linked_tsa="A", linked_sip="B"), _case(2, linked_sip="B")], [_provider("A"), _provider("B")]
    )
    more = worth_of(scores) - scores.score
    assert more.tolist() == [[50.0, 25.0], [0.0, 50.0]]


def test_short_places_go_to_the_worst_evidence_and_the_others_are_told_why() -> None:
    maths = _provider("M", themes=frozenset({"maths"}))
    both = _provider("B", themes=frozenset({"maths", "reading"}))
    cases = [_case(1, "maths"), _case(2, "reading"), _case(3, "maths"), _case(4, "writing")]
    found = assign_in_run(cases, [maths, both]).pairings
    assert [one.choice.code if one.choice else None for one in found] == ["M", "B", None, None]
    assert found[2].why_none == "The places of all 2 providers that could be asked went to cases with worse evidence."
    assert found[3].why_none == "No provider can be asked: 2 without expertise in the theme."
    assert found[0].second is None  # any other way would leave the second case without a provider
    reversed_ = assign_in_run(cases[::-1], [both, maths]).pairings
    assert [one.choice is not None for one in reversed_] == [False, True, True, False]


def test_nobody_there() -> None:
    assert assign_in_run([], [_provider("A")]).pairings == ()
    (alone,) = assign_in_run([_case(1)], []).pairings
    assert alone.choice is None
    assert alone.why_none == "There is no provider."


def test_twice_is_an_error() -> None:
    with pytest.raises(ValueError, match="twice"):
        assign_in_run([_case(1), _case(1)], [_provider("A")])
    with pytest.raises(ValueError, match="twice"):
        assign_in_run([_case(1)], [_provider("A"), _provider("A")])


def test_a_run_takes_memory_for_its_cases_and_not_for_every_pair_of_a_nations_providers() -> None:
    worth = np.random.default_rng(4).normal(50, 20, (10, 4_000))
    places = np.ones(4_000, dtype=np.int64)
    tracemalloc.start()
    column = transport(worth, places)
    cost_of_moving(worth, column, places)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10 * worth.nbytes
