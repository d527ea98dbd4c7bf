"""Matching in a run: solved together, against first come, first served, and against scipy's solvers.

Seconds and quality of the same run in the same process: a county (155 schools, 20 cases, 24 providers) and a nation
(24,000 schools, of which one in ten is a case, and all of them; 600 providers), places for a tenth more than the cases,
and for a tenth fewer.
"""

from time import perf_counter

import numpy as np
from scipy.optimize import linear_sum_assignment

from analysis.assignment import assign_in_run, first_come_first_served, quality, worth_of
from analysis.matching import CaseNeed, ProviderOption
from analysis.scores import score_matrix
from analysis.transport import transport
from benchmarks.wanted import Figures, Wanted

THEMES = ("reading", "writing", "maths", "attendance", "attainment-gap", "leadership")
COUNTY, NATION = 60_000.0, 550_000.0
SCIPY_AT_MOST = 3_000


def instance(
    cases: int, providers: int, side: float, places: float, seed: int = 4
) -> tuple[list[CaseNeed], list[ProviderOption]]:
    """An invented run: schools and providers over a square of `side` metres; the nearest providers are linked to some;
    `places`: how many the providers have together, as a share of the cases."""
    draw = np.random.default_rng(seed)
    where, there = draw.uniform(0, side, (cases, 2)), draw.uniform(0, side, (providers, 2))
    nearest = np.argsort(np.hypot(*(where[:, None, :] - there[None, :, :]).transpose(2, 0, 1)), axis=1)[:, :2]
    needs = [
        CaseNeed(
            reference=f"SIB-2026-{number:05}",
            urn=100_000 + number,
            theme=THEMES[int(draw.integers(len(THEMES)))],
            stage="KS2" if draw.random() < 0.85 else "KS4",
            trust=f"T{int(draw.integers(cases // 8 + 1))}" if draw.random() < 0.5 else None,
            easting=float(where[number, 0]),
            northing=float(where[number, 1]),
            linked_tsa=f"P{nearest[number, 0]:03}" if draw.random() < 0.6 else None,
            linked_sip=f"P{nearest[number, 1]:03}" if draw.random() < 0.4 else None,
        )
        for number in range(cases)
    ]
    share = np.maximum(draw.poisson(cases * places / providers, providers), 1)
    share = np.maximum(np.round(share * cases * places / share.sum()).astype(int), 1)
    options = [
        ProviderOption(
            code=f"P{number:03}",
            name=f"Provider {number}",
            themes=frozenset(draw.choice(THEMES, 3, replace=False).tolist()),
            stages=frozenset({"KS2"} if draw.random() < 0.7 else {"KS2", "KS4"}),
            free=int(share[number]),
            easting=float(there[number, 0]),
            northing=float(there[number, 1]),
            impact_points=float(draw.normal(1, 2)) if draw.random() < 0.5 else None,
            evaluated=int(draw.integers(1, 9)),
            on_time=float(draw.beta(8, 2)),
            cost_pence=int(draw.integers(320_000, 640_000)),
            trust=f"T{int(draw.integers(cases // 8 + 1))}" if draw.random() < 0.3 else None,
            conflicts=frozenset({100_000 + int(draw.integers(cases))}),
        )
        for number in range(providers)
    ]
    return needs, options


def measure(wanted: Wanted) -> Figures:
    """One figure an instance: seconds of each way, how many cases each places, worth and mean score."""
    for name, cases, providers, side in (
        ("county", 20, 24, COUNTY),
        ("nation-one-in-ten", 2_400, 600, NATION),
        ("nation-every-school", 24_000, 600, NATION),
    ):
        if wanted.wants(name) and (not wanted.sizes or cases in wanted.sizes):
            for places in (1.1, 0.9):
                yield _figure(name, *instance(cases, providers, side, places), places)


def _figure(name: str, needs: list[CaseNeed], options: list[ProviderOption], places: float) -> dict[str, object]:
    began = perf_counter()
    scores = score_matrix(needs, options)
    worth = worth_of(scores)
    spare = np.array([one.free for one in options], dtype=np.int64)
    scored = perf_counter() - began
    began = perf_counter()
    column = transport(worth, spare)
    together = perf_counter() - began
    began = perf_counter()
    queue = first_come_first_served(worth, spare)
    queued = perf_counter() - began
    began = perf_counter()
    whole = assign_in_run(needs, options)
    words = perf_counter() - began
    ours, theirs = quality(scores, worth, column), quality(scores, worth, queue)
    assert whole.together.placed == ours.placed
    found: dict[str, object] = {
        "name": name,
        "cases": len(needs),
        "providers": len(options),
        "places": int(spare.sum()),
        "places_share": places,
        "score_s": round(scored, 2),
        "together_s": round(together, 2),
        "queue_s": round(queued, 2),
        "whole_with_reasons_s": round(words, 2),
        "placed": ours.placed,
        "queue_placed": theirs.placed,
        "worth": round(ours.worth, 1),
        "queue_worth": round(theirs.worth, 1),
        "mean_score": round(ours.mean_score, 2),
        "queue_mean_score": round(theirs.mean_score, 2),
        "first_choices": ours.first_choices,
        "queue_first_choices": theirs.first_choices,
    }
    if len(needs) <= SCIPY_AT_MOST:
        began = perf_counter()
        alike = np.repeat(np.arange(len(options)), spare)
        cost = np.where(np.isfinite(worth), -worth, 1e5)[:, alike]
        row, place = linear_sum_assignment(cost)
        found["scipy_s"] = round(perf_counter() - began, 2)
        got = worth[row, alike[place]]
        found["scipy_worth"] = round(float(got[np.isfinite(got)].sum()), 1)
    return found
