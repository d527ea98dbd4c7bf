"""Which schools of the invented area are truly in trouble, and in what: what the analysis has to find again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from sample.places import WITH_KS4, Kind, School

READING, WRITING, MATHS, LEADERSHIP = "reading", "writing", "maths", "leadership"
GAP, ATTENDANCE = "attainment-gap", "attendance"
SUBJECTS = frozenset({READING, WRITING, MATHS})
SHARE = 13 / 155
_LOOKED_AT = 40
_SMALLEST = 28
_BIG = 70


@dataclass(frozen=True, slots=True)
class _Case:
    """What one school is to be in trouble with, and what school it takes."""

    themes: frozenset[str]
    is_academy: bool
    is_secondary: bool = False


def _case(*themes: str, academy: bool = False, secondary: bool = False) -> _Case:
    return _Case(frozenset(themes), academy, secondary)


# Dealt out again and again: in an area of 155 schools once.
_CASES = (
    _case(READING, WRITING, academy=True),
    _case(GAP),
    _case(MATHS, WRITING),
    _case(LEADERSHIP, academy=True, secondary=True),
    _case(LEADERSHIP, ATTENDANCE),
    _case(MATHS, READING, academy=True),
    _case(ATTENDANCE),
    _case(READING, WRITING),
    _case(LEADERSHIP, academy=True),
    _case(LEADERSHIP, secondary=True),
    _case(GAP, ATTENDANCE),
    _case(MATHS, WRITING, academy=True),
    _case(MATHS, READING),
)


def choose(rng: np.random.Generator, schools: Sequence[School], start: date) -> dict[int, frozenset[str]]:
    """The themes by URN, of about one mainstream school in twelve: spread over clusters, two in five of them academies.

    A school whose results are poor in two subjects is also poor in the subjects taken together (`leadership`); a
    secondary school with poor results altogether has them in maths and among the disadvantaged too.
    """
    wanted = max(1, round(len(schools) * SHARE))
    buckets: dict[tuple[bool, bool], list[School]] = {}
    for place in rng.permutation(len(schools)):
        school = schools[int(place)]
        if _can(school, start):
            buckets.setdefault((school.is_academy, school.kind in WITH_KS4), []).append(school)
    used: dict[str, int] = {}
    found: dict[int, frozenset[str]] = {}
    for n in range(wanted):
        case = _CASES[n % len(_CASES)]
        bucket = buckets.get((case.is_academy, case.is_secondary), [])
        taken = _take(bucket, used, big=bool(case.themes & {GAP, LEADERSHIP}))
        if taken is not None:
            found[taken.urn] = _with_consequences(case)
    return dict(sorted(found.items()))


def _can(school: School, start: date) -> bool:
    """Whether it has three years of figures of its own or of one predecessor, with enough pupils in each."""
    if school.kind not in {Kind.PRIMARY, Kind.JUNIOR, Kind.MIDDLE, Kind.SECONDARY, Kind.UPPER}:
        return False
    is_new = school.opened_on is not None and (start - school.opened_on).days < 4 * 365 and not school.predecessors
    return school.cohort >= _SMALLEST and not is_new and len(school.predecessors) < 2


def _take(bucket: list[School], used: dict[str, int], *, big: bool) -> School | None:
    """Of the next few schools one in the cluster with the fewest in trouble; `big`: preferably of a large cohort."""
    if not bucket:
        return None
    near = bucket[-_LOOKED_AT:]
    school = min(near, key=lambda s: (big and s.cohort < _BIG, used.get(s.cluster.code, 0), s.cohort < _BIG))
    del bucket[len(bucket) - len(near) + near.index(school)]
    used[school.cluster.code] = used.get(school.cluster.code, 0) + 1
    return school


def _with_consequences(case: _Case) -> frozenset[str]:
    if case.is_secondary:
        return case.themes | {MATHS, GAP}
    return case.themes | {LEADERSHIP} if len(case.themes & SUBJECTS) > 1 else case.themes
