"""Which schools need support, in which theme, and where the area as a whole does: ranked, with the evidence.

The rule, in order:

1. Each figure is set against its reference on a scale where chance is known (`analysis.table`), a school's years are
   pooled, the latest counting most (`analysis.pooling`).
2. Schools differ ordinarily beyond chance; that spread is estimated per measure from the schools themselves so that
   the few in trouble do not set it, is never taken as more than the policy calls ordinary, and is added to chance
   (`analysis.dispersion`). What is left is a z-score. A school is compared with the reference or, where the whole area
   is worse than it, with the area's own middle: a low area is an area-wide priority, not a list of all its schools.
3. The measures of one theme become one z: their mean, re-scaled for how closely they go together.
4. False discovery is controlled so that of the schools flagged at most the policy's share are there by chance
   (`analysis.discovery`). Other themes worse than `policy.watch_z` are listed after them, to be watched.
5. Rank: every school's strongest theme comes before any school's second, then by score, then by URN and theme. A Board
   commissions school by school; one school with five poor themes must not hide four others.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, t

from analysis.areawide import area_findings
from analysis.discovery import adjusted, discoveries
from analysis.dispersion import Dispersion, dispersion
from analysis.evidence import (
    EvidenceItem,
    Finding,
    Identification,
    IdentificationPolicy,
    Level,
    Observation,
    Reference,
    Spread,
)
from analysis.gap import gap_observations, gap_references
from analysis.item import Latest, evidence_item, finding_sentence, latest_limits
from analysis.pooling import Pooled, pool_years
from analysis.similar import Contexts, SchoolContext, Similar, contexts, similar_schools
from analysis.table import MeasureTable, measure_tables
from analysis.trend import Trends, trends
from analysis.wording import similar_sentence, trend_sentence
from rules.measures import MeasureKind, Unit

Floats = NDArray[np.float64]
_FEWEST_IN_COMMON = 20
_OUTER = -float(norm.isf(0.001))


@dataclass(frozen=True, slots=True)
class Judged:
    """One measure judged: its schools pooled, the ordinary spread, `z` a school (negative is worse), its limits."""

    table: MeasureTable
    pooled: Pooled
    spread: Dispersion
    z: Floats
    latest: Latest
    trends: Trends
    similar: Similar


def identify(
    observations: Sequence[Observation],
    references: Mapping[tuple[str, str], Reference],
    policy: IdentificationPolicy | None = None,
    *,
    not_mainstream: AbstractSet[int] = frozenset(),
    pupils: Mapping[tuple[int, str], int] | None = None,
    area: Mapping[tuple[str, str], Reference] | None = None,
    context: Mapping[int, SchoolContext] | None = None,
) -> Identification:
    """Ranked priorities per school and theme, and area-wide ones, from published figures.

    `references` is keyed by (measure, year): the national figure; a year without one is compared with the schools
    given. `not_mainstream` are the URNs of special schools and others that the mainstream reference does not fit: they
    are neither judged nor part of the ordinary spread, and so never appear here. `pupils` by (URN, year) from the
    census serves measures of all pupils that were published without a cohort; without it the limits by chance are left
    out and the sentence says so. `area` holds the area's own published rows by (measure, year), else its schools are
    pooled. `context` says who each school teaches, for the comparison with similar schools that stands beside.

    Only measures with a theme are judged; the gap within a school is added as a measure of its own (`analysis.gap`).
    The result does not depend on the order of the observations. Refused: a percentage outside 0 to 100, a figure that
    is no number, or the same school, measure and year twice.
    """
    policy = policy or IdentificationPolicy()
    seen = [*observations, *gap_observations(observations, policy.smallest_cohort)]
    compared = {**gap_references(references), **references}
    tables = measure_tables(seen, compared, policy, not_mainstream=not_mainstream, pupils=pupils or {})
    known = contexts(context or {})
    judged = [found for table in tables if (found := _judge(table, policy, known)) is not None]
    spreads = tuple(_spread(one) for one in judged)
    wide = area_findings(
        [(one.table, one.pooled, one.spread) for one in judged], {**gap_references(area or {}), **(area or {})}, policy
    )
    if not judged:
        return Identification((), wide, (), spreads)
    findings, watch = _findings(judged, policy)
    return Identification(findings, wide, watch, spreads)


def _judge(table: MeasureTable, policy: IdentificationPolicy, known: Contexts) -> Judged | None:
    pooled = pool_years(
        table.urn, table.year, table.effect, table.chance, latest=len(table.years) - 1, decay=policy.year_decay
    )
    ordinary = _ordinary_tau(table, policy)
    spread = dispersion(pooled.effect, pooled.chance, fewest=policy.fewest_schools, assumed_tau=ordinary)
    if spread is None:
        return None  # a score of very few schools: nothing says how far apart they ordinarily are
    centre = min(0.0, spread.centre)
    tau = spread.tau if ordinary is None else min(spread.tau, ordinary)
    distance = (pooled.effect - centre) / np.sqrt(pooled.chance + tau**2)
    # A spread that is an estimate has, with few schools, the tails of Student's t; the policy's bound is no estimate.
    tail = t.sf(np.abs(distance), spread.freedom if tau == spread.tau else np.inf)
    z = np.sign(distance) * np.clip(norm.isf(np.maximum(tail, 1e-300)), 0.0, None)
    return Judged(
        table,
        pooled,
        spread,
        np.asarray(z, dtype=np.float64),
        latest_limits(table, pooled),
        trends(table, pooled, fewest=policy.fewest_schools),
        similar_schools(pooled, known, fewest=policy.fewest_schools),
    )


def _ordinary_tau(table: MeasureTable, policy: IdentificationPolicy) -> float | None:
    """The policy's bound on ordinary spread, on the scale of the test."""
    definition = table.definition
    points = policy.ordinary_sd.get(definition.code)
    if definition.kind is MeasureKind.PROPORTION:
        return (policy.ordinary_sd_points if points is None else points) / _points_per_unit(table)
    return points


