"""Three years of results: a true level for each school and subject, chance by cohort, and what DfE would not publish."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from sample.county.area import Area, SampleSchool

YEARS = 3
SUPPRESSED_BELOW = 6
# England, as in recent years: the share of pupils at the standard, in percent.
NATIONAL = {
    "read": 74.0, "writ": 72.0, "mat": 73.0, "gps": 72.0, "rwm": 61.0, "high": 8.0, "dis": 46.0, "other": 67.0,
    "att8": 46.0, "p8": 0.0, "b94": 65.0, "b95": 45.0, "aps": 4.1, "dis_att8": 35.0, "dis_b94": 44.0,
    "absent": 6.0, "persistent": 18.0, "fsm": 25.0, "eal": 12.0, "ehcp": 4.5, "sen": 14.0,
}  # fmt: skip
ORDINARY_SD = {"percent": 4.5, "dis": 5.0, "persistent": 2.5, "progress": 0.9, "att8": 3.5, "p8": 0.2}
TROUBLE = 29.0  # percentage points below what the school would otherwise reach
TROUBLED_PROGRESS, TROUBLED_PERSISTENT = 6.5, 17.0
PUPIL_PROGRESS_SD, PUPIL_ATT8_SD, PUPIL_P8_SD = 6.5, 17.0, 1.2


@dataclass(frozen=True, slots=True)
class Figure:
    """One published cell: a value, or the code that stands for why there is none."""

    value: float | None
    code: str = ""
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True, slots=True)
class YearOfSchool:
    """One school's figures of one year by our own short names, with the pupils behind them."""

    school: SampleSchool
    cohort: int
    disadvantaged: int
    figures: dict[str, Figure]


def years_before(start: date) -> tuple[str, ...]:
    """The last three school years whose results are out before `start`: 2022-23, 2023-24, 2024-25 for September 2025."""
    first = start.year - YEARS if start.month >= 9 else start.year - 1 - YEARS
    return tuple(f"{year}-{(year + 1) % 100:02d}" for year in range(first, first + YEARS))


def results(area: Area) -> dict[str, list[YearOfSchool]]:
    """Every school's figures for each of the three years. A predecessor's URN holds its school's years up to its closing."""
    draw = np.random.default_rng([area.seed, 7])
    years = years_before(area.start)
    by_urn = {school.urn: school for school in area.schools}
    levels = {s.urn: _levels(draw, s, area.truth.get(s.urn, frozenset())) for s in area.open_schools}
    found: dict[str, list[YearOfSchool]] = {year: [] for year in years}
    for year in years:
        taken_on = date(int(year[:4]) + 1, 7, 31)
        for school in area.open_schools:
            before = [p for p in area.schools if p.successor == school.urn] if school.opened_on else []
            holders: Sequence[SampleSchool] = [school]
            if before and school.opened_on and school.opened_on > taken_on:
                holders = [by_urn[p.urn] for p in before]
            for holder in holders:
                found[year].append(_year(draw, holder, levels[school.urn], len(holders)))
    return found


def _levels(draw: np.random.Generator, school: SampleSchool, trouble: frozenset[str]) -> dict[str, float]:
    """The true level of each measure: ordinary differences that subjects partly share, and trouble where there is any."""
    shared = float(np.clip(draw.normal(0, 1), -2.2, 2.2))
    level: dict[str, float] = {}
    for subject, theme in (("read", "reading"), ("writ", "writing"), ("mat", "maths"), ("gps", "writing")):
        own = 0.8 * shared + 0.6 * float(np.clip(draw.normal(0, 1), -2.2, 2.2))
        level[subject] = NATIONAL[subject] + own * ORDINARY_SD["percent"]
        level[f"{subject}_progress"] = 0.8 * own * ORDINARY_SD["progress"]
        if theme in trouble:
            level[subject] -= TROUBLE
            level[f"{subject}_progress"] -= TROUBLED_PROGRESS
    level["rwm"] = NATIONAL["rwm"] + shared * ORDINARY_SD["percent"]
    subjects = trouble & {"reading", "writing", "maths"}
    if "leadership" in trouble:
        level["rwm"] -= TROUBLE
    elif subjects:
        level["rwm"] = min(level["rwm"], 62.0) - 6.0 * len(subjects)
    level["dis"] = NATIONAL["dis"] + shared * ORDINARY_SD["dis"] - (level["rwm"] < 45) * 12.0
    level["dis"] -= 34.0 if "attainment-gap" in trouble else 0.0
    level["persistent"] = NATIONAL["persistent"] - shared * ORDINARY_SD["persistent"]
    level["persistent"] += TROUBLED_PERSISTENT if "attendance" in trouble else 0.0
    level["att8"] = NATIONAL["att8"] + shared * ORDINARY_SD["att8"]
    level["p8"] = NATIONAL["p8"] + shared * ORDINARY_SD["p8"]
    level["b94"] = NATIONAL["b94"] + shared * ORDINARY_SD["percent"]
    level["share_dis"] = float(np.clip(draw.beta(2.2, 6.0), 0.03, 0.7))
    if "attainment-gap" in trouble:
        level["share_dis"] = max(level["share_dis"], 0.45)
    level["share_eal"] = float(np.clip(draw.beta(1.2, 9.0), 0.0, 0.6))
    if school.is_special:
        for name in ("read", "writ", "mat", "gps", "rwm", "dis", "b94"):
            level[name] = 4.0
        level["att8"], level["p8"] = 6.0, -1.2
    return level


