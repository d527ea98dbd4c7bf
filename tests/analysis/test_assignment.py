"""Assignment of a run against trying everything."""

from itertools import product

import numpy as np
import pytest

from analysis.assignment import assign_in_run, worth_of
from analysis.matching import Ranking, ScoredProvider


def _ranking(reference: str, scores: dict[str, float], linked: str | None = None) -> Ranking:
    ordered = sorted(scores.items(), key=lambda pair: (pair[0] != linked, -pair[1], pair[0]))
    return Ranking(
        reference,
        tuple(
            ScoredProvider(code, code, rank, score, ("why",), "linked" if code == linked else None)
            for rank, (code, score) in enumerate(ordered, 1)
        ),
        (),
    )


def _best(rankings: list[Ranking], capacity: dict[str, int]) -> float:
    """The best total by trying every choice, no provider being one of them."""
    best = 0.0
    for choice in product(*[(None, *ranking.ranked) for ranking in rankings]):
        codes = [one.code for one in choice if one is not None]
        if all(codes.count(code) <= capacity.get(code, 0) for code in set(codes)):
            best = max(best, sum(1000 + worth_of(one, 50.0) for one in choice if one is not None))
    return best


@pytest.mark.parametrize("seed", range(12))
def test_it_is_as_good_as_trying_everything(seed: int) -> None:
    draw = np.random.default_rng(seed)
    codes = ["A", "B", "C"]
    rankings = []
    for case in range(5):
        scores = {code: float(draw.integers(0, 100)) for code in codes if draw.random() < 0.8}
        linked = str(draw.choice(codes)) if draw.random() < 0.5 else None
        rankings.append(_ranking(f"SIB-{case}", scores, linked if linked in scores else None))
    capacity = {code: int(draw.integers(0, 3)) for code in codes}
    found = assign_in_run(rankings, capacity)
    total = 0.0
    for ranking, pairing in zip(rankings, found, strict=True):
        assert pairing.reference == ranking.reference
        if pairing.code is not None:
            total += 1000 + worth_of(next(one for one in ranking.ranked if one.code == pairing.code), 50.0)
    assert total == pytest.approx(_best(rankings, capacity), abs=1e-6)
    used = [pairing.code for pairing in found if pairing.code]
    assert all(used.count(code) <= capacity[code] for code in codes)


def test_first_come_first_served_is_beaten() -> None:
    rankings = [_ranking("SIB-1", {"A": 90.0, "B": 85.0}), _ranking("SIB-2", {"A": 88.0, "B": 20.0})]
    found = assign_in_run(rankings, {"A": 1, "B": 1})
    assert [(one.code, one.rank, one.lost) for one in found] == [("B", 2, 5.0), ("A", 1, 0.0)]


def test_the_clusters_own_provider_goes_to_its_cluster() -> None:
    rankings = [_ranking("SIB-1", {"A": 60.0, "B": 60.0}, linked="A"), _ranking("SIB-2", {"A": 90.0, "B": 60.0})]
    assert [one.code for one in assign_in_run(rankings, {"A": 1, "B": 1})] == ["A", "B"]
    second = ScoredProvider("A", "A", 2, 60.0, (), "linked")
    assert worth_of(second, 50.0) == 85.0


def test_a_case_nobody_can_take_says_why() -> None:
    full = _ranking("SIB-1", {"A": 60.0})
    none = Ranking("SIB-2", (), ())
    found = assign_in_run([none, full], {})
    assert [(one.reference, one.code, one.reasons) for one in found] == [
        ("SIB-1", None, ("every provider's places went to other cases",)),
        ("SIB-2", None, ("no provider can be asked",)),
    ]
    assert assign_in_run([], {"A": 1}) == ()


def test_the_order_given_does_not_matter() -> None:
    rankings = [_ranking(f"SIB-{i}", {"A": 50.0, "B": 50.0, "C": 50.0}) for i in range(6)]
    capacity = {"A": 2, "B": 2, "C": 2}
    assert assign_in_run(rankings, capacity) == assign_in_run(rankings[::-1], capacity)


def test_a_case_given_twice_is_an_error() -> None:
    with pytest.raises(ValueError, match="twice"):
        assign_in_run([_ranking("SIB-1", {"A": 1.0})] * 2, {"A": 1})
