"""The score of every case with every provider at once: the numbers of `analysis.matching`, as arrays.

A run of many cases needs all of them; the words are then made for the few pairings that are shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.matching import CaseNeed, ProviderOption, Weights

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
_AT_ONCE = 1_000_000
"""Pairs that are scored at once: each takes a dozen numbers on the way."""


@dataclass(frozen=True, slots=True)
class Scores:
    """One row a case, one column a provider, in the order given. `allowed`: may be asked; `score`: 0 to 100, the same
    as `rank_providers` gives; `turn`: 0 for the cluster's linked TSA, 1 for its SIP, 2 for all others."""

    allowed: Flags
    score: Floats
    turn: NDArray[np.int8]


def score_matrix(
    cases: Sequence[CaseNeed], options: Sequence[ProviderOption], weights: Weights | None = None
) -> Scores:
    """Score every pair by the same rules as `rank_providers` (a property test holds the two together)."""
    weights = weights or Weights()
    columns = _Columns(options, weights)
    rows = max(1, _AT_ONCE // max(1, len(options)))
    found = [columns.rows(cases[at : at + rows]) for at in range(0, len(cases), rows)]
    shape = (0, len(options))
    if not found:
        return Scores(np.zeros(shape, np.bool_), np.zeros(shape), np.zeros(shape, np.int8))
    return Scores(
        np.concatenate([one.allowed for one in found]),
        np.concatenate([one.score for one in found]),
        np.concatenate([one.turn for one in found]),
    )


class _Columns:
    """What is known of the providers, as columns."""

    def __init__(self, options: Sequence[ProviderOption], weights: Weights) -> None:
        self.options, self.weights = options, weights
        self.code = np.array([one.code for one in options], dtype=object)
        self.urn = np.array([-1 if one.urn is None else one.urn for one in options])
        self.trust = np.array([one.trust or "" for one in options], dtype=object)
        self.free = np.array([one.free for one in options], dtype=np.float64)
        self.closed = np.array([one.unavailable is not None or one.free <= 0 for one in options], dtype=np.bool_)
        self.cost = _numbers([one.cost_pence for one in options])
        self.place = np.column_stack(
            [_numbers([one.easting for one in options]), _numbers([one.northing for one in options])]
        )
        self.states_themes = np.array([bool(one.themes) for one in options], dtype=np.bool_)
        on_time = _numbers([one.on_time for one in options])
        impact = _numbers([one.impact_points if one.evaluated > 0 else None for one in options])
        impact = np.clip(0.5 + impact / (2 * weights.strong_points), 0.0, 1.0)
        self.alike = (
            weights.capacity * np.minimum(self.free / max(1, weights.enough_free), 1.0)
            + weights.on_time * np.nan_to_num(on_time, nan=0.5)
            + weights.impact * np.nan_to_num(impact, nan=0.5)
        )
        self.conflicts: dict[int, list[int]] = {}
        for column, one in enumerate(options):
            for urn in one.conflicts:
                self.conflicts.setdefault(urn, []).append(column)

    def rows(self, cases: Sequence[CaseNeed]) -> Scores:
        weights = self.weights
        tsa = self.code[None, :] == np.array([one.linked_tsa for one in cases], dtype=object)[:, None]
        sip = self.code[None, :] == np.array([one.linked_sip for one in cases], dtype=object)[:, None]
        turn = np.where(tsa, 0, np.where(sip, 1, 2)).astype(np.int8)
        theme = self._offers([one.theme for one in cases], [one.themes for one in self.options])
        stage = self._offers([one.stage for one in cases], [one.stages for one in self.options])
        stage[[one.stage == "all" for one in cases]] = 1.0
        budget = _numbers([one.budget_pence for one in cases])[:, None]
        with np.errstate(invalid="ignore", divide="ignore"):
            cost = self._cost(budget)
            allowed = ~self.closed[None, :] & ~(self.cost[None, :] > budget)
        urns = np.array([one.urn for one in cases])
        trusts = np.array([one.trust or "none" for one in cases], dtype=object)
        allowed &= self.urn[None, :] != urns[:, None]
        allowed &= self.trust[None, :] != trusts[:, None]
        allowed &= (theme > 0) | (turn < 2)
        for row, urn in enumerate(urns):
            allowed[row, self.conflicts.get(int(urn), [])] = False
        total = sum(
            (
                weights.theme,
                weights.stage,
                weights.capacity,
                weights.distance,
                weights.impact,
                weights.on_time,
                weights.cost,
            )
        )
        score = weights.theme * theme + weights.stage * stage + weights.distance * self._distance(cases)
        score += weights.cost * cost
        score += self.alike[None, :]
        return Scores(allowed, 100 * score / total if total > 0 else np.zeros_like(score), turn)

    def _offers(self, wanted: Sequence[str], offered: Sequence[frozenset[str]]) -> Floats:
        names = {name: place for place, name in enumerate(sorted(set(wanted)))}
        table = np.array(
            [[0.5 if not has else float(name in has) for has in offered] for name in names], dtype=np.float64
        ).reshape(len(names), len(offered))
        return table[[names[one] for one in wanted]]

    def _distance(self, cases: Sequence[CaseNeed]) -> Floats:
        east, north = _numbers([one.easting for one in cases]), _numbers([one.northing for one in cases])
        metres = np.hypot(east[:, None] - self.place[None, :, 0], north[:, None] - self.place[None, :, 1])
        return np.nan_to_num(np.maximum(0.0, 1 - metres / self.weights.far_metres), nan=0.5)

    def _cost(self, budget: Floats) -> Floats:
        against = np.where(budget > 0, budget, 2.0 * self.weights.usual_pence)
        return np.nan_to_num(np.maximum(0.0, 1 - self.cost[None, :] / against), nan=0.5)


def _numbers(values: Sequence[float | None]) -> Floats:
    return np.array([np.nan if one is None else one for one in values], dtype=np.float64)
