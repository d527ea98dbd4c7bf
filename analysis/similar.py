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


@dataclass(frozen=True, slots=True)
class Contexts:
    """The schools whose census is known, in order of URN: `phase` as a number, `row` as four columns."""

    urn: NDArray[np.int64]
    phase: NDArray[np.int64]
    row: Floats


def contexts(context: Mapping[int, SchoolContext]) -> Contexts:
    """Who the schools teach, as arrays, once for all measures."""
    phases = {name: number for number, name in enumerate(sorted({one.phase for one in context.values()}))}
    known = [
        (urn, phases[one.phase], float(np.log(max(one.pupils, 1.0))), one.fsm, one.eal, one.sen)
        for urn, one in sorted(context.items())
        if one.pupils is not None and one.fsm is not None and one.eal is not None and one.sen is not None
    ]
    table = np.array(known, dtype=np.float64).reshape(-1, 6)
    return Contexts(table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2:])


def similar_schools(pooled: Pooled, known: Contexts, *, fewest: int) -> Similar:
    """Each school against the 20 most like it: nearest by pupils (their logarithm), free meals, language and special
    needs, each in its own standard deviations, within a phase. Fewer than 40 schools with a census: nothing."""
    size = pooled.urn.size
    middle, z = np.full(size, np.nan), np.full(size, np.nan)
    _, places, there = np.intersect1d(pooled.urn, known.urn, assume_unique=True, return_indices=True)
    for phase in np.unique(known.phase[there]):
        members = known.phase[there] == phase
        own, columns = places[members], known.row[there[members]]
        if own.size < FEWEST:
            continue
        others = _nearest(columns)
        effect, chance = pooled.effect[own], pooled.chance[own]
        middle[own] = effect[others].mean(axis=1)
        away = effect - middle[own]
        error = chance + chance[others].sum(axis=1) / NEIGHBOURS**2
        ordinary = dispersion(away, error, fewest=fewest)
        if ordinary is not None:
            z[own] = (away - ordinary.centre) / np.sqrt(error + ordinary.tau**2 + 1e-300)
    return Similar(middle, z)


def _nearest(columns: Floats) -> NDArray[np.int64]:
    """The 20 nearest of each row, itself left out."""
    spread = columns.std(axis=0)
    scaled = (columns - columns.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    found = np.asarray(cKDTree(scaled).query(scaled, k=NEIGHBOURS + 1)[1], dtype=np.int64)
    keep = found != np.arange(found.shape[0])[:, None]
    keep[keep.all(axis=1), -1] = False  # among many equal schools a row may not find itself
    return np.asarray(found[keep].reshape(-1, NEIGHBOURS), dtype=np.int64)
