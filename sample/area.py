"""The invented county: one call makes all of it, the same for the same arguments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from types import MappingProxyType

import numpy as np

from rules.errors import Refused
from sample.founding import areas_of, found
from sample.names import COUNTY
from sample.partners import Partner, partners
from sample.people import Contact, Member, board, contacts
from sample.places import Places, School
from sample.results import YearOfResults, draw
from sample.terms import Holiday, TermEvent, bank_holidays, term_events
from sample.trouble import choose

# Published tables are filed under years of this century.
EARLIEST = 2003
FEWEST_SCHOOLS = 10
LA_CODES = range(201, 999)
OF_RESULTS = 2
"""Which of the streams of chance the results are drawn from."""


@dataclass(frozen=True, slots=True)
class Area:
    """Everything that its files say, and in `truth` what they were drawn from: the themes in trouble by URN. `la_codes`
    are the authorities that its schools stand under: one of a county, several of a nation.
    """

    name: str
    la_codes: tuple[int, ...]
    start: date
    places: Places
    results: tuple[YearOfResults, ...]
    partners: tuple[Partner, ...]
    contacts: tuple[Contact, ...]
    board: tuple[Member, ...]
    calendar: tuple[TermEvent, ...]
    bank_holidays: tuple[Holiday, ...]
    truth: Mapping[int, frozenset[str]]

    @property
    def la_code(self) -> int:
        """The council's own authority."""
        return self.la_codes[0]

    def la_of(self, school: School) -> int:
        """The code of the authority that a school stands under."""
        return self.la_codes[school.cluster.area]

    def la_name_of(self, school: School) -> str:
        """The authority's name."""
        return f"{self.name} {school.cluster.area + 1}" if school.cluster.area else self.name


def la_codes(schools: int, own: int) -> tuple[int, ...]:
    """The codes of the authorities that so many schools stand under, the council's own first."""
    others = (code for code in LA_CODES if code != own)
    return (own, *islice(others, areas_of(schools) - 1))


def generate_area(*, schools: int = 155, seed: int = 2018, start: date, la_code: int) -> Area:
    """Invent an area of so many open schools as it is on the day `start`, with the three school years before it.

    Raises:
        Refused: fewer schools than a cluster has, or a start before there could be three years of results.
    """
    if schools < FEWEST_SCHOOLS:
        raise Refused(f"An area of {schools} schools is smaller than one cluster: ask for {FEWEST_SCHOOLS} or more.")
    if start.year <= EARLIEST:
        raise Refused(f"An area starts after {EARLIEST}, so that three years of results lie in this century.")
    of_places, of_trouble, of_results, of_partners, of_contacts, of_board = np.random.default_rng(seed).spawn(6)
    places = found(of_places, schools, start)
    truth = choose(of_trouble, places.schools, start)
    helping = partners(of_partners, places, start)
    september = start.year - (0 if start.month >= 9 else 1)
    return Area(
        name=COUNTY,
        la_codes=la_codes(schools, la_code),
        start=start,
        places=places,
        results=draw(of_results, places, truth, start),
        partners=helping,
        contacts=contacts(of_contacts, places.schools, helping, start),
        board=board(of_board, start),
        calendar=_calendar(places, september),
        bank_holidays=tuple(day for year in range(september, september + 3) for day in bank_holidays(year)),
        truth=MappingProxyType(truth),
    )


def _calendar(places: Places, september: int) -> tuple[TermEvent, ...]:
    """Two school years: the area's, and those of one trust and one aided school with half terms of their own."""
    whose = [("", 0)]
    whose += [(f"trust:{t.uid}", -4) for t in places.trusts if t.type_name == "Multi-academy trust"][:1]
    whose += [(f"school:{s.urn}", 2) for s in places.schools if s.type_name == "Voluntary aided school"][:1]
    return tuple(
        event
        for applies_to, shift in whose
        for year in (september, september + 1)
        for event in term_events(year, applies_to=applies_to, shift=shift)
    )
