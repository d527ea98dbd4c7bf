"""What stands in the invented area: clusters, schools and their predecessors, trusts."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What a school is by the ages of its pupils."""

    FIRST = "first"
    INFANT = "infant"
    JUNIOR = "junior"
    MIDDLE = "middle"
    PRIMARY = "primary"
    UPPER = "upper"
    SECONDARY = "secondary"
    SPECIAL = "special"
    ALL_THROUGH = "all-through"


AGES: dict[Kind, tuple[int, int]] = {
    Kind.FIRST: (5, 9),
    Kind.INFANT: (4, 7),
    Kind.JUNIOR: (7, 11),
    Kind.MIDDLE: (9, 13),
    Kind.PRIMARY: (4, 11),
    Kind.UPPER: (13, 18),
    Kind.SECONDARY: (11, 16),
    Kind.SPECIAL: (4, 16),
    Kind.ALL_THROUGH: (4, 18),
}
PHASES: dict[Kind, str] = {
    Kind.MIDDLE: "Middle deemed secondary",
    Kind.UPPER: "Secondary",
    Kind.SECONDARY: "Secondary",
    Kind.SPECIAL: "Not applicable",
    Kind.ALL_THROUGH: "All-through",
}
WITH_KS2 = frozenset({Kind.JUNIOR, Kind.MIDDLE, Kind.PRIMARY, Kind.SPECIAL, Kind.ALL_THROUGH})
WITH_KS4 = frozenset({Kind.UPPER, Kind.SECONDARY, Kind.SPECIAL, Kind.ALL_THROUGH})
ACADEMY_TYPES = frozenset(
    {"Academy converter", "Academy sponsor led", "Free schools", "Academy special converter", "Free schools special"}
)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A pyramid of schools around a place, in an alliance; `area` counts the authorities from 0."""

    code: str
    name: str
    alliance_code: str
    alliance_name: str
    zone: str
    easting: int
    northing: int
    area: int = 0


@dataclass(frozen=True, slots=True)
class Trust:
    """A trust that runs academies, of one school or of several."""

    uid: str
    name: str
    type_name: str
    opened_on: date
    companies_house: str


@dataclass(frozen=True, slots=True)
class School:
    """One URN, open or closed. `predecessors` are the URNs that it took the place of."""

    urn: int
    number: int
    name: str
    kind: Kind
    type_name: str
    religion: str
    cluster: Cluster
    postcode: str
    easting: int
    northing: int
    opened_on: date | None
    closed_on: date | None = None
    trust: Trust | None = None
    predecessors: tuple[int, ...] = ()
    cohort: int = 0
    disadvantaged: float = 0.25
    federation: str = ""

    @property
    def is_academy(self) -> bool:
        """Whether a trust runs it."""
        return self.type_name in ACADEMY_TYPES

    @property
    def phase(self) -> str:
        """GIAS's word for its phase."""
        return PHASES.get(self.kind, "Primary")

    @property
    def years(self) -> int:
        """How many year groups it has."""
        low, high = AGES[self.kind]
        return max(1, high - low)

    @property
    def pupils(self) -> int:
        """About how many pupils are on roll."""
        return self.cohort * self.years


@dataclass(frozen=True, slots=True)
class Link:
    """What GIAS says that `linked` is to `urn`."""

    urn: int
    linked: int
    linked_name: str
    link_type: str
    since: date


@dataclass(frozen=True, slots=True)
class Places:
    """The area without its figures and its people. `schools` are open, `closed` are their predecessors."""

    clusters: tuple[Cluster, ...]
    trusts: tuple[Trust, ...]
    schools: tuple[School, ...]
    closed: tuple[School, ...]
    links: tuple[Link, ...]
