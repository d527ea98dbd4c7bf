"""The council's own files of the invented area, in the layout of docs/feeds.md, and GOV.UK's bank holidays."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from feeds.council import CLUSTER_COLUMNS, PROVIDER_COLUMNS
from feeds.people import BOARD_COLUMNS, CONTACT_COLUMNS
from sample.area import Area
from sample.tables import COUNCIL, Cells, write_json, write_table

_CALENDAR = ("academic_year", "term", "event", "start", "end", "source", "confidence", "applies_to")


def write_clusters(area: Area, path: Path) -> Path:
    """Which school is in which cluster since when."""
    since = date(min(2010, area.start.year - 5), 9, 1)

    def rows() -> Iterator[Cells]:
        for school in area.places.schools:
            c = school.cluster
            joined = max(since, school.opened_on or since)
            yield c.code, c.name, c.alliance_code, c.alliance_name, c.zone, school.urn, joined.isoformat(), ""

    return write_table(path, COUNCIL, CLUSTER_COLUMNS, rows())


def write_providers(area: Area, path: Path) -> Path:
    """The list of providers."""

    def rows() -> Iterator[Cells]:
        for p in area.partners:
            yield (
                p.code, p.name, p.type, p.urn or "", p.trust_uid, p.reach, p.themes, p.key_stages, p.capacity,
                p.day_rate, p.postcode, p.easting, p.northing, ";".join(p.clusters),
                ";".join(str(urn) for urn in p.conflicts), p.starts_on.isoformat(), "",
            )  # fmt: skip

    return write_table(path, COUNCIL, PROVIDER_COLUMNS, rows())


def write_contacts(area: Area, path: Path) -> Path:
    """People and their roles."""

    def rows() -> Iterator[Cells]:
        for contact in area.contacts:
            who = contact.person
            yield (
                who.email, who.title, who.first_name, who.surname, contact.phone, contact.role, contact.urn or "",
                contact.provider_code, contact.since.isoformat(), "", contact.substitute,
            )  # fmt: skip

    return write_table(path, COUNCIL, CONTACT_COLUMNS, rows())


def write_board(area: Area, path: Path) -> Path:
    """The Board and its substitutes."""

    def rows() -> Iterator[Cells]:
        for member in area.board:
            who = member.person
            yield (
                member.group_code, member.group_name, who.email, who.title, who.first_name, who.surname, member.kind,
                member.stands_in_for, member.key_stages, member.since.isoformat(), "",
            )  # fmt: skip

    return write_table(path, COUNCIL, BOARD_COLUMNS, rows())


def write_calendar(area: Area, path: Path) -> Path:
    """Term dates: the area's, and those of the trust and of the school that have their own."""

    def rows() -> Iterator[Cells]:
        for e in area.calendar:
            ends = e.ends_on.isoformat() if e.event == "half_term" else ""
            source = (f"{area.name} Council", "invented", e.applies_to)
            yield e.academic_year, e.term, e.event, e.starts_on.isoformat(), ends, *source

    return write_table(path, COUNCIL, _CALENDAR, rows())


def write_bank_holidays(area: Area, path: Path) -> Path:
    """The bank holidays of England and Wales, as GOV.UK gives them."""
    division = "england-and-wales"
    events = [
        {
            "title": holiday.title,
            "date": holiday.day.isoformat(),
            "notes": "Substitute day" if holiday.is_substitute else "",
            "bunting": holiday.title != "Good Friday",
        }
        for holiday in area.bank_holidays
    ]
    return write_json(path, {division: {"division": division, "events": events}})
