"""Who can help the schools of the invented area: the rows of the council's list of providers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from sample.names import COUNTY
from sample.places import Cluster, Kind, Places, School

ALL_STAGES = "EYFS;KS1;KS2;KS3;KS4;KS5"
_TSA_THEMES = ("reading;writing;maths;phonics;attainment-gap;leadership", "reading;writing;maths;attendance;leadership")
_SIP_THEMES = ("leadership;attainment-gap;maths;attendance", "leadership;reading;writing;attendance;behaviour")
_NLE_THEMES = ("leadership;behaviour", "reading;writing;phonics", "maths;leadership", "attainment-gap;attendance;send")
_MAT_THEMES = ("reading;writing;maths;leadership", "maths;attainment-gap;attendance;behaviour")
_CLUSTERS_OF_TSA = 4
_CLUSTERS_OF_SIP = 3


@dataclass(frozen=True, slots=True)
class Partner:
    """One provider, as the council lists it. `clusters` are codes, `conflicts` are URNs."""

    code: str
    name: str
    type: str
    themes: str
    key_stages: str
    capacity: int
    day_rate: int
    easting: int
    northing: int
    starts_on: date
    reach: str = "local"
    urn: int | None = None
    trust_uid: str = ""
    postcode: str = ""
    clusters: tuple[str, ...] = ()
    conflicts: tuple[int, ...] = ()


def partners(rng: np.random.Generator, places: Places, start: date) -> tuple[Partner, ...]:
    """Teaching school alliances and improvement partners for every cluster, and those who work across the area."""
    since = date(min(2010, start.year - 5), 9, 1)
    clusters = places.clusters
    found: list[Partner] = []
    tsas = min(len(clusters), max(5, -(-len(clusters) // _CLUSTERS_OF_TSA)))
    for n in range(tsas):
        mine = clusters[n * len(clusters) // tsas : (n + 1) * len(clusters) // tsas]
        name = f"{_town(mine[0])} Teaching School Alliance"
        found.append(_linked("TSA", n, name, "tsa", _TSA_THEMES, mine, 6, _rate(rng, 450), since))
    sips = -(-len(clusters) // _CLUSTERS_OF_SIP)
    for n in range(sips):
        mine = clusters[n::sips]
        name = f"School Improvement Partner for {_town(mine[0])}"
        found.append(_linked("SIP", n, name, "sip", _SIP_THEMES, mine, 2 + n % 4, _rate(rng, 350), since))
    found.extend(_leaders(rng, places, since))
    several = [trust for trust in places.trusts if trust.type_name == "Multi-academy trust"]
    homes = {s.trust.uid: s for s in reversed(places.schools) if s.trust is not None}
    for n, trust in enumerate(several[: 4 * max(1, len(clusters) // 17)]):
        home = homes[trust.uid]
        found.append(
            Partner(
                f"MAT{n + 1:02}",
                trust.name,
                "mat",
                _MAT_THEMES[n % 2],
                ALL_STAGES,
                2 + n % 3,
                _rate(rng, 400),
                home.easting,
                home.northing,
                since,
                "regional",
                trust_uid=trust.uid,
                postcode=home.postcode,
            )
        )
    middle = clusters[len(clusters) // 2]
    across = (
        ("HUB01", "Chalk & Coast Maths Hub", "curriculum-hub", "maths;attainment-gap", 6, 420, "regional"),
        ("HUB02", "Brontë English Hub", "curriculum-hub", "phonics;reading;writing;early-years", 6, 420, "regional"),
        (
            "LA01", f"{COUNTY} School Improvement Team", "council",
            "send;behaviour;early-years;attendance;attainment-gap;leadership;phonics", 6, 350, "local",
        ),
    )  # fmt: skip
    for code, name, kind, themes, capacity, rate, reach in across:
        place = (middle.easting, middle.northing)
        found.append(Partner(code, name, kind, themes, ALL_STAGES, capacity, rate, *place, since, reach))
    return tuple(found)


def _leaders(rng: np.random.Generator, places: Places, since: date) -> list[Partner]:
    """National leaders of education: heads of good-sized schools, each with a conflict at the next school."""
    able = [s for s in places.schools if s.kind is not Kind.SPECIAL and s.cohort >= 30]
    wanted = max(1, len(places.schools) // 18)
    step = max(1, len(able) // wanted)
    return [
        Partner(
            f"NLE{n + 1:02}",
            f"National Leader of Education at {school.name}",
            "nle",
            _NLE_THEMES[n % 4],
            _stages(school),
            2 + n % 2,
            _rate(rng, 400),
            school.easting,
            school.northing,
            since,
            "local",
            urn=school.urn,
            postcode=school.postcode,
            conflicts=(able[(n * step + 1) % len(able)].urn,),
        )
        for n, school in enumerate(able[::step][:wanted])
    ]


def _linked(
    prefix: str, n: int, name: str, kind: str, themes: Sequence[str], mine: Sequence[Cluster], capacity: int, rate: int,
    since: date,
) -> Partner:  # fmt: skip
    return Partner(
        f"{prefix}{n + 1:02}", name, kind, themes[n % len(themes)], ALL_STAGES, capacity, rate,
        mine[0].easting, mine[0].northing, since, clusters=tuple(cluster.code for cluster in mine),
    )  # fmt: skip


def _stages(school: School) -> str:
    if school.kind in {Kind.SECONDARY, Kind.UPPER}:
        return "KS3;KS4;KS5"
    return "KS2;KS3" if school.kind is Kind.MIDDLE else "EYFS;KS1;KS2"


def _rate(rng: np.random.Generator, least: int) -> int:
    """A day's rate in pounds, in steps of ten, up to £600."""
    return int(least + 10 * rng.integers(0, (600 - least) // 10 + 1))


def _town(cluster: Cluster) -> str:
    return cluster.name.removesuffix(" Pyramid")
