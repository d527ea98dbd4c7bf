"""Many cases at once: which provider each case asks first, solved for all of them together under capacity."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.matching import CaseNeed, ProviderOption, Weights, exclusion, scored_pair
from analysis.scores import Floats, Scores, score_matrix
from analysis.transport import Places, cost_of_moving, transport

CLUSTER_FIRST = 50.0
"""What a provider linked to the case's own cluster counts more than its score; the second of them, half of it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A provider for a case; `rank` is its place in the case's own ranking."""

    code: str
    name: str
    score: float
    rank: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pairing:
    """One case of a run. `choice`: whom it asks first, None when it is left out, and `why_none` then says why.

    `second`: the next best way for the run as a whole; it would have cost the case `second_costs_case` points of its
    own score (below 0: the case itself would have been better off) and the run `second_costs_run` points of worth; None
    when there is no other way without leaving some case out. `lost`: what the case's score gave up, against its own
    first choice, so that the run as a whole is best.
    """

    reference: str
    choice: Choice | None
    second: Choice | None
    second_costs_case: float | None
    second_costs_run: float | None
    lost: float
    why_none: str | None


@dataclass(frozen=True, slots=True)
class Quality:
    """How good an assignment is: cases with a provider, the sum of their worths (score, and what the cluster's own
    counts more), the mean score of those with a provider, and how many have their own first choice."""

    placed: int
    worth: float
    mean_score: float
    first_choices: int


@dataclass(frozen=True, slots=True)
class RunAssignment:
    """The pairings in the order given, and the same run first come, first served beside it."""

    pairings: tuple[Pairing, ...]
    together: Quality
    first_come: Quality


def assign_in_run(
    cases: Sequence[CaseNeed], options: Sequence[ProviderOption], weights: Weights | None = None
) -> RunAssignment:
    """A provider for every case of a run, at most `free` cases each.

    `cases` come with the worst evidence first: as many as possible get a provider, and where places are short the worse
    evidence goes before the better. Then the sum of worths is largest (`analysis.transport`), where a provider linked
    to the case's own cluster counts `CLUSTER_FIRST` more. The order of `options` does not matter. ValueError for a case
    or provider given twice.
    """
    weights = weights or Weights()
    options = sorted(options, key=lambda one: one.code)
    if len({one.reference for one in cases}) < len(cases) or len({one.code for one in options}) < len(options):
        raise ValueError("A case or a provider was given twice in one run.")
    scores = score_matrix(cases, options, weights)
    worth = worth_of(scores)
    places = np.array([max(one.free, 0) for one in options], dtype=np.int64)
    column = transport(worth, places)
    cost = cost_of_moving(worth, column, places)
    writer = _Writer(cases, options, weights, scores, worth)
    pairings = tuple(
        writer.placed(row, int(column[row]), cost[row]) if column[row] >= 0 else writer.left_out(row)
        for row in range(len(cases))
    )
    return RunAssignment(
        pairings, quality(scores, worth, column), quality(scores, worth, first_come_first_served(worth, places))
    )


def worth_of(scores: Scores) -> Floats:
    """What a run makes largest: the score, and for the providers linked to the case's own cluster more, the first of
    them above the second; −inf where a provider may not be asked."""
    turn = np.where(scores.allowed, scores.turn, 2)
    first = turn == turn.min(axis=1, keepdims=True, initial=2)
    more = np.where(turn == 2, 0.0, np.where(first, CLUSTER_FIRST, CLUSTER_FIRST / 2))
    return np.where(scores.allowed, scores.score + more, -np.inf)


def first_come_first_served(worth: Floats, places: Places) -> Places:
    """What a queue would do: each case in turn takes the best provider that still has a place."""
    spare = np.array(places)
    column = np.full(worth.shape[0], -1, dtype=np.int64)
    for row in range(worth.shape[0]):
        here = np.where(spare > 0, worth[row], -np.inf)
        if here.size and np.isfinite(here.max()):
            column[row] = int(np.argmax(here))
            spare[column[row]] -= 1
    return column


def quality(scores: Scores, worth: Floats, column: Places) -> Quality:
    """How good an assignment is."""
    rows = np.flatnonzero(column >= 0)
    if not rows.size:
        return Quality(0, 0.0, 0.0, 0)
    got = worth[rows, column[rows]]
    return Quality(
        int(rows.size),
        float(got.sum()),
        float(scores.score[rows, column[rows]].mean()),
        int(np.sum(got >= worth[rows].max(axis=1) - 1e-9)),
    )


class _Writer:
    """Puts the pairings of a run into words."""

    def __init__(
        self,
        cases: Sequence[CaseNeed],
        options: Sequence[ProviderOption],
        weights: Weights,
        scores: Scores,
        worth: NDArray[np.float64],
    ) -> None:
        self.cases, self.options, self.weights = cases, options, weights
        self.scores, self.worth = scores, worth

    def placed(self, row: int, column: int, cost: Floats) -> Pairing:
        others = cost.copy()
        others[column] = np.inf
        other = int(np.argmin(others))
        possible = bool(np.isfinite(others[other]))
        score = float(self.scores.score[row, column])
        best = int(np.lexsort((-self.scores.score[row], self._turn(row)))[0])
        return Pairing(
            reference=self.cases[row].reference,
            choice=self._choice(row, column),
            second=self._choice(row, other) if possible else None,
            second_costs_case=round(score - float(self.scores.score[row, other]), 6) if possible else None,
            second_costs_run=round(float(others[other]), 6) if possible else None,
            lost=round(float(self.scores.score[row, best]) - score, 6),
            why_none=None,
        )

    def left_out(self, row: int) -> Pairing:
        return Pairing(self.cases[row].reference, None, None, None, None, 0.0, self._why_none(row))

    def _why_none(self, row: int) -> str:
        able = int(self.scores.allowed[row].sum())
        if able:
            who = "the one provider" if able == 1 else f"all {able} providers"
            return f"The places of {who} that could be asked went to cases with worse evidence."
        said = Counter(_without_name(exclusion(self.cases[row], one) or "", one.name) for one in self.options)
        if not said:
            return "There is no provider."
        told = "; ".join(
            f"{count} {words}" for words, count in sorted(said.items(), key=lambda one: (-one[1], one[0]))[:3]
        )
        return f"No provider can be asked: {told}."

    def _turn(self, row: int) -> NDArray[np.int64]:
        return np.where(self.scores.allowed[row], self.scores.turn[row], 9).astype(np.int64)

    def _choice(self, row: int, column: int) -> Choice:
        option = self.options[column]
        score, reasons = scored_pair(self.cases[row], option, self.weights)
        order = np.lexsort((-self.scores.score[row].round(6), self._turn(row)))
        rank = int(np.flatnonzero(order == column)[0]) + 1
        return Choice(option.code, option.name, score, rank, reasons)


def _without_name(sentence: str, name: str) -> str:
    """`Alliance A has no free capacity.` as the words of a list: "without free capacity"; costs and days left out."""
    words = sentence.removeprefix(f"{name} ").removesuffix(".")
    for start, short in _ALIKE:
        if words.startswith(start):
            return short
    return words


_ALIKE = (
    ("is the school itself", "is the school itself"),
    ("and the school belong", "of the same trust"),
    ("declared an interest", "with a declared interest"),
    ("cannot be asked", "not available today"),
    ("has no free capacity", "without free capacity"),
    ("usually costs", "above the money set"),
    ("does not offer", "without expertise in the theme"),
)
