"""What identification is given and what it finds: frozen values only."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

# Ours, from the published tables: about two thirds of the spread between the schools of a whole county.
_ORDINARY_SD: Mapping[str, float] = {
    "ks2_read_progress": 1.3,
    "ks2_writ_progress": 1.3,
    "ks2_mat_progress": 1.3,
    "ks2_rwm_exp_dis": 8.0,
    "ks2_rwm_gap": 8.0,
    "ks4_attainment8": 5.0,
    "ks4_progress8": 0.3,
    "ks4_progress8_dis": 0.35,
    "ks4_basics_94": 8.0,
    "ks4_basics_94_dis": 8.0,
    "absence_persistent": 4.0,
    "absence_overall": 1.0,
}


class Level(enum.StrEnum):
    """How far on the worse side of what is ordinary a school is, whichever direction is worse for the measure.

    `below-998`: worse than all but 1 in 1,000 ordinary schools (the outer funnel limit, z of -3.09 or less);
    `below-95`: worse than all but 1 in 40 (the inner limit, z of -1.96 or less).
    """

    BELOW_998 = "below-998"
    BELOW_95 = "below-95"


@dataclass(frozen=True, slots=True)
class Observation:
    """One published figure of one school.

    `value` is in the unit of the measure (a percentage is 0 to 100); None when it was suppressed or not published,
    which is unknown and never zero. `cohort` is the number of pupils behind it, None when the file does not say.
    `lower` and `upper` are the publisher's own 95% interval. `year` is a school year such as "2017-18"; years are put
    in order as text, so one way of writing them must be used throughout.
    """

    urn: int
    measure: str
    year: str
    value: float | None
    cohort: int | None = None
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """What a measure is compared with in one year. `source` goes into sentences: "nationally", "in the county"."""

    value: float
    cohort: int | None = None
    source: str = "nationally"


@dataclass(frozen=True, slots=True)
class IdentificationPolicy:
    """What a council may set; the defaults are ours.

    false_discovery: the share of flagged schools that may be there by chance (0 to 1)
    smallest_cohort: figures of fewer pupils are neither used nor shown; never set it below 6
    years: how many school years back from the latest one of a measure are pooled
    year_decay: weight of a year over that of the year after it, for equal cohorts (0 to 1)
    fewest_schools: with fewer schools the spread between ordinary schools cannot be estimated from them
    ordinary_sd: the largest spread between schools (standard deviation, chance taken out, in the unit of the measure)
        that counts as ordinary. Schools are judged by the spread found among them, but never by more than this: in an
        area where schools lie further apart than that, the far ones are in need of support and not ordinary. It also
        stands in where there are too few schools to tell. A measure not named here has no such bound
    ordinary_sd_points: the same for percentages that `ordinary_sd` does not name
    watch_z: a theme this far from the ordinary, though not beyond what chance explains, is listed as worth watching
    area_points: an area-wide priority is at least this many percentage points worse than the reference
    area_share: … or, for other units, at least this share of the spread between schools
    """

    false_discovery: float = 0.05
    smallest_cohort: int = 6
    years: int = 3
    year_decay: float = 0.7
    fewest_schools: int = 8
    ordinary_sd: Mapping[str, float] = field(default_factory=lambda: dict(_ORDINARY_SD))
    ordinary_sd_points: float = 6.0
    watch_z: float = -1.96
    area_points: float = 2.0
    area_share: float = 0.3


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """One measure of one school, its years pooled: the numbers behind a finding.

    `value`, `cohort`, `reference`, `lower` to `upper_998` are those of the latest year used (the one the sentence
    names): `lower` and `upper` are the 95% limits by chance alone for that cohort around the reference, `lower_998` and
    `upper_998` the 99.8% ones; None when the cohort is not known. `z` is of all years pooled, ordinary differences
    between schools allowed for; negative is worse whatever the direction of the measure. `q_value` is the
    Benjamini–Hochberg adjusted p-value over all schools and measures.

    `trend` is how much worse (negative) or better the figure has become a year against the reference, in the measure's
    unit, with its own `trend_z` and `trend_q` (over all schools and measures). `similar` is what the 20 schools with
    the most similar pupils reach, and `similar_z` how far the school is from that: shown beside the judgement, no part
    of it. None where there are not the years or the census for it. `beside` says both in words.
    """

    measure: str
    years: tuple[str, ...]
    value: float
    cohort: int | None
    reference: float
    reference_source: str
    lower: float | None
    upper: float | None
    lower_998: float | None
    upper_998: float | None
    z: float
    q_value: float
    trend: float | None = None
    trend_z: float | None = None
    trend_q: float | None = None
    similar: float | None = None
    similar_z: float | None = None
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One school and theme. `flagged`: the evidence says it needs support, beyond chance and ordinary differences; not
    flagged: worth watching, but it may be chance. `score` is how far from the ordinary: -z, so that more is worse.
    `q_value`: adjusted p of the theme, of a flagged school within the two-stage rule of `analysis.discovery`."""

    urn: int
    theme: str
    rank: int
    score: float
    level: Level
    flagged: bool
    q_value: float
    evidence: tuple[EvidenceItem, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class AreaFinding:
    """A measure on which the area as a whole is worse than the reference: a case for work across schools.

    `value` is the area's own published row when one was given, else its schools pooled. `spread` is the ordinary
    standard deviation between schools in the unit of the measure, chance taken out. `below_95` of the `schools` lie
    beyond the 95% limits on the worse side. `z` is negative when worse.
    """

    measure: str
    theme: str
    rank: int
    year: str
    value: float
    reference: float
    reference_source: str
    schools: int
    below_95: int
    spread: float
    z: float
    q_value: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Spread:
    """How ordinary schools differ on one measure, for the analyst: `phi` is the overdispersion (1 is chance alone),
    `centre` and `sd` are on the scale of the test (arcsine for percentages), `sd_points` in the measure's own unit."""

    measure: str
    schools: int
    phi: float
    centre: float
    sd: float
    sd_points: float


@dataclass(frozen=True, slots=True)
class Identification:
    """`findings` passed the control of false discovery; `watch` are worth a look but may be chance.

    Ranks run on from the one to the other. `area_wide` has its own ranks.
    """

    findings: tuple[Finding, ...]
    area_wide: tuple[AreaFinding, ...]
    watch: tuple[Finding, ...]
    spreads: tuple[Spread, ...]