def _year(draw: np.random.Generator, school: SampleSchool, level: dict[str, float], halves: int) -> YearOfSchool:
    size = max(school.size // halves, 3)
    cohort = int(max(draw.poisson(size * 0.97), 1))
    disadvantaged = int(draw.binomial(cohort, level["share_dis"]))
    figures = _attendance(draw, school, level)
    if school.has_ks2:
        figures |= _ks2(draw, level, cohort, disadvantaged)
    if school.has_ks4:
        figures |= _ks4(draw, level, cohort, disadvantaged)
    return YearOfSchool(school, cohort, disadvantaged, figures)


def _ks2(draw: np.random.Generator, level: dict[str, float], cohort: int, disadvantaged: int) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    for name in ("read", "writ", "mat", "gps"):
        figures[name] = _share(draw, level[name], cohort)
        figures[f"{name}_score"] = _mean(draw, 100 + (level[name] - 60) / 4, 8.0, cohort)
        if name != "gps":
            figures[f"{name}_progress"] = _with_interval(draw, level[f"{name}_progress"], PUPIL_PROGRESS_SD, cohort)
    figures["rwm"] = _share(draw, level["rwm"], cohort)
    figures["high"] = _share(draw, max(NATIONAL["high"] + (level["rwm"] - 61) / 4, 1.0), cohort)
    figures["dis"] = _share(draw, level["dis"], disadvantaged)
    figures["other"] = _share(draw, min(level["rwm"] + 6, 97.0), cohort - disadvantaged)
    gap = figures["dis"].value
    figures["gap"] = Figure(None, figures["dis"].code) if gap is None else Figure(round(gap - NATIONAL["other"]))
    if cohort >= SUPPRESSED_BELOW and draw.random() < 0.01:
        return {name: Figure(None, "LOWCOV" if "progress" in name else "NE") for name in figures}
    return figures


def _ks4(draw: np.random.Generator, level: dict[str, float], cohort: int, disadvantaged: int) -> dict[str, Figure]:
    return {
        "att8": _mean(draw, level["att8"], PUPIL_ATT8_SD, cohort),
        "p8": _with_interval(draw, level["p8"], PUPIL_P8_SD, cohort, digits=2),
        "b94": _share(draw, level["b94"], cohort),
        "b95": _share(draw, max(level["b94"] - 20, 1), cohort),
        "aps": _mean(draw, level["att8"] / 11.2, 1.6, cohort, digits=2),
        "dis_att8": _mean(draw, max(level["att8"] - 11, 3), PUPIL_ATT8_SD, disadvantaged),
        "dis_p8": _with_interval(draw, level["p8"] - 0.5, PUPIL_P8_SD, disadvantaged, digits=2),
        "dis_b94": _share(draw, max(level["b94"] - 21, 1), disadvantaged),
    }


def _attendance(draw: np.random.Generator, school: SampleSchool, level: dict[str, float]) -> dict[str, Figure]:
    pupils = max(school.pupils, 1)
    return {
        "absent": Figure(round(max(level["persistent"] / 3 + float(draw.normal(0, 0.3)), 1.0), 1)),
        "persistent": _share(draw, level["persistent"], pupils, digits=1),
        "fsm": Figure(round(level["share_dis"] * 100, 2)),
        "eal": Figure(round(level["share_eal"] * 100, 2)),
        "ehcp": Figure(100.0 if school.is_special else round(float(draw.beta(4, 85)) * 100, 2)),
        "sen": Figure(round(float(draw.beta(14, 86)) * 100, 2)),
    }


def _share(draw: np.random.Generator, level: float, cohort: int, *, digits: int = 0) -> Figure:
    if cohort < SUPPRESSED_BELOW:
        return Figure(None, "SUPP" if cohort else "NA")
    reached = int(draw.binomial(cohort, min(max(level, 1.0), 99.0) / 100))
    return Figure(round(100 * reached / cohort, digits))


def _mean(draw: np.random.Generator, level: float, sd: float, cohort: int, *, digits: int = 1) -> Figure:
    if cohort < SUPPRESSED_BELOW:
        return Figure(None, "SUPP" if cohort else "NA")
    return Figure(round(max(float(draw.normal(level, sd / cohort**0.5)), 0.0), digits))


def _with_interval(draw: np.random.Generator, level: float, sd: float, cohort: int, *, digits: int = 1) -> Figure:
    if cohort < SUPPRESSED_BELOW:
        return Figure(None, "SUPP" if cohort else "NA")
    error = sd / cohort**0.5
    value = round(float(draw.normal(level, error)), digits)
    return Figure(value, lower=round(value - 1.96 * error, digits), upper=round(value + 1.96 * error, digits))
