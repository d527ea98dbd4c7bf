"""Invented areas for the tests: what is true of each school is known, what is seen has chance in it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.evidence import Observation, Reference

YEARS = ("2015-16", "2016-17", "2017-18")
REFERENCES = {"ks2_rwm_exp": 64.0, "ks2_read_exp": 75.0, "ks2_writ_exp": 78.0, "ks2_mat_exp": 75.0}
SUBJECTS = ("read", "writ", "mat")


@dataclass(frozen=True)
class Area:
    observations: list[Observation]
    references: dict[tuple[str, str], Reference]
    in_trouble: frozenset[int]


def invented_area(
    seed: int, *, schools: int = 80, in_trouble: int = 0, drop: float = 25.0, sd: float = 5.5, shift: float = 0.0
) -> Area:
    """Schools of 10 to 61 pupils that ordinarily differ by `sd` points, some `drop` points lower in everything."""
    draw = np.random.default_rng(seed)
    size = draw.integers(10, 62, schools)
    bad = np.zeros(schools, dtype=bool)
    bad[draw.choice(np.flatnonzero(size >= 15), in_trouble, replace=False)] = True
    level = shift + np.where(bad, draw.normal(-drop, 2, schools), draw.normal(0, sd, schools))
    own = {subject: draw.normal(0, 2, schools) for subject in SUBJECTS}
    seen: list[Observation] = []
    compared = {}
    for year in YEARS:
        course = draw.normal(0, 2, schools)
        cohort = size + draw.integers(-3, 4, schools)
        for measure, reference in REFERENCES.items():
            compared[measure, year] = Reference(reference)
            effect = level + course + own.get(measure.split("_")[1], np.zeros(schools))
            seen += _shares(draw, measure, year, reference + effect, cohort)
        compared["absence_persistent", year] = Reference(10.0)
        seen += _shares(draw, "absence_persistent", year, 10 - 0.25 * level + draw.normal(0, 2, schools), cohort * 6)
        for subject in SUBJECTS:
            error = 5.5 / np.sqrt(cohort)
            value = (level + own[subject]) * 0.15 + draw.normal(0, 0.5, schools) + draw.normal(0, error)
            seen += [
                Observation(100000 + i, f"ks2_{subject}_progress", year, v, int(n), v - 1.96 * e, v + 1.96 * e)
                for i, (v, n, e) in enumerate(zip(value.tolist(), cohort, error.tolist(), strict=True))
            ]
    return Area(seen, compared, frozenset(int(i) + 100000 for i in np.flatnonzero(bad)))


def _shares(
    draw: np.random.Generator, measure: str, year: str, percent: NDArray[np.float64], cohort: NDArray[np.int64]
) -> list[Observation]:
    count = draw.binomial(cohort, np.clip(percent, 2, 98) / 100)
    return [
        Observation(100000 + i, measure, year, float(round(100 * c / n)), int(n))
        for i, (c, n) in enumerate(zip(count.tolist(), cohort.tolist(), strict=True))
    ]
