"""England in one go: from the database to ranked priorities, 24,000 schools × 12 measures × 3 years."""

import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import sqlalchemy as sa

from benchmarks.measuring import measured
from benchmarks.wanted import Figures, Wanted
from casework.published_evidence import judge
from config.database import create_engine, session_factory
from config.migrations import upgrade
from models.results import PublishedResult, ReferenceResult
from models.schools import School, SchoolStatus
from rules.measures import CATALOGUE, MeasureKind

YEARS = ("2022-23", "2023-24", "2024-25")
MEASURES = (
    "ks2_rwm_exp", "ks2_rwm_high", "ks2_read_exp", "ks2_writ_exp", "ks2_mat_exp", "ks2_read_progress",
    "ks2_writ_progress", "ks2_mat_progress", "ks2_rwm_exp_dis", "ks2_rwm_exp_other", "absence_persistent",
    "absence_overall",
)  # fmt: skip
CENSUS = {
    "census_pupils": 210.0,
    "census_fsm": 24.0,
    "census_eal": 20.0,
    "census_ehcp": 3.0,
    "census_sen_support": 13.0,
}
LEVELS = {"ks2_rwm_high": 9.0, "absence_persistent": 15.0, "absence_overall": 6.0, "ks2_rwm_exp_dis": 45.0}
SCHOOLS = 24_000
_BATCH = 50_000


def measure(wanted: Wanted) -> Figures:
    """Seconds and memory of the whole; SQLite, on which reading is this process's own work."""
    for schools in wanted.sizes or (SCHOOLS,):
        with tempfile.TemporaryDirectory() as folder:
            engine = create_engine(f"sqlite:///{Path(folder) / 'england.sqlite'}")
            upgrade(engine)
            figures = fill(engine, schools)
            with session_factory(engine)() as session, measured() as taken:
                found = judge(session, None, date(2026, 1, 5)).found
            engine.dispose()
        yield taken.figure(
            "judge",
            schools,
            database="sqlite",
            measures=len(MEASURES),
            years=len(YEARS),
            figures=figures,
            seconds=round(taken.seconds, 2),
            cpu_seconds=round(taken.cpu_seconds, 2),
            findings=len(found.findings),
        )


def fill(engine: sa.Engine, schools: int) -> int:
    """An invented England: schools that ordinarily differ, one in twenty far below. How many figures it has."""
    draw = np.random.default_rng(24)
    size = draw.integers(12, 91, schools)
    level = np.where(draw.random(schools) < 0.05, -22.0, draw.normal(0, 5.5, schools))
    made = 0
    with engine.begin() as connection:
        connection.execute(
            sa.insert(School),
            [
                {
                    "urn": 100_000 + n,
                    "name": f"School {n}",
                    "la_code": 801 + n % 150,
                    "type_name": "Community school",
                    "is_academy": False,
                    "status": SchoolStatus.OPEN,
                    "phase": "Primary",
                }
                for n in range(schools)
            ],
        )
        for year in YEARS:
            rows: list[dict[str, object]] = []
            for code in MEASURES:
                reference = LEVELS.get(code, 65.0 if CATALOGUE[code].kind is MeasureKind.PROPORTION else 0.0)
                connection.execute(
                    sa.insert(ReferenceResult).values(area="england-state", measure=code, year=year, value=reference)
                )
                rows += _rows(draw, code, year, reference, level, size)
            for start in range(0, len(rows), _BATCH):
                connection.execute(sa.insert(PublishedResult), rows[start : start + _BATCH])
            made += len(rows)
        census = [
            {"urn": 100_000 + n, "measure": code, "year": YEARS[-1], "value": float(value), "cohort": 7 * int(size[n])}
            for code, middle in CENSUS.items()
            for n, value in enumerate(np.round(middle * draw.uniform(0.3, 1.7, schools), 1))
        ]
        connection.execute(sa.insert(PublishedResult), census)
    return made + len(census)


def _rows(
    draw: np.random.Generator, code: str, year: str, reference: float, level: np.ndarray, size: np.ndarray
) -> list[dict[str, object]]:
    definition = CATALOGUE[code]
    worse = level if definition.higher_is_better else -level
    pupils = np.maximum(6, size // 3) if code.endswith("_dis") else size
    pupils = pupils * 7 if definition.stage == "all" else pupils
    width: list[float] = [0.0] * size.size
    if definition.kind is MeasureKind.PROPORTION:
        scale = 0.3 if reference < 20 else 1.0
        share = np.clip(reference + scale * worse + draw.normal(0, 2, size.size), 1, 99) / 100
        value = np.round(100 * draw.binomial(pupils, share) / pupils)
    elif definition.kind is MeasureKind.INTERVAL:
        error = 6 / np.sqrt(pupils)
        value = np.round(0.15 * worse + draw.normal(0, 0.5, size.size) + draw.normal(0, error), 1)
        width = (1.96 * error).tolist()
    else:
        value = np.round(np.maximum(reference + 0.08 * worse + draw.normal(0, 5 / np.sqrt(pupils)), 0.5), 1)
    return [
        {
            "urn": 100_000 + n,
            "measure": code,
            "year": year,
            "value": v,
            "cohort": int(p),
            "lower": v - w if w else None,
            "upper": v + w if w else None,
        }
        for n, (v, p, w) in enumerate(zip(value.tolist(), pupils.tolist(), width, strict=True))
    ]
