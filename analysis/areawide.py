"""Where the area as a whole is worse than the reference: a case for work across schools, not for one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy.stats import norm

from analysis.discovery import adjusted
from analysis.dispersion import Dispersion
from analysis.evidence import AreaFinding, IdentificationPolicy, Reference
from analysis.item import chance_limits
from analysis.pooling import Pooled
from analysis.table import MeasureTable
from analysis.wording import area_sentence
from rules.measures import MeasureKind, Unit


def area_findings(
    judged: Sequence[tuple[MeasureTable, Pooled, Dispersion]],
    area: Mapping[tuple[str, str], Reference],
    policy: IdentificationPolicy,
) -> tuple[AreaFinding, ...]:
    """Measures on which the middle of the area's schools is worse than the reference, worst first.

    The middle of the schools (their years pooled) is tested with the spread between them, one-sided, false discovery
    controlled over the measures; it must also differ by something that matters (`policy.area_points` percentage points,
    for other units `policy.area_share` of the spread between schools) in the latest year. Measures compared with the
    schools' own middle, or of fewer than `policy.fewest_schools`, are left out: they could not show it.
    """
    found = []
    for table, pooled, spread in judged:
        compared = table.reference_of[-1]
        if pooled.urn.size < policy.fewest_schools or compared.source.startswith(("over all these", "in the middle")):
            continue
        error = float(np.sqrt(1 / np.sum(1 / (pooled.chance + spread.tau**2))))
        # Holding extreme schools makes the middle a little less certain than a plain mean.
        found.append((table, spread, spread.centre / (1.05 * error)))
    if not found:
        return ()
    q_values = adjusted(norm.cdf(np.array([z for *_, z in found])))
    listed = []
    for (table, spread, z), q_value in zip(found, q_values, strict=True):
        one = _area_finding(table, spread, area, z=z, q_value=float(q_value))
        worse = one.reference - one.value if table.definition.higher_is_better else one.value - one.reference
        matters = policy.area_points if table.definition.unit is Unit.PERCENT else policy.area_share * spread.tau
        if q_value <= policy.false_discovery and z < 0 and worse >= matters:
            listed.append(one)
    listed.sort(key=lambda one: (one.z, one.measure))
    return tuple(replace(one, rank=place) for place, one in enumerate(listed, 1))


def _area_finding(
    table: MeasureTable, spread: Dispersion, area: Mapping[tuple[str, str], Reference], *, z: float, q_value: float
) -> AreaFinding:
    definition, year = table.definition, table.years[-1]
    rows = np.flatnonzero(table.year == len(table.years) - 1)
    inner = chance_limits(table, rows, 0.95)
    with np.errstate(invalid="ignore"):
        value = table.value[rows]
        beyond = int(np.sum(value < inner.lower if definition.higher_is_better else value > inner.upper))
    cohort = table.cohort[rows]
    known = ~np.isnan(cohort)
    own = area.get((definition.code, year))
    if own is not None:
        figure = own.value
    elif known.any():
        figure = float(np.average(value[known], weights=cohort[known]))
    else:
        figure = float(np.median(value))
    compared = table.reference_of[-1]
    tau = spread.tau
    if definition.kind is MeasureKind.PROPORTION:
        share = min(max(compared.value / 100, 0.01), 0.99)
        tau *= float(200 * np.sqrt(share * (1 - share)))
    return AreaFinding(
        measure=definition.code,
        theme=definition.theme or "",
        rank=0,
        year=year,
        value=figure,
        reference=compared.value,
        reference_source=compared.source,
        schools=int(rows.size),
        below_95=beyond,
        spread=tau,
        z=z,
        q_value=q_value,
        sentence=area_sentence(
            definition.code, year, figure, compared.value, compared.source, schools=int(rows.size), beyond=beyond
        ),
    )
