"""An invented county: its pyramids of schools, trusts and alliances, and which of its schools are truly in trouble."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from sample.county.names import SAINTS, place

FIRST_URN = 900_001
SCHOOLS_A_PYRAMID = 9
PYRAMIDS_AN_ALLIANCE = 4
TROUBLED_SHARE = 13 / 155


@dataclass(frozen=True, slots=True)
class SampleSchool:
    """One school. `size` is the pupils of a year group; `closed_on` and `successor` are of a predecessor's URN."""

    urn: int
    number: int
    name: str
    phase: str
    low_age: int
    high_age: int
    type_name: str
    cluster: int
    size: int
    easting: int
    northing: int
    trust_uid: str | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    successor: int | None = None
    faith: str = "Does not apply"

    @property
    def is_academy(self) -> bool:
        return self.type_name.startswith(("Academy", "Free school"))

    @property
    def has_ks2(self) -> bool:
        return self.low_age < 11 <= self.high_age and self.high_age >= 11

    @property
    def has_ks4(self) -> bool:
        return self.high_age >= 16

    @property
    def is_special(self) -> bool:
        return "special" in self.type_name.lower()

    @property
    def pupils(self) -> int:
        return self.size * max(self.high_age - self.low_age, 1)


@dataclass(frozen=True, slots=True)
class Area:
    """The whole county on the day `start`. `truth` names the themes in which a school is truly in trouble."""

    name: str
    la_code: int
    start: date
    seed: int
    schools: tuple[SampleSchool, ...]
    trusts: Mapping[str, str]
    truth: Mapping[int, frozenset[str]]

    @property
    def open_schools(self) -> tuple[SampleSchool, ...]:
        return tuple(school for school in self.schools if school.closed_on is None)

    @property
    def clusters(self) -> int:
        return 1 + max(school.cluster for school in self.schools)


# What a pyramid is made of: phase, ages, and how many pupils a year has at least and at most.
_THREE_TIER = (
    ("First", 5, 9, 15, 45), ("First", 5, 9, 12, 30), ("First", 5, 9, 12, 30), ("First", 5, 9, 15, 45),
    ("Middle deemed secondary", 9, 13, 90, 150), ("Middle deemed primary", 9, 13, 60, 110),
    ("Primary", 4, 11, 20, 60), ("Secondary", 13, 18, 150, 240), ("Primary", 4, 11, 8, 25),
)  # fmt: skip
_TWO_TIER = (
    ("Primary", 4, 11, 25, 60), ("Primary", 4, 11, 25, 60), ("Primary", 4, 11, 12, 30), ("Infant", 4, 7, 40, 90),
    ("Junior", 7, 11, 40, 90), ("Primary", 4, 11, 25, 60), ("Primary", 4, 11, 6, 14), ("Secondary", 11, 16, 120, 220),
    ("Primary", 4, 11, 28, 60),
)  # fmt: skip
_MAINTAINED = (
    "Community school", "Voluntary controlled school", "Voluntary aided school", "Foundation school",
)  # fmt: skip


