"""The invented people: heads and deputies, those at providers, the council's officers, the Board."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from sample.names import COUNTY, FIRST, SURNAMES, TITLES, slug
from sample.partners import Partner
from sample.places import School

_BOARD = (
    ("PRI", "Primary heads", "KS1;KS2", 3),
    ("FMS", "First and middle school heads", "EYFS;KS1;KS2;KS3", 1),
    ("SEC", "Secondary and upper school heads", "KS3;KS4;KS5", 2),
    ("SPE", "Special school heads", "KS1;KS2;KS3;KS4", 1),
    ("TSA", "Teaching school alliances", "KS1;KS2;KS3;KS4", 1),
    ("MAT", "Multi-academy trusts", "KS2;KS3;KS4", 1),
    ("DIO", "Dioceses of Wimbury & Ste Thérèse", "KS1;KS2", 1),
    ("GOV", "Governors’ association", "", 1),
    ("LA", f"{COUNTY} Council", "EYFS;KS1;KS2;KS3;KS4", 1),
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a name and an address."""

    email: str
    title: str
    first_name: str
    surname: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A person in a role, at a school, at a provider or in the council."""

    person: Person
    role: str
    since: date
    urn: int | None = None
    provider_code: str = ""
    phone: str = ""
    substitute: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A person on the Board or in a member's place."""

    person: Person
    kind: str
    since: date
    group_code: str = ""
    group_name: str = ""
    key_stages: str = ""
    stands_in_for: str = ""


class Crowd:
    """People are made one after the other; no address is given out twice."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._given: dict[str, int] = {}

    def one(self, domain: str) -> Person:
        """A person with an address at this domain."""
        first, surname, title = (int(n) for n in self._rng.integers(0, (len(FIRST), len(SURNAMES), len(TITLES))))
        name = f"{slug(FIRST[first])}.{slug(SURNAMES[surname])}"
        count = self._given[f"{name}@{domain}"] = self._given.get(f"{name}@{domain}", 0) + 1
        address = f"{name}{count if count > 1 else ''}@{domain}"
        return Person(address, TITLES[title], FIRST[first], SURNAMES[surname])


def contacts(
    rng: np.random.Generator, schools: tuple[School, ...], partners: tuple[Partner, ...], start: date
) -> tuple[Contact, ...]:
    """A head and a deputy for every open school, a lead for every provider, the council's own people.

    The schools of a federation share their head.
    """
    crowd = Crowd(rng)
    found: list[Contact] = []
    heads: dict[str, Person] = {}
    years = rng.integers(1, 10, size=(len(schools), 2)).tolist()
    for school, (head_years, deputy_years) in zip(schools, years, strict=True):
        domain = f"{slug(school.name)[:40].strip('-')}-{school.urn}.example"
        head = heads.get(school.federation) if school.federation else None
        head = head or crowd.one(domain)
        if school.federation:
            heads[school.federation] = head
        deputy = crowd.one(domain)
        found.append(Contact(head, "head", date(start.year - head_years, 1, 1), school.urn, substitute=deputy.email))
        found.append(Contact(deputy, "deputy", date(start.year - deputy_years, 1, 1), school.urn))
    for n, partner in enumerate(partners):
        domain = f"{slug(partner.code)}-provider.example"
        lead = Contact(crowd.one(domain), "provider-lead", partner.starts_on, provider_code=partner.code)
        if n % 2 == 0:
            deputy = crowd.one(domain)
            found.append(replace(lead, substitute=deputy.email))
            found.append(Contact(deputy, "provider-deputy", partner.starts_on, provider_code=partner.code))
        else:
            found.append(lead)
    council = f"{slug(COUNTY)}-council.example"
    since = date(start.year - 4, 4, 1)
    for n, role in enumerate(("officer", "officer", "officer", "finance", "admin")):
        found.append(Contact(crowd.one(council), role, since, phone=f"01632 96000{n + 1}"))
    return tuple(found)


def board(rng: np.random.Generator, start: date) -> tuple[Member, ...]:
    """A chair of nobody's, twelve members from nine groups with substitutes for most, one co-opted."""
    crowd = Crowd(rng)
    since = date(start.year - 2, 1, 1)
    found = [Member(crowd.one("chair-of-the-board.example"), "chair", since, key_stages="EYFS;KS1;KS2;KS3;KS4;KS5")]
    for code, name, stages, count in _BOARD:
        domain = f"{slug(code)}-group.example"
        for n in range(count):
            member = Member(crowd.one(domain), "member", since, code, name, stages)
            found.append(member)
            if n == 0 and code != "GOV":
                found.append(
                    replace(member, person=crowd.one(domain), kind="substitute", stands_in_for=member.person.email)
                )
    found.append(Member(crowd.one("university-of-dorsetshire.example"), "co-opted", since, key_stages="KS4;KS5"))
    return tuple(found)
