"""One more year of the area's results, which come out when the demo's year is over: support has done what it truly did.

Nobody but the generator knows that; the evaluation has to find it among the chance of small schools.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from sample.area import OF_RESULTS, Area, generate_area
from sample.levels import true_levels
from sample.results import one_year
from sample.trouble import ATTENDANCE, GAP, LEADERSHIP, MATHS, READING, WRITING
from sample.write import WrittenFile, write_results

# What a point of effect does to each level of a school: a subject carries half of it into the subjects taken together.
_MOVES: Mapping[str, Mapping[str, float]] = {
    READING: {"read": 1.0, "dis": 0.5, "other": 0.5},
    WRITING: {"writ": 1.0, "dis": 0.5, "other": 0.5},
    MATHS: {"mat": 1.0, "dis": 0.5, "other": 0.5, "b94": 1.0, "b94_dis": 1.0},
    LEADERSHIP: {"read": 1.0, "writ": 1.0, "mat": 1.0, "dis": 1.0, "other": 1.0, "b94": 1.0, "b94_dis": 1.0, "a8": 0.4},
    GAP: {"dis": 1.0, "b94_dis": 1.0},
    ATTENDANCE: {"persistent": -0.4},
}


@dataclass(frozen=True, slots=True)
class Effect:
    """What support with a theme truly added at a school, in percentage points."""

    urn: int
    theme: str
    points: float


def write_next_year(
    folder: Path, *, schools: int, seed: int, start: date, la_code: int, effects: list[Effect]
) -> list[WrittenFile]:
    """Write the tables of the school year that began with `start`: the same area, drawn anew around the same levels.

    The tables, in the order in which they are to be imported.
    """
    area = generate_area(schools=schools, seed=seed, start=start, la_code=la_code)
    return write_results(with_next_year(area, seed, effects), folder)


def with_next_year(area: Area, seed: int, effects: list[Effect]) -> Area:
    """The area with that one year of results instead of the three before."""
    rng = np.random.default_rng(seed).spawn(OF_RESULTS + 1)[OF_RESULTS]
    level = true_levels(rng, area.places.schools, area.truth)  # as they were drawn for the years before
    place = {school.urn: n for n, school in enumerate(area.places.schools)}
    for one in effects:
        for name, share in _MOVES.get(one.theme, {}).items():
            moved = level[name][place[one.urn]] + share * one.points
            level[name][place[one.urn]] = moved if name == "a8" else min(max(moved, 2.0), 98.0)
    year = f"{area.start.year}-{(area.start.year + 1) % 100:02}"
    return replace(area, results=(one_year(rng.spawn(1)[0], area.places, level, year),))
