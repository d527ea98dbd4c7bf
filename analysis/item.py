"""The numbers and the sentence behind one finding, looked up in the table of its measure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis import funnel
from analysis.evidence import EvidenceItem
from analysis.pooling import Pooled
from analysis.table import MeasureTable
from analysis.wording import Figure, school_sentence
from rules.measures import MeasureKind

Floats = NDArray[np.float64]


def chance_limits(table: MeasureTable, rows: NDArray[np.int64], coverage: float) -> funnel.Limits:
    """Limits by chance alone around each row's reference, in the measure's unit; NaN where the cohort is not known."""
    reference = table.reference[rows]
    if table.definition.kind is not MeasureKind.PROPORTION:
        error = np.where(table.chance[rows] > 0, np.sqrt(table.chance[rows]), np.nan)
        return funnel.normal_limits(error, reference, coverage)
    cohort = table.cohort[rows]
    sized = ~np.isnan(cohort)
    found = funnel.proportion_limits(np.where(sized, cohort, 1.0), reference, coverage)
    return funnel.Limits(np.where(sized, found.lower, np.nan), np.where(sized, found.upper, np.nan))


@dataclass(frozen=True, slots=True)
class Latest:
    """The limits by chance of every school's latest year, in the order of the schools pooled."""

    inner: funnel.Limits
    outer: funnel.Limits


def latest_limits(table: MeasureTable, pooled: Pooled) -> Latest:
    """The 95% and 99.8% limits of each school's latest year, worked out for all schools at once."""
    rows = pooled.last - 1
    return Latest(chance_limits(table, rows, 0.95), chance_limits(table, rows, 0.998))


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def evidence_item(
    table: MeasureTable, pooled: Pooled, latest: Latest, school: int, *, z: float, q_value: float
) -> EvidenceItem:
    """The evidence of one school (its place in `pooled`) on one measure; figures are those of its latest year."""
    rows = range(int(pooled.first[school]), int(pooled.last[school]))
    at = rows[-1]
    cohort = table.cohort[at]
    compared = table.reference_of[int(table.year[at])]
    return EvidenceItem(
        measure=table.definition.code,
        years=tuple(table.years[int(table.year[row])] for row in rows),
        value=float(table.value[at]),
        cohort=None if np.isnan(cohort) else int(cohort),
        reference=compared.value,
        reference_source=compared.source,
        lower=_or_none(latest.inner.lower[school]),
        upper=_or_none(latest.inner.upper[school]),
        lower_998=_or_none(latest.outer.lower[school]),
        upper_998=_or_none(latest.outer.upper[school]),
        z=z,
        q_value=q_value,
    )


def finding_sentence(table: MeasureTable, pooled: Pooled, item: EvidenceItem, school: int, *, flagged: bool) -> str:
    """The sentence of a finding: the latest year where it lies beyond its limits by chance, else its years together."""
    higher = table.definition.higher_is_better
    limit, odds = _beyond(
        item.value,
        item.lower if higher else item.upper,
        item.lower_998 if higher else item.upper_998,
        higher=higher,
    )
    latest = Figure(
        item.measure, item.years[-1:], item.value, item.cohort, item.reference, item.reference_source, limit, odds
    )
    rows = np.arange(pooled.first[school], pooled.last[school])
    together = None if limit is not None or rows.size < 2 else _together(table, rows, item)
    return school_sentence(together or latest, flagged=flagged)


def _together(table: MeasureTable, rows: NDArray[np.int64], item: EvidenceItem) -> Figure | None:
    """All of a school's years as one figure with every pupil counting the same; None where a cohort is not known."""
    cohort = table.cohort[rows]
    if np.isnan(cohort).any():
        return None
    value = float(np.average(table.value[rows], weights=cohort))
    reference = float(np.average(table.reference[rows], weights=cohort))
    size = int(cohort.sum())
    if table.definition.kind is MeasureKind.PROPORTION:
        inner = funnel.proportion_limits(size, reference, 0.95)
        outer = funnel.proportion_limits(size, reference, 0.998)
    else:
        share = cohort / cohort.sum()
        error = float(np.sqrt(np.sum(share**2 * table.chance[rows])))
        inner = funnel.normal_limits(error, reference, 0.95)
        outer = funnel.normal_limits(error, reference, 0.998)
    higher = table.definition.higher_is_better
    limit, odds = _beyond(
        value,
        float(inner.lower if higher else inner.upper),
        float(outer.lower if higher else outer.upper),
        higher=higher,
    )
    return Figure(item.measure, item.years, value, size, reference, item.reference_source, limit, odds)


def _beyond(value: float, inner: float | None, outer: float | None, *, higher: bool) -> tuple[float | None, str | None]:
    """The outermost limit on the worse side that `value` lies beyond, and how seldom chance does that."""
    for limit, odds in ((outer, "once in 1,000"), (inner, "once in 40")):
        if limit is not None and (value < limit if higher else value > limit):
            return limit, odds
    return None, None