def generate_area(*, schools: int = 155, seed: int = 2018, start: date, la_code: int) -> Area:
    """Invent a county of about so many open state schools; the same arguments give the same county.

    Every eleventh pyramid has an all-through school and every sixth a special one. Some academies have a closed predecessor,
    and one is the amalgamation of two.
    """
    draw = np.random.default_rng(seed)
    trusts = {str(17_000 + n): f"{place(n * 3)} {'Academies' if n % 3 else 'Learning'} Trust" for n in range(max(schools // 14, 3))}
    made: list[SampleSchool] = []
    closed: list[SampleSchool] = []
    number = 0
    while len(made) < schools:
        cluster = number // SCHOOLS_A_PYRAMID
        in_pyramid = number % SCHOOLS_A_PYRAMID
        made.append(_school(draw, number, cluster, in_pyramid, tuple(trusts), start))
        number += 1
    converted = [school for school in made if school.is_academy and not school.is_special][2::5]
    urn = FIRST_URN + 2 * schools
    for place_of, school in enumerate(converted):
        for _ in range(2 if place_of == 0 else 1):
            closed.append(_predecessor(school, urn, start))
            urn += 1
    return Area(
        name="Dorsetshire",
        la_code=la_code,
        start=start,
        seed=seed,
        schools=(*made, *closed),
        trusts=trusts,
        truth=_troubled(draw, made),
    )


def _school(
    draw: np.random.Generator, number: int, cluster: int, in_pyramid: int, trusts: tuple[str, ...], start: date
) -> SampleSchool:
    shape = _THREE_TIER if cluster % 3 == 0 else _TWO_TIER
    phase, low, high, least, most = shape[in_pyramid]
    town = place(cluster)
    type_name = _MAINTAINED[int(draw.integers(len(_MAINTAINED)))]
    trust: str | None = None
    opened: date | None = None
    share = float(draw.random())
    if share < 0.45 or (phase == "Secondary" and share < 0.8):
        kinds = ("Academy converter", "Academy converter", "Academy converter", "Academy sponsor led", "Free schools")
        type_name = kinds[int(draw.integers(len(kinds)))]
        trust = trusts[int(draw.integers(len(trusts)))]
        opened = date(start.year - 1 - int(draw.integers(1, 9)), 9, 1)
    if in_pyramid == 6 and cluster % 6 == 5:
        phase, low, high, least, most = "Not applicable", 4, 18, 6, 12
        type_name = "Academy special converter" if trust else "Community special school"
    elif in_pyramid == 7 and cluster % 11 == 10:
        phase, low, high, least, most = "All-through", 4, 16, 60, 120
    faith = "Church of England" if type_name.startswith("Voluntary") else "Does not apply"
    return SampleSchool(
        urn=FIRST_URN + number,
        number=2000 + number if high <= 13 else 4000 + number,
        name=_name(number, town, phase, in_pyramid, faith, special="special" in type_name),
        phase=phase,
        low_age=low,
        high_age=high,
        type_name=type_name,
        cluster=cluster,
        size=int(draw.integers(least, most + 1)),
        easting=340_000 + (cluster % 12) * 9_000 + int(draw.integers(-4_000, 4_001)),
        northing=80_000 + (cluster // 12 % 40) * 9_000 + int(draw.integers(-4_000, 4_001)),
        trust_uid=trust,
        opened_on=opened,
        faith=faith,
    )


def _name(number: int, town: str, phase: str, in_pyramid: int, faith: str, *, special: bool) -> str:
    kind = {
        "Middle deemed secondary": "Middle School",
        "Middle deemed primary": "Middle School",
        "Secondary": "School" if number % 2 else "Academy",
        "All-through": "All-through School",
        "Not applicable": "School",
    }.get(phase, f"{phase} School")
    if special:
        return f"The {town} Beacon School"
    if faith != "Does not apply":
        return f"{SAINTS[number % len(SAINTS)]} Church of England {kind}, {town}"
    corner = ("", "Hill ", "Green ", "Bridge ", "Priory ", "Mill ", "Cross ", "", "Brook ")[in_pyramid]
    return f"{town} {corner}{kind}"


def _predecessor(school: SampleSchool, urn: int, start: date) -> SampleSchool:
    ended = school.opened_on or date(start.year - 3, 8, 31)
    return SampleSchool(
        urn=urn,
        number=school.number,
        name=school.name.replace("Academy", "School"),
        phase=school.phase,
        low_age=school.low_age,
        high_age=school.high_age,
        type_name="Community school",
        cluster=school.cluster,
        size=school.size,
        easting=school.easting,
        northing=school.northing,
        closed_on=date(ended.year, 8, 31),
        successor=school.urn,
    )


def _troubled(draw: np.random.Generator, schools: list[SampleSchool]) -> dict[int, frozenset[str]]:
    """Which schools are truly in trouble, and in what: big enough to be found, one a cluster, academies and others."""
    wanted = max(round(len(schools) * TROUBLED_SHARE), 1)
    able = [s for s in schools if s.has_ks2 and not s.is_special and s.high_age <= 13 and 28 <= s.size <= 110]
    in_turn: dict[int, int] = {}
    order: list[tuple[int, int, SampleSchool]] = []
    for at in draw.permutation(len(able)):
        school = able[int(at)]
        turn = in_turn.get(school.cluster, 0)
        in_turn[school.cluster] = turn + 1
        order.append((turn, int(at), school))
    order.sort(key=lambda one: one[0])
    themes = (
        ("maths", "leadership"), ("reading", "leadership"), ("writing",), ("maths",), ("reading", "writing"), ("attendance",),
        ("attainment-gap",), ("maths", "reading"),
    )  # fmt: skip
    found: dict[int, frozenset[str]] = {}
    for place_of, (_, _, school) in enumerate(order[:wanted]):
        found[school.urn] = frozenset(themes[place_of % len(themes)])
    return found
