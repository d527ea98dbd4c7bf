"""Founding the schools of the invented area: pyramids of three tiers and of two, who runs them, what they were."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np

from sample.names import CATHOLIC, LANDMARKS, SAINTS, TRUSTS, place_names
from sample.places import Cluster, Kind, Link, Places, School, Trust

FIRST_URN = 900_001
WIDEST = 340_000
"""Metres from the first cluster to the last: the national grid ends, so that ten Englands stand closer together."""
LARGEST_AREA = 600
"""Schools of one authority at most, as England's largest counties have: more stand under several."""
PYRAMID = 9.12  # schools of all kinds in a cluster, on average
_ZONES = ("North", "East", "South", "West")
_LANDSCAPES = ("Vale", "Coast", "Heath", "Downs")
_SHARES = (  # of mainstream schools; a county's mix with about 45 in 100 academies
    ("Community school", 0.27),
    ("Voluntary aided school", 0.11),
    ("Voluntary controlled school", 0.11),
    ("Foundation school", 0.06),
    ("Academy converter", 0.33),
    ("Academy sponsor led", 0.09),
    ("Free schools", 0.03),
)
_CHURCH = frozenset({"Voluntary aided school", "Voluntary controlled school"})
_NUMBERS = {Kind.SPECIAL: (7000, 900)} | dict.fromkeys((Kind.UPPER, Kind.SECONDARY, Kind.MIDDLE), (4000, 1900))
_WORDS = {
    Kind.FIRST: "First School",
    Kind.INFANT: "Infant School",
    Kind.JUNIOR: "Junior School",
    Kind.MIDDLE: "Middle School",
    Kind.PRIMARY: "Primary School",
    Kind.UPPER: "Upper School",
    Kind.SECONDARY: "School",
    Kind.SPECIAL: "Special School",
    Kind.ALL_THROUGH: "All-Through School",
}