def _points_per_unit(table: MeasureTable) -> float:
    """How much of the measure's own unit is one of the scale of the test: for a proportion the points of one unit of
    the arcsine scale around the latest reference, 200 sqrt(p (1 - p)); else 1."""
    if table.definition.kind is not MeasureKind.PROPORTION:
        return 1.0
    share = min(max(table.reference_of[-1].value / 100, 0.01), 0.99)
    return float(200 * np.sqrt(share * (1 - share)))


def _spread(one: Judged) -> Spread:
    tau, definition = one.spread.tau, one.table.definition
    points = tau * _points_per_unit(one.table)
    return Spread(definition.code, one.pooled.urn.size, one.spread.phi, one.spread.centre, tau, points)


def _findings(judged: list[Judged], policy: IdentificationPolicy) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    urns = np.unique(np.concatenate([one.pooled.urn for one in judged]))
    z = np.full((urns.size, len(judged)), np.nan)
    course = np.full(z.shape, np.nan)
    place = np.full(z.shape, -1, dtype=np.int64)  # of the school among those of the measure
    for column, one in enumerate(judged):
        rows = np.searchsorted(urns, one.pooled.urn)
        z[rows, column] = one.z
        course[rows, column] = one.trends.z
        place[rows, column] = np.arange(rows.size)
    themes = sorted({one.table.definition.theme or "" for one in judged})
    members = [[c for c, one in enumerate(judged) if one.table.definition.theme == theme] for theme in themes]
    weights = np.array([_reliability(one) for one in judged])
    theme_z = np.column_stack([combined(z[:, columns], weights[columns]) for columns in members])
    found = discoveries(norm.cdf(theme_z), norm.cdf(combined(theme_z)), policy.false_discovery)
    item_q = adjusted(norm.cdf(z))
    trend_q = adjusted(2 * norm.sf(np.abs(course)))
    strongest = np.argsort(np.argsort(np.where(np.isnan(theme_z), np.inf, theme_z), axis=1, kind="stable"), axis=1)
    theme_q = adjusted(norm.cdf(theme_z))

    def finding(row: int, column: int, *, flagged: bool) -> Finding:
        items = [
            _beside(
                evidence_item(
                    judged[c].table,
                    judged[c].pooled,
                    judged[c].latest,
                    int(place[row, c]),
                    z=float(z[row, c]),
                    q_value=float(item_q[row, c]),
                ),
                judged[c],
                int(place[row, c]),
                float(trend_q[row, c]),
                policy.false_discovery,
            )
            for c in members[column]
            if place[row, c] >= 0
        ]
        evidence: tuple[EvidenceItem, ...] = tuple(sorted(items, key=lambda item: (item.z, item.measure)))
        led = next(c for c in members[column] if judged[c].table.definition.code == evidence[0].measure)
        score = -float(theme_z[row, column])
        return Finding(
            urn=int(urns[row]),
            theme=themes[column],
            rank=0,
            score=score,
            flagged=flagged,
            level=Level.BELOW_998 if -score <= _OUTER else Level.BELOW_95,
            q_value=float(found.q[row, column] if flagged else theme_q[row, column]),
            evidence=evidence,
            sentence=finding_sentence(
                judged[led].table, judged[led].pooled, evidence[0], int(place[row, led]), flagged=flagged
            ),
        )

    with np.errstate(invalid="ignore"):
        watched = (theme_z <= policy.watch_z) & ~found.flagged

    def ordered(cells: NDArray[np.bool_], *, flagged: bool) -> list[Finding]:
        listed = [(int(strongest[r, c]), finding(int(r), int(c), flagged=flagged)) for r, c in np.argwhere(cells)]
        listed.sort(key=lambda pair: (pair[0], -pair[1].score, pair[1].urn, pair[1].theme))
        return [one for _, one in listed]

    flagged, rest = ordered(found.flagged, flagged=True), ordered(watched, flagged=False)
    return (
        tuple(replace(one, rank=place) for place, one in enumerate(flagged, 1)),
        tuple(replace(one, rank=place) for place, one in enumerate(rest, len(flagged) + 1)),
    )


