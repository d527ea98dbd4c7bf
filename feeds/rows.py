"""The typed rows that files give. One class per kind of fact; `intake` writes them to tables."""

import enum
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


class MissingReason(enum.StrEnum):
    """Why a publisher gives no figure. A code is never a zero."""

    SUPPRESSED = "suppressed"
    NOT_ENTERED = "not-entered"
    NOT_PUBLISHED = "not-published"
    LOW_COVERAGE = "low-coverage"
    SMALL_PROVIDER = "small-provider"
    NOT_APPLICABLE = "not-applicable"
    NEW_SCHOOL = "new-school"
    BLANK = "blank"


class SchoolStatus(enum.StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    CLOSING = "open-proposed-to-close"
    PROPOSED = "proposed-to-open"


class Framework(enum.StrEnum):
    """What an inspection was made under. Grades of different frameworks are never compared."""

    PRE_2019 = "pre-2019"
    OEIF = "oeif"  # graded inspections since September 2019
    UNGRADED = "ungraded"  # a short visit that says whether the school remains what it was
    REPORT_CARD = "report-card"  # since November 2025, no overall grade


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """One URN as a list of schools describes it. What the file has no column for is None."""

    urn: int
    name: str
    la_code: int | None
    la_name: str | None
    establishment_number: int | None
    type_name: str
    is_academy: bool
    status: SchoolStatus
    phase: str
    low_age: int | None
    high_age: int | None
    religious_character: str | None
    diocese: str | None
    postcode: str | None
    easting: int | None
    northing: int | None
    pupils: int | None
    percent_fsm: float | None
    opened_on: date | None
    closed_on: date | None
    trust_uid: str | None
    trust_name: str | None
    federation_name: str | None
    ofsted_grade: int | None
    ofsted_on: date | None


@dataclass(frozen=True, slots=True)
class SchoolLinkRow:
    """What GIAS says that `linked_urn` is to `urn`: its predecessor, its successor, part of a merger, a split …"""

    urn: int
    linked_urn: int
    link_type: str
    established_on: date | None


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A trust, a federation or a sponsor. `opened_on` is the incorporation of a trust, which has no other date."""

    uid: str
    group_id: str | None
    name: str
    type_name: str
    status: str
    opened_on: date | None
    closed_on: date | None
    companies_house: str | None


@dataclass(frozen=True, slots=True)
class GroupMembershipRow:
    """A school in a group since a day. One school may be in several: its trust, its sponsor, a federation."""

    urn: int
    uid: str
    group_name: str
    type_name: str
    joined_on: date | None


class ResultRow(NamedTuple):
    """One measure of one school in one academic year. Exactly one of `value` and `missing` is set. A tuple, which is
    made in a third of a dataclass's time: a year of England's has 750,000.

    `la_code` is the authority that the table lists the school under that year, `special` whether it lists it among the
    special schools; None where the table does not say.
    """

    urn: int
    year: str
    measure: str
    cohort: int | None
    value: float | None
    lower: float | None
    upper: float | None
    missing: MissingReason | None
    la_code: int | None = None
    special: bool | None = None


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """The same measure of an area.

    `england`, `england-state` (its state-funded schools), `england-state-primary`, `england-state-secondary`,
    `england-state-special` or, by the LA's code, `la:850`.
    """

    area: str
    year: str
    measure: str
    cohort: int | None
    value: float | None
    missing: MissingReason | None


@dataclass(frozen=True, slots=True)
class InspectionRow:
    """One inspection. `judgements` are pairs of aspect and what was said of it, in the publisher's order."""

    urn: int
    inspected_on: date
    framework: Framework
    overall: int | None
    judgements: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ClusterMembershipRow:
    """A school in a family cluster from one day to another (None: until further notice)."""

    cluster_code: str
    cluster_name: str
    alliance_code: str | None
    alliance_name: str | None
    family_partnership_zone: str | None
    urn: int
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """Someone who can deliver support: what, for whom, how much at once, and from when to when."""

    code: str
    name: str
    type: str
    urn: int | None
    trust_uid: str | None
    reach: str
    themes: tuple[str, ...]
    key_stages: tuple[str, ...]
    capacity: int
    day_rate_pence: int
    postcode: str | None
    easting: int | None
    northing: int | None
    linked_clusters: tuple[str, ...]
    conflicts: tuple[int, ...]
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A person in one role: at a school (`urn`), at a provider (`provider_code`) or in the council (neither)."""

    email: str
    title: str | None
    first_name: str
    surname: str
    phone: str | None
    role: str
    urn: int | None
    provider_code: str | None
    starts_on: date
    ends_on: date | None
    substitute_email: str | None


@dataclass(frozen=True, slots=True)
class BoardPersonRow:
    """A person on the Board, or the substitute of one (`substitute_for_email`)."""

    group_code: str | None
    group_name: str | None
    email: str
    title: str | None
    first_name: str
    surname: str
    kind: str
    substitute_for_email: str | None
    key_stages: tuple[str, ...]
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class HalfTermRow:
    """Half term `number` (1 to 6), both days included. `applies_to`: `area`, `trust:UID` or `school:URN`."""

    applies_to: str
    academic_year: str
    number: int
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class InsetDayRow:
    """A day on which the school is open to its staff only."""

    applies_to: str
    academic_year: str
    day: date


@dataclass(frozen=True, slots=True)
class BankHolidayRow:
    day: date
    title: str
    division: str


Row = (
    SchoolRow
    | SchoolLinkRow
    | GroupRow
    | GroupMembershipRow
    | ResultRow
    | ReferenceRow
    | InspectionRow
    | ClusterMembershipRow
    | ProviderRow
    | ContactRow
    | BoardPersonRow
    | HalfTermRow
    | InsetDayRow
    | BankHolidayRow
)