def areas_of(schools: int) -> int:
    """Under how many authorities so many schools stand."""
    return -(-schools // LARGEST_AREA)


def found(rng: np.random.Generator, schools: int, start: date) -> Places:
    """So many open schools with their clusters, trusts and predecessors, as they are on the day `start`."""
    clusters = _clusters(rng, max(1, round(schools / PYRAMID)), areas=areas_of(schools))
    kinds = _kinds(schools, clusters)
    types = _types(rng, [kind for kind, _ in kinds])
    begun = [_begin(rng, FIRST_URN + n, kind, types[n], cluster, start) for n, (kind, cluster) in enumerate(kinds)]
    trusts, placed = _trusts(rng, begun, start)
    federated = _federate(placed)
    return _with_predecessors(rng, clusters, trusts, federated, start)


def _clusters(rng: np.random.Generator, count: int, *, areas: int) -> list[Cluster]:
    side = int(np.ceil(np.sqrt(count)))
    apart = min(6_000, WIDEST // side)  # metres
    jitter = rng.integers(-1500, 1501, size=(count, 2))
    alliances = max(1, min(count, 4 * round(count / 17) or 4))
    made = []
    for n, name in enumerate(place_names(rng, count)):
        alliance = n * alliances // count
        made.append(
            Cluster(
                code=f"C{n + 1:02}",
                name=f"{name} Pyramid",
                alliance_code=f"A{alliance + 1}",
                alliance_name=f"{_ZONES[alliance % 4]} {_LANDSCAPES[alliance // 4 % 4]} Alliance"
                + (f" {alliance // 16 + 1}" if alliance >= 16 else ""),
                zone=f"{_ZONES[alliance % 4]} {name}",
                easting=int(340_000 + apart * (n % side) + jitter[n, 0]),
                northing=int(80_000 + apart * (n // side) + jitter[n, 1]),
                area=n * areas // count,
            )
        )
    return made


def _kinds(schools: int, clusters: list[Cluster]) -> list[tuple[Kind, Cluster]]:
    """Every fourth pyramid has three tiers; the others two; every third has a special school."""
    count = len(clusters)
    found: list[tuple[Kind, Cluster]] = []
    for n, cluster in enumerate(clusters):
        size = schools * (n + 1) // count - schools * n // count
        if n % 4 == 1:
            head = [Kind.UPPER, Kind.MIDDLE, Kind.MIDDLE]
        elif n % 8 == 6:
            head = [Kind.ALL_THROUGH, Kind.SECONDARY, Kind.INFANT, Kind.JUNIOR]
        else:
            head = [Kind.SECONDARY, Kind.INFANT, Kind.JUNIOR] if n % 2 == 0 else [Kind.SECONDARY]
        if n % 3 == 2:
            head.append(Kind.SPECIAL)
        rest = Kind.FIRST if n % 4 == 1 else Kind.PRIMARY
        found.extend((kind, cluster) for kind in (*head, *[rest] * (size - len(head)))[:size])
    return found


def _types(rng: np.random.Generator, kinds: list[Kind]) -> list[str]:
    """The mix in its shares exactly, dealt out by chance; a free school is never one of a pair or a tier."""
    wanted = np.array([share for _, share in _SHARES])
    count = len(kinds)
    ends = np.round(np.cumsum(wanted) * count).astype(int)
    deck = np.searchsorted(ends, np.arange(count), side="right").clip(max=len(_SHARES) - 1)
    dealt = [_SHARES[place][0] for place in rng.permutation(deck)]
    for n, kind in enumerate(kinds):
        if kind is Kind.SPECIAL:
            dealt[n] = ("Community special school", "Academy special converter", "Foundation special school")[n % 3]
    return dealt


def _begin(rng: np.random.Generator, urn: int, kind: Kind, type_name: str, cluster: Cluster, start: date) -> School:
    place = cluster.name.removesuffix(" Pyramid")
    number, religion = urn - FIRST_URN, "Does not apply"
    if type_name in _CHURCH or (type_name == "Academy converter" and number % 5 == 0):
        saint = SAINTS[int(rng.integers(len(SAINTS)))]
        catholic = saint in CATHOLIC and type_name != "Voluntary controlled school"
        religion = "Roman Catholic" if catholic else "Church of England"
        title = f"{place} {saint} {'Catholic' if catholic else 'Church of England'} {_WORDS[kind]}"
    elif kind in {Kind.UPPER, Kind.SECONDARY, Kind.ALL_THROUGH}:
        title = f"The {place} {_WORDS[kind]}" if number % 2 else f"{place} {LANDMARKS[number % 20]} {_WORDS[kind]}"
    else:
        title = f"{place} {LANDMARKS[number * 7 % 20]} {_WORDS[kind]}"
    first, span = _NUMBERS.get(kind, (2000, 1990))
    offset = rng.integers(-2200, 2201, size=2)
    is_new = type_name == "Free schools"
    return School(
        urn=urn,
        number=first + number % span,
        name=title.replace("School", "Academy") if "Academy" in type_name and number % 2 else title,
        kind=kind,
        type_name=type_name,
        religion=religion,
        cluster=cluster,
        postcode=_postcode(number),
        easting=cluster.easting + int(offset[0]),
        northing=cluster.northing + int(offset[1]),
        opened_on=date(start.year - int(rng.integers(1, 12)), 9, 1) if is_new else None,
        cohort=_cohort(rng, kind),
        disadvantaged=float(np.clip(rng.beta(5, 15), 0.05, 0.6)),
    )


def _postcode(number: int) -> str:
    """One of an area that Royal Mail has not given out."""
    return f"DZ{1 + number // 9 % 99} {1 + number % 9}{'ABDEFGHJLN'[number % 10]}{'PQRSTUWXYZ'[number // 10 % 10]}"


def _cohort(rng: np.random.Generator, kind: Kind) -> int:
    if kind in {Kind.UPPER, Kind.SECONDARY}:
        return int(rng.integers(90, 241))
    if kind is Kind.SPECIAL:
        return int(rng.integers(4, 13))
    if kind in {Kind.MIDDLE, Kind.JUNIOR, Kind.ALL_THROUGH}:
        return int(rng.integers(50, 91))
    return int(rng.choice([9, 12, 15, 20, 28, 30, 30, 45, 55, 60, 60, 75, 88]))


def _trusts(rng: np.random.Generator, schools: list[School], start: date) -> tuple[list[Trust], list[School]]:
    """Every academy in a trust: every eighth alone, the others by six in multi-academy trusts of neighbours."""
    academies = [school for school in schools if school.is_academy]
    alone = {school.urn for school in academies[3::8]}
    together = [school for school in academies if school.urn not in alone]
    size = 7
    trusts: list[Trust] = []
    of: dict[int, Trust] = {}
    for begin in range(0, len(together), size):
        n = len(trusts)
        lap = n // len(TRUSTS)
        name = f"{TRUSTS[n % len(TRUSTS)]} {'Academies' if n % 2 else 'Learning'} Trust{f' {lap + 1}' if lap else ''}"
        trusts.append(_trust(rng, n, name, "Multi-academy trust", start))
        of.update((school.urn, trusts[-1]) for school in together[begin : begin + size])
    for school in academies:
        if school.urn in alone:
            trusts.append(_trust(rng, len(trusts), f"{school.name} Trust", "Single-academy trust", start))
            of[school.urn] = trusts[-1]
    return trusts, [replace(school, trust=of.get(school.urn)) for school in schools]


def _trust(rng: np.random.Generator, n: int, name: str, type_name: str, start: date) -> Trust:
    opened = date(start.year - int(rng.integers(12, 15)), int(rng.integers(1, 13)), int(rng.integers(1, 29)))
    return Trust(f"{90_001 + n}", name, type_name, opened, f"{9_000_001 + n:08}")


def _federate(schools: list[School]) -> list[School]:
    """The first two small maintained schools of a cluster, under one head."""
    small = [s for s in schools if s.trust is None and s.kind in {Kind.FIRST, Kind.PRIMARY}]
    pair = next(((a, b) for a, b in pairwise(small) if a.cluster == b.cluster), None)
    if pair is None:
        return schools
    urns = {school.urn for school in pair}
    name = f"{pair[0].cluster.name.removesuffix(' Pyramid')} & District Federation"
    return [replace(s, federation=name) if s.urn in urns else s for s in schools]


def _with_predecessors(
    rng: np.random.Generator, clusters: list[Cluster], trusts: list[Trust], schools: list[School], start: date
) -> Places:
    """Academies that were maintained schools before, and a primary school made of an infant and a junior school."""
    september = start.year if start.month >= 8 else start.year - 1
    merged = _merging(schools)
    next_urn = FIRST_URN + len(schools)
    now: list[School] = []
    closed: list[School] = []
    links: list[Link] = []
    for school in schools:
        if school.type_name in {"Academy converter", "Academy sponsor led", "Academy special converter"}:
            # One in five converted within the three years of results, the others before.
            ago = int(rng.integers(1, 3)) if school.urn % 5 == 2 else int(rng.integers(4, 12))
            since, before = date(september - ago, 9, 1), [replace(school, urn=next_urn)]
            kinds = ("Predecessor", "Successor")
        elif school.urn in merged:
            since = date(september - 2, 9, 1)
            before = [
                replace(school, urn=next_urn + n, kind=kind, name=school.name.replace("Primary School", _WORDS[kind]))
                for n, kind in enumerate((Kind.INFANT, Kind.JUNIOR))
            ]
            kinds = ("Predecessor - amalgamated", "Successor - amalgamated")
        else:
            now.append(school)
            continue
        next_urn += len(before)
        for n, one in enumerate(before):
            old = _as_it_was(one, since, n)
            closed.append(old)
            links.append(Link(school.urn, old.urn, old.name, kinds[0], since))
            links.append(Link(old.urn, school.urn, school.name, kinds[1], since))
        now.append(replace(school, opened_on=since, predecessors=tuple(one.urn for one in before)))
    return Places(tuple(clusters), tuple(trusts), tuple(now), tuple(closed), tuple(links))


def _merging(schools: list[School]) -> frozenset[int]:
    """One community primary school in about a hundred schools."""
    candidates = [s.urn for s in schools if s.kind is Kind.PRIMARY and s.type_name == "Community school"]
    return frozenset(candidates[1 :: max(1, len(candidates) * 100 // max(1, len(schools)))])


def _as_it_was(school: School, since: date, n: int) -> School:
    special = school.kind is Kind.SPECIAL
    if school.religion != "Does not apply":
        type_name = "Voluntary aided school"
    else:
        type_name = "Community special school" if special else "Community school"
    return replace(
        school,
        number=2000 + (school.number + 777 + n) % 1990 if not special else school.number,
        name=school.name.replace("Academy", "School"),
        type_name=type_name,
        closed_on=date(since.year, 8, 31),
        opened_on=None,
        trust=None,
    )