def _beside(item: EvidenceItem, one: Judged, school: int, trend_q: float, rate: float) -> EvidenceItem:
    """The same with what stands beside the judgement: its course over the years, and similar schools."""
    definition = one.table.definition
    sign = 1.0 if definition.higher_is_better else -1.0
    per_unit = _points_per_unit(one.table)
    words: list[str] = []
    slope, course = float(one.trends.slope[school]), float(one.trends.z[school])
    if not np.isnan(course):
        item = replace(item, trend=slope * per_unit, trend_z=course, trend_q=trend_q)
        if trend_q <= rate:
            words.append(trend_sentence(item.measure, item.years, slope * per_unit))
    middle, away = float(one.similar.middle[school]), float(one.similar.z[school])
    if not np.isnan(away):
        near = item.reference + sign * middle * per_unit
        if definition.unit is Unit.PERCENT:
            near = min(max(near, 0.0), 100.0)
        item = replace(item, similar=near, similar_z=away)
        words.append(similar_sentence(item.measure, near, away))
    return replace(item, beside=tuple(words))


def _reliability(one: Judged) -> float:
    """How much of what a measure shows of schools is theirs and not chance: tau² / (tau² + chance), 0.05 to 1."""
    tau2 = one.spread.tau**2
    chance = float(np.median(one.pooled.chance))
    return max(tau2 / (tau2 + chance), 0.05) if tau2 + chance > 0 else 1.0


def combined(z: Floats, weights: Floats | None = None) -> Floats:
    """One z a school from the measures of a theme (schools × measures, NaN where there is none).

    The mean of those a school has, over its standard deviation: w'z / sqrt(w'Rw). `weights` (one a measure, else equal)
    let a measure that hardly tells schools apart say less. Correlations R are those between ordinary schools (each z
    held at ±1.28), never under 0, and 1 where fewer than 20 schools have both: measures that say the same thing count
    once. A school good on one measure and poor on the other is in between.
    """
    known = ~np.isnan(z)
    held = np.clip(z, -1.2816, 1.2816)
    size = z.shape[1]
    together = np.eye(size)
    for a in range(size):
        for b in range(a + 1, size):
            both = known[:, a] & known[:, b]
            rho = 1.0
            if both.sum() >= _FEWEST_IN_COMMON:
                first, second = held[both, a], held[both, b]
                rho = float(np.corrcoef(first, second)[0, 1]) if np.ptp(first) > 0 and np.ptp(second) > 0 else 1.0
            together[a, b] = together[b, a] = min(max(rho, 0.0), 1.0)
    weight = np.ones(size) if weights is None else weights
    has = known * weight
    deviation = np.sqrt(np.einsum("ia,ab,ib->i", has, together, has))
    total = (np.where(known, z, 0.0) * weight).sum(axis=1)
    return np.where(known.any(axis=1), total / np.where(deviation > 0, deviation, 1.0), np.nan)
