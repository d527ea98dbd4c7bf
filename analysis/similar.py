"""Similar schools: the same figures beside those of schools with pupils like these. Shown apart, never as an excuse.

A school is judged against the plain reference. What schools with such pupils reach is context for the conversation with
it: a low figure that is ordinary among them still asks for support.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from analysis.dispersion import dispersion
from analysis.pooling import Pooled

Floats = NDArray[np.float64]
NEIGHBOURS, FEWEST = 20, 40


@dataclass(frozen=True, slots=True)
class SchoolContext:
    """Who a school teaches: its phase, pupils on roll, and percentages of them (free meals in six years, first language
    not English, special needs with or without a plan); None where the census does not say."""

    phase: str
    pupils: float | None
    fsm: float | None
    eal: float | None
    sen: float | None


@dataclass(frozen=True, slots=True)
class Similar:
    """One row a school, in the order of those pooled; NaN where nothing can be said. `middle`: the mean distance from
    the reference of the 20 most similar schools, on the scale of the test; `z`: how far the school is from that."""

    middle: Floats
    z: Floats


def similar_schools(pooled: Pooled, context: Mapping[int, SchoolContext], *, fewest: int) -> Similar:
    """Each school against the 20 most like it: nearest by pupils (their logarithm), free meals, language and special
    needs, each in its own standard deviations, within a phase. Fewer than 40 schools with a census: nothing."""
    size = pooled.urn.size
    middle, z = np.full(size, np.nan), np.full(size, np.nan)
    phases: dict[str, list[int]] = {}
    rows: list[tuple[float, ...]] = []
    for place, urn in enumerate(pooled.urn.tolist()):
        one = context.get(urn)
        known = one is not None and None not in (one.pupils, one.fsm, one.eal, one.sen)
        rows.append(_row(one) if one is not None and known else (np.nan,) * 4)
        if one is not None and known:
            phases.setdefault(one.phase, []).append(place)
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    for _, members in sorted(phases.items()):
        if len(members) < FEWEST:
            continue
        own = np.array(members)
        columns = table[own]
        spread = columns.std(axis=0)
        scaled = (columns - columns.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
        _, near = cKDTree(scaled).query(scaled, k=NEIGHBOURS + 1)
        others = np.array([[n for n in line if n != row][:NEIGHBOURS] for row, line in enumerate(np.asarray(near))])
        effect, chance = pooled.effect[own], pooled.chance[own]
        middle[own] = effect[others].mean(axis=1)
        away = effect - middle[own]
        error = chance + chance[others].sum(axis=1) / NEIGHBOURS**2
        ordinary = dispersion(away, error, fewest=fewest)
        if ordinary is not None:
            z[own] = (away - ordinary.centre) / np.sqrt(error + ordinary.tau**2 + 1e-300)
    return Similar(middle, z)


def _row(one: SchoolContext) -> tuple[float, ...]:
    assert one.pupils is not None
    assert one.fsm is not None
    assert one.eal is not None
    assert one.sen is not None
    return float(np.log(max(one.pupils, 1.0))), one.fsm, one.eal, one.sen
