"""What an inspection says of a school, and how old it is. Grades of different frameworks are never compared.

Until August 2019 and under the education inspection framework (OEIF) that followed, an overall grade from 1 to 4; since
September 2024 none; since November 2025 a report card of words by area, which has no overall grade and is turned into
none here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

GRADES = {1: "Outstanding", 2: "Good", 3: "Requires improvement", 4: "Inadequate"}
URGENT, ATTENTION = "urgent improvement", "needs attention"
RECENT_YEARS = 5.0
_FRAMEWORKS = {
    "pre-2019": "under the framework used until August 2019",
    "oeif": "under the education inspection framework",
    "ungraded": "on an ungraded visit",
    "report-card": "on a report card",
}


@dataclass(frozen=True, slots=True)
class Inspected:
    """One inspection as it is read: `sentence` in words, `age_years`, and whether it found the school wanting so much
    that it is worth a look whatever its figures say (`wanting`): Inadequate, or urgent improvement in some area, within
    five years."""

    framework: str
    inspected_on: date
    age_years: float
    grade: int | None
    areas: tuple[str, ...]
    wanting: bool
    sentence: str


def read_inspection(
    framework: str, overall: int | None, judgements: Mapping[str, str], inspected_on: date, as_of: date
) -> Inspected:
    """Put one inspection into words. `areas` are those of a report card that need attention or urgent improvement."""
    age = max((as_of - inspected_on).days, 0) / 365.25
    when = f"{inspected_on.day} {inspected_on:%B %Y}"
    old = f"{age:.0f} years ago" if age >= 1.5 else "in the last year and a half"
    how = _FRAMEWORKS.get(framework, framework)
    recent = age <= RECENT_YEARS
    if framework == "report-card":
        urgent = _areas(judgements, URGENT)
        poor = (*urgent, *_areas(judgements, ATTENTION))
        said = []
        if urgent:
            said.append(f"urgent improvement is needed in {_listed(urgent)}")
        if len(poor) > len(urgent):
            said.append(f"{_listed(poor[len(urgent) :])} need attention")
        found = " and ".join(said) if said else "no area needs attention"
        sentence = f"Ofsted, {how} of {when} ({old}): {found}; there is no overall grade."
        return Inspected(framework, inspected_on, age, None, poor, bool(urgent) and recent, sentence)
    grade = GRADES.get(overall or 0)
    found = f"graded {grade} overall" if grade else "no overall grade was given"
    sentence = f"Ofsted, {how}, on {when} ({old}): {found}."
    return Inspected(framework, inspected_on, age, overall, (), overall == 4 and recent, sentence)


def _areas(judgements: Mapping[str, str], word: str) -> tuple[str, ...]:
    return tuple(area for area, said in judgements.items() if str(said).strip().lower() == word)


def _listed(areas: tuple[str, ...]) -> str:
    words = [area.replace("-", " ").replace("_", " ").lower() for area in areas]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
