"""Many cases at once: which provider each case goes to first, solved for all of them together under capacity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from analysis.matching import Ranking, ScoredProvider

# A case without a provider is worth less than any pairing: places are filled first, then the scores are made best.
_FILLED = 1_000.0
_STEP = 1e-5


@dataclass(frozen=True, slots=True)
class Pairing:
    """One case and the provider it is given, or None when no place was left; `rank` is the provider's place in the
    case's own ranking; `lost` is what the case's score gave up so that the run as a whole is best."""

    reference: str
    code: str | None
    score: float
    rank: int | None
    lost: float
    reasons: tuple[str, ...]


def assign_in_run(
    rankings: Sequence[Ranking], capacity: Mapping[str, int], *, cluster_first: float = 50.0
) -> tuple[Pairing, ...]:
    """A provider for every case of a run, at most `capacity[code]` cases each (a code not named has none).

    First as many cases as possible get a provider, then the sum of scores is largest, where a provider linked to the
    case's own cluster counts `cluster_first` more (half of it where it stands second). Solved exactly as a linear
    programme whose corners are whole (scipy's HiGHS), not first come, first served. Ties go to the case and provider
    that sort first, so the result does not depend on the order given. One pairing a case, in order of reference.
    ValueError for a case given twice.
    """
    ordered = sorted(rankings, key=lambda one: one.reference)
    if len({one.reference for one in ordered}) < len(ordered):
        raise ValueError("A case was given twice in one run.")
    pairs = [
        (row, provider)
        for row, ranking in enumerate(ordered)
        for provider in sorted(ranking.ranked, key=lambda one: one.code)
        if capacity.get(provider.code, 0) > 0
    ]
    chosen: dict[int, ScoredProvider] = {}
    if pairs:
        codes = sorted({provider.code for _, provider in pairs})
        place = {code: index for index, code in enumerate(codes)}
        column = np.array([place[provider.code] for _, provider in pairs])
        row = np.array([index for index, _ in pairs])
        worth = np.array([worth_of(provider, cluster_first) for _, provider in pairs]) + _FILLED
        # Equal worths would leave the choice to the solver's inside: a step far below a point of score decides.
        worth += _STEP * (1 - (row * len(codes) + column) / (len(ordered) * len(codes)))
        each = np.arange(len(pairs))
        ones = np.ones(len(pairs))
        once = csr_array((ones, (row, each)), shape=(len(ordered), len(pairs)))
        full = csr_array((ones, (column, each)), shape=(len(codes), len(pairs)))
        limit = np.array([float(capacity[code]) for code in codes])
        # A transport problem: every corner of its region is in whole numbers, and the simplex ends on a corner. Asking
        # for whole numbers besides took 85 s and 5 GB for 2,400 cases instead of half a second.
        found = milp(
            -worth,
            bounds=Bounds(0, 1),
            constraints=[LinearConstraint(once, ub=np.ones(len(ordered))), LinearConstraint(full, ub=limit)],
        )
        assert found.x is not None, found.message
        assert np.all(np.abs(found.x - np.round(found.x)) < 1e-6), "the solver did not end on a corner"
        chosen = {pairs[at][0]: pairs[at][1] for at in np.flatnonzero(found.x > 0.5)}
    return tuple(_pairing(ranking, chosen.get(index)) for index, ranking in enumerate(ordered))


def worth_of(provider: ScoredProvider, cluster_first: float) -> float:
    """The score of a pairing in the sum that a run makes largest: the cluster's own provider counts more."""
    if provider.first_because is None:
        return provider.score
    return provider.score + (cluster_first if provider.rank == 1 else cluster_first / 2)


def _pairing(ranking: Ranking, provider: ScoredProvider | None) -> Pairing:
    best = ranking.ranked[0].score if ranking.ranked else 0.0
    if provider is None:
        why = "no provider can be asked" if not ranking.ranked else "every provider's places went to other cases"
        return Pairing(ranking.reference, None, 0.0, None, best, (why,))
    return Pairing(
        ranking.reference, provider.code, provider.score, provider.rank, best - provider.score, provider.reasons
    )
