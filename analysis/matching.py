"""Who should be asked first: providers ranked for one case by a visible score, with the reasons in words.

The system suggests, a person decides: nobody is left out without a sentence that says why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from rules.figure_words import signed


@dataclass(frozen=True, slots=True)
class CaseNeed:
    """What a case needs. `stage` is "KS2", "KS4" or "all"; `easting` and `northing` are metres of the national grid;
    `budget_pence` is what may be spent, None when not set; `linked_tsa` and `linked_sip` are the codes of the providers
    that the school's cluster is linked to on the day of the ranking."""

    reference: str
    urn: int
    theme: str
    stage: str = "all"
    trust: str | None = None
    easting: float | None = None
    northing: float | None = None
    budget_pence: int | None = None
    linked_tsa: str | None = None
    linked_sip: str | None = None


@dataclass(frozen=True, slots=True)
class ProviderOption:
    """What is known of a provider on the day of the ranking.

    `themes` and `stages`: what it offers; empty means not stated, and counts half. `free`: cases it can still take on.
    `impact_points`: its evaluated effect over `evaluated` cases, in percentage points, after pooling with all providers
    (`analysis.programme`: one lucky case is no crown); `on_time`: share of its impact updates that came on time, 0 to
    1; None when there is none yet. `cost_pence`: its usual cost of such a case.
    `urn` and `trust`: when it is itself a school, or a trust. `conflicts`: URNs for which it declared an interest.
    `unavailable`: why it cannot be asked at all today ("its designation ended on 31 August 2021"), else None.
    """

    code: str
    name: str
    themes: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    free: int = 0
    easting: float | None = None
    northing: float | None = None
    impact_points: float | None = None
    evaluated: int = 0
    on_time: float | None = None
    cost_pence: int | None = None
    urn: int | None = None
    trust: str | None = None
    conflicts: frozenset[int] = frozenset()
    unavailable: str | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part counts; only their proportions matter. `far_metres` is the distance that scores nothing,
    `enough_free` the number of free places that scores in full, `strong_points` the effect that scores in full,
    `usual_pence` what a case usually costs: half the score for cost, where a case has no budget of its own."""

    theme: float = 30
    stage: float = 15
    capacity: float = 10
    distance: float = 15
    impact: float = 15
    on_time: float = 5
    cost: float = 10
    far_metres: float = 40_000
    enough_free: int = 3
    strong_points: float = 8
    usual_pence: int = 480_000


@dataclass(frozen=True, slots=True)
class ScoredProvider:
    """A provider in its place: `score` 0 to 100; `first_because` says why it stands before the score, else None."""

    code: str
    name: str
    rank: int
    score: float
    reasons: tuple[str, ...]
    first_because: str | None = None


@dataclass(frozen=True, slots=True)
class ExcludedProvider:
    """A provider that is not to be asked, and why, in one sentence."""

    code: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ranking:
    """The order in which providers are asked for one case, and those left out with the reason."""

    reference: str
    ranked: tuple[ScoredProvider, ...]
    excluded: tuple[ExcludedProvider, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    weight: float
    share: float
    reason: str


def rank_providers(case: CaseNeed, options: Sequence[ProviderOption], weights: Weights | None = None) -> Ranking:
    """Rank providers for a case: the cluster's linked TSA, then its linked SIP, then all others by score.

    Out, with the reason: a conflict of interest (the same school, the same trust, a declared interest), unavailable, no
    free capacity, a cost above the budget, and, unless linked to the cluster, no expertise in the theme. Score: the
    weighted mean of parts between 0 and 1 (expertise in theme and stage, free capacity, distance, evaluated impact,
    updates on time, cost), times 100; what is not known counts half. Ties go by code. The order of `options` does not
    matter; a code given twice is a ValueError.
    """
    weights = weights or Weights()
    if len({option.code for option in options}) < len(options):
        raise ValueError(f"A provider was given twice for {case.reference}.")
    scored, excluded = [], []
    for option in sorted(options, key=lambda one: one.code):
        reason = exclusion(case, option)
        if reason is not None:
            excluded.append(ExcludedProvider(option.code, option.name, reason))
            continue
        turn, because = _turn(case, option)
        score, reasons = scored_pair(case, option, weights)
        scored.append((turn, -round(score, 6), option.code, option.name, reasons, because))
    scored.sort(key=lambda one: one[:3])
    ranked = tuple(
        ScoredProvider(code, name, rank, -score, reasons, because)
        for rank, (_, score, code, name, reasons, because) in enumerate(scored, 1)
    )
    return Ranking(case.reference, ranked, tuple(excluded))


def scored_pair(case: CaseNeed, option: ProviderOption, weights: Weights) -> tuple[float, tuple[str, ...]]:
    """The score of one provider for one case, 0 to 100, and its reasons in words."""
    because = _turn(case, option)[1]
    parts = _parts(case, option, weights)
    total = sum(part.weight for part in parts)
    score = 100 * sum(part.weight * part.share for part in parts) / total if total > 0 else 0.0
    return score, (*((because,) if because else ()), *(part.reason for part in parts))


def exclusion(case: CaseNeed, option: ProviderOption) -> str | None:
    """Why a provider must not or cannot be asked for a case, or None. Conflicts of interest are named first."""
    if option.urn is not None and option.urn == case.urn:
        return f"{option.name} is the school itself."
    if option.trust is not None and option.trust == case.trust:
        return f"{option.name} and the school belong to the same trust."
    if case.urn in option.conflicts:
        return f"{option.name} declared an interest in the school."
    if option.unavailable is not None:
        return f"{option.name} cannot be asked: {option.unavailable}."
    if option.free <= 0:
        return f"{option.name} has no free capacity."
    if case.budget_pence is not None and option.cost_pence is not None and option.cost_pence > case.budget_pence:
        return f"{option.name} usually costs {_pounds(option.cost_pence)}, above the {_pounds(case.budget_pence)} set."
    linked = option.code in (case.linked_tsa, case.linked_sip)
    if option.themes and case.theme not in option.themes and not linked:
        return f"{option.name} does not offer {case.theme}."
    return None


def _turn(case: CaseNeed, option: ProviderOption) -> tuple[int, str | None]:
    if option.code == case.linked_tsa:
        return 0, "the teaching school alliance linked to the school's own cluster"
    if option.code == case.linked_sip:
        return 1, "the school improvement partner linked to the school's own cluster"
    return 2, None


def _parts(case: CaseNeed, option: ProviderOption, weights: Weights) -> tuple[_Part, ...]:
    free = min(option.free / max(1, weights.enough_free), 1.0)
    theme = case.theme.replace("-", " ")
    return (
        _offers(weights.theme, case.theme, option.themes, f"expertise in {theme}"),
        _offers(weights.stage, case.stage, option.stages, f"work at {case.stage}")
        if case.stage != "all"
        else _Part(weights.stage, 1.0, "the case is not tied to a key stage"),
        _Part(weights.capacity, free, f"free for {option.free} more case{'s' if option.free != 1 else ''}"),
        _distance(case, option, weights),
        _impact(option, weights),
        _Part(weights.on_time, 0.5, "no impact updates yet")
        if option.on_time is None
        else _Part(weights.on_time, option.on_time, f"{option.on_time:.0%} of its impact updates on time"),
        _cost(case, option, weights),
    )


def _offers(weight: float, wanted: str, offered: frozenset[str], words: str) -> _Part:
    if not offered:
        return _Part(weight, 0.5, f"{words} not stated")
    return _Part(weight, 1.0, words) if wanted in offered else _Part(weight, 0.0, f"no {words} listed")


def _distance(case: CaseNeed, option: ProviderOption, weights: Weights) -> _Part:
    if case.easting is None or case.northing is None or option.easting is None or option.northing is None:
        return _Part(weights.distance, 0.5, "distance not known")
    metres = hypot(case.easting - option.easting, case.northing - option.northing)
    return _Part(weights.distance, max(0.0, 1 - metres / weights.far_metres), f"{metres / 1000:.0f} km away")


def _impact(option: ProviderOption, weights: Weights) -> _Part:
    if option.impact_points is None or option.evaluated <= 0:
        return _Part(weights.impact, 0.5, "no evaluated cases yet")
    share = min(max(0.5 + option.impact_points / (2 * weights.strong_points), 0.0), 1.0)
    cases = f"{option.evaluated} evaluated case{'s' if option.evaluated != 1 else ''}"
    points = signed(option.impact_points)
    return _Part(weights.impact, share, f"{points} points beyond expectation over {cases}, pooled with all providers")


def _cost(case: CaseNeed, option: ProviderOption, weights: Weights) -> _Part:
    if option.cost_pence is None:
        return _Part(weights.cost, 0.5, "cost not known")
    words = f"usually costs {_pounds(option.cost_pence)}"
    against = case.budget_pence or 2 * weights.usual_pence
    return _Part(weights.cost, max(0.0, 1 - option.cost_pence / against) if against > 0 else 0.5, words)


def _pounds(pence: int) -> str:
    return f"£{pence / 100:,.0f}" if pence % 100 == 0 else f"£{pence / 100:,.2f}"
