"""The invented county's providers, contacts and Board: rows of the council's own files."""

from collections.abc import Iterator
from itertools import count

from sample.county.area import PYRAMIDS_AN_ALLIANCE, Area
from sample.county.names import person, place

SINCE = "2015-09-01"
THEMES = "reading;writing;maths;phonics;attainment-gap;attendance;send;leadership;behaviour;early-years"
TSAS = 5

Row = dict[str, object]


def clusters(area: Area) -> Iterator[Row]:
    """Each open school in its pyramid's cluster, each cluster in its district's alliance."""
    for school in area.open_schools:
        alliance = school.cluster // PYRAMIDS_AN_ALLIANCE + 1
        yield {
            "cluster_code": f"C{school.cluster + 1:02d}",
            "cluster_name": place(school.cluster),
            "alliance_code": f"A{alliance}",
            "alliance_name": f"{place((alliance - 1) * PYRAMIDS_AN_ALLIANCE)} District Alliance",
            "family_partnership_zone": f"{place(school.cluster)} Family Partnership Zone",
            "urn": school.urn,
            "from": SINCE,
            "to": "",
        }


def providers(area: Area) -> list[Row]:
    """Every cluster's TSA and SIP, and who can help beyond: NLEs, trusts, hubs, the council's own team."""
    made: list[Row] = []
    tsas = max(TSAS, area.clusters // 4)
    for n in range(tsas):
        linked = [c for c in range(area.clusters) if c % tsas == n]
        made.append(_provider(area, f"TSA{n + 1}", f"{place(n * 4)} Teaching School Alliance", "tsa", linked, 12, 560))
    for c in range(area.clusters):
        made.append(_provider(area, f"SIP{c + 1:02d}", f"{place(c)} School Improvement Partner", "sip", [c], 3, 450))
    for n in range(max(6, area.clusters // 3)):
        made.append(_provider(area, f"NLE{n + 1}", f"National Leader of Education, {place(n * 2 + 1)}", "nle", [], 2, 500))
    hubs = (("MATHSHUB", "Chalk Coast Maths Hub", "maths"), ("ENGHUB", "South English Hub", "reading;writing;phonics"))
    for code, name, themes in hubs:
        made.append(_provider(area, code, name, "curriculum-hub", [], 8, 400, themes=themes, reach="regional"))
    made.append(_provider(area, "COUNCIL", f"{area.name} School Improvement Team", "council", [], 10, 350))
    for uid, name in list(area.trusts.items())[:4]:
        made.append(_provider(area, f"MAT{uid}", name, "mat", [], 3, 520, trust=uid))
    return made


def contacts(area: Area) -> list[Row]:
    """A head and a deputy for each open school, a lead for each provider, officers, finance and an administrator.

    One head leads two schools.
    """
    number = count()
    made: list[Row] = []
    federated: Row | None = None
    for at, school in enumerate(area.open_schools):
        head = _contact(number, f"head@school{school.urn}.example", "head", urn=school.urn)
        if at == 1:
            federated = head
        elif at == 3 and federated is not None:
            head = {**federated, "urn": school.urn}
        deputy = _contact(number, f"deputy@school{school.urn}.example", "deputy", urn=school.urn)
        made += [head, deputy]
    for at, provider in enumerate(providers(area)):
        code = str(provider["provider_code"])
        made.append(_contact(number, f"lead@{code.lower()}.example", "provider-lead", provider=code))
        if at % 2 == 0:
            made.append(_contact(number, f"deputy@{code.lower()}.example", "provider-deputy", provider=code))
    for n in range(3):
        made.append(_contact(number, f"officer{n + 1}@dorsetshire.example", "officer", phone=f"01632 960 11{n + 1}"))
    made.append(_contact(number, "finance@dorsetshire.example", "finance", phone="01632 960 120"))
    made.append(_contact(number, "admin@dorsetshire.example", "admin", phone="01632 960 121"))
    return made


def board() -> list[Row]:
    """The Independent Chair, members that groups nominate with their substitutes, and one co-opted for a year."""
    groups = (
        ("PRI", "Primary heads", "KS1;KS2"), ("SEC", "Secondary heads", "KS3;KS4;KS5"), ("SPE", "Special school heads", "KS2;KS4"),
        ("TSA", "Teaching schools", "EYFS;KS1;KS2"), ("MAT", "Multi-academy trusts", "KS3;KS4"), ("DIO", "The diocese", "KS1;KS2"),
        ("LA", "The council", "KS1;KS2;KS3;KS4"),
    )  # fmt: skip
    number = count(400)
    made = [_member(number, "CHAIR", "The Board itself", "chair@board.example", "chair", "KS1;KS2;KS3;KS4")]
    for code, name, stages in groups:
        address = f"{code.lower()}@board.example"
        made.append(_member(number, code, name, address, "member", stages))
        made.append(
            {
                **_member(number, code, name, f"{code.lower()}.substitute@board.example", "substitute", stages),
                "substitute_for_email": address,
            }
        )
    made.append(
        {**_member(number, "EY", "Early years settings", "early.years@board.example", "co-opted", "EYFS"), "to": "2030-07-31"}
    )
    return made


def _provider(
    area: Area,
    code: str,
    name: str,
    kind: str,
    linked: list[int],
    capacity: int,
    rate: int,
    *,
    themes: str = THEMES,
    reach: str = "local",
    trust: str = "",
) -> Row:
    base = area.open_schools[(linked[0] * 9 if linked else len(code) * 17) % len(area.open_schools)]
    return {
        "provider_code": code,
        "provider_name": name,
        "provider_type": kind,
        "urn": "",
        "trust_uid": trust,
        "reach": reach,
        "themes": themes,
        "key_stages": "EYFS;KS1;KS2;KS3;KS4",
        "capacity": capacity,
        "day_rate_pounds": rate,
        "postcode": "",
        "easting": base.easting,
        "northing": base.northing,
        "linked_clusters": ";".join(f"C{c + 1:02d}" for c in linked),
        "conflicts": "",
        "from": SINCE,
        "to": "",
    }


def _contact(
    number: "count[int]", email: str, role: str, *, urn: int | str = "", provider: str = "", phone: str = ""
) -> Row:
    first_name, surname = person(next(number))
    return {
        "email": email,
        "title": "",
        "first_name": first_name,
        "surname": surname,
        "phone": phone,
        "role": role,
        "urn": urn,
        "provider_code": provider,
        "from": SINCE,
        "to": "",
        "substitute_email": "",
    }


def _member(number: "count[int]", code: str, name: str, email: str, kind: str, stages: str) -> Row:
    first_name, surname = person(next(number))
    return {
        "group_code": code,
        "group_name": name,
        "email": email,
        "title": "",
        "first_name": first_name,
        "surname": surname,
        "kind": kind,
        "substitute_for_email": "",
        "key_stages": stages,
        "from": SINCE,
        "to": "",
    }
