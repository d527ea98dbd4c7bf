"""What Ofsted last said of each school of the invented area: grades, a visit without grades, a report card."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from sample.area import Area

REPORT_CARD = (
    "Safeguarding standards", "Inclusion", "Curriculum and teaching", "Achievement", "Attendance and behaviour",
    "Personal development and wellbeing", "Early years (where applicable)", "Post-16 provision (where applicable)",
    "Leadership and governance",
)  # fmt: skip
_NO_OVERALL_FROM = date(2024, 9, 2)
_CARDS_FROM = date(2025, 11, 10)
_WORDS = ("Urgent improvement", "Needs attention", "Expected standard", "Strong standard", "Exceptional")


@dataclass(frozen=True, slots=True)
class Inspected:
    """The inspections that one row tells of. `aspects` are quality, behaviour, development and leadership, 1 to 4."""

    graded_on: date
    overall: int | None
    aspects: tuple[int, int, int, int]
    visited_on: date | None
    outcome: str
    card_on: date | None
    card: tuple[str, ...]


def inspected(area: Area) -> Mapping[int, Inspected]:
    """Each open school's inspections before the area's start; one school in thirty has never been inspected."""
    schools = area.places.schools
    rng = np.random.default_rng([area.start.toordinal(), len(schools), schools[-1].easting])
    count = len(schools)
    ago = rng.integers(40, 4 * 365, count).tolist()
    luck = rng.random((count, 3)).tolist()
    words = rng.choice(5, size=(count, len(REPORT_CARD)), p=[0.02, 0.2, 0.5, 0.24, 0.04]).tolist()
    found: dict[int, Inspected] = {}
    for school, days, (grade_luck, visit_luck, card_luck), said in zip(schools, ago, luck, words, strict=True):
        if school.urn % 30 == 7:
            continue
        graded = area.start - timedelta(days=days)
        is_poor = school.urn in area.truth
        grade = 1 + int(np.searchsorted([0.05, 0.35, 0.9] if is_poor else [0.15, 0.88, 0.98], grade_luck))
        visited = graded + timedelta(days=days // 2) if visit_luck < 0.25 and days > 200 and grade < 3 else None
        carded = area.start - timedelta(days=10 + int(card_luck * 300))
        has_card = carded >= _CARDS_FROM and carded > graded
        card = ["Met", *(_WORDS[max(0, word - is_poor)] for word in said[1:])]
        for place, applies in (
            (6, school.kind in {"first", "infant", "primary", "all-through"}),
            (7, school.years > 10),
        ):
            card[place] = card[place] if applies else "NULL"
        found[school.urn] = Inspected(
            graded,
            None if graded >= _NO_OVERALL_FROM else grade,
            (grade, max(1, grade - (days % 3 == 0)), max(1, grade - 1), grade),
            visited,
            "School remains Good" if visited and grade == 2 else "School remains Outstanding" if visited else "",
            carded if has_card else None,
            tuple(card) if has_card else (),
        )
    return found
