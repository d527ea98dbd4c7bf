"""GIAS's and Ofsted's files of the invented area: schools, trusts, links, inspections."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from sample.area import Area
from sample.inspections import REPORT_CARD, Inspected, inspected
from sample.places import AGES, School
from sample.tables import GIAS, OFSTED, Cells, dashed, slashed, write_table

_SCHOOLS = (
    "URN", "LA (code)", "LA (name)", "EstablishmentNumber", "EstablishmentName", "TypeOfEstablishment (name)",
    "EstablishmentTypeGroup (name)", "EstablishmentStatus (name)", "ReasonEstablishmentOpened (name)", "OpenDate",
    "ReasonEstablishmentClosed (name)", "CloseDate", "PhaseOfEducation (name)", "StatutoryLowAge", "StatutoryHighAge",
    "Gender (name)", "ReligiousCharacter (name)", "Diocese (name)", "SchoolCapacity", "CensusDate", "NumberOfPupils",
    "PercentageFSM", "TrustSchoolFlag (name)", "Trusts (name)", "FederationFlag (name)", "Federations (name)",
    "OfstedLastInsp", "LastChangedDate", "Town", "County (name)", "Postcode", "SchoolWebsite",
    "HeadPreferredJobTitle", "Easting", "Northing", "OfstedRating (name)", "Country (name)", "Linked establishments",
)  # fmt: skip
_GROUP_LINKS = (
    "URN", "Linked UID", "Group Name", "Companies House Number", "Group Type", "Group Type (code)", "Closed Date",
    "Open date", "Incorporated on (open date)", "Group Status", "Group Status (code)", "FederationType", "Joined date",
    "EstablishmentName", "TypeOfEstablishment (name)", "PhaseOfEducation (name)", "LA (code)", "LA (name)",
    "HasSharedHT",
)  # fmt: skip
_LINKS = ("URN", "LinkURN", "LinkName", "LinkType", "LinkEstablishedDate")
_OFSTED = (
    "Web Link", "URN", "LAESTAB", "School name", "Ofsted phase", "Type of education", "Local authority",
    "Date of latest ungraded inspection", "Ungraded inspection overall outcome",
    "Inspection start date of latest OEIF graded inspection", "Latest OEIF overall effectiveness",
    "Latest OEIF category of concern", "Latest OEIF quality of education", "Latest OEIF behaviour and attitudes",
    "Latest OEIF personal development", "Latest OEIF effectiveness of leadership and management",
    "Latest OEIF safeguarding is effective?", "Latest OEIF early years provision (where applicable)",
    "Latest OEIF sixth form provision (where applicable)", "Inspection start date", *REPORT_CARD,
)  # fmt: skip
_GRADES = {1: "Outstanding", 2: "Good", 3: "Requires improvement", 4: "Serious Weaknesses"}
_TYPE_CODES = {"Multi-academy trust": "06", "Single-academy trust": "10"}
_DIOCESES = {"Church of England": "Diocese of Wimbury", "Roman Catholic": "Diocese of Ste Thérèse"}


def write_schools(area: Area, path: Path) -> Path:
    """GIAS's search results: open schools and closed ones. Further links stand in cells beyond the headings."""
    grades = inspected(area)
    links: dict[int, list[str]] = {}
    for link in area.places.links:
        links.setdefault(link.urn, []).append(f"{link.linked} {link.link_type}")

    def rows() -> Iterator[Cells]:
        for school in (*area.places.schools, *area.places.closed):
            yield (*_school(area, school, grades.get(school.urn)), *links.get(school.urn, ["Does not have links"]))

    return write_table(path, GIAS, _SCHOOLS, rows())


def write_trusts(area: Area, path: Path) -> Path:
    """GIAS's links of academies to trusts; a sponsored academy has a second row for its sponsor."""

    def rows() -> Iterator[Cells]:
        for school in area.places.schools:
            trust = school.trust
            if trust is None:
                continue
            about = (
                dashed(school.opened_on or trust.opened_on), school.name, school.type_name, school.phase,
                str(area.la_of(school)), area.la_name_of(school),
            )  # fmt: skip
            status = ("Open", "OPEN", "")
            kind = (trust.type_name, _TYPE_CODES[trust.type_name])
            incorporated = dashed(trust.opened_on)
            yield (
                school.urn, int(trust.uid), trust.name, trust.companies_house, *kind, "", "", incorporated,
                *status, *about,
            )  # fmt: skip
            if school.type_name == "Academy sponsor led":
                sponsor = (school.urn, int(trust.uid) + 500_000, f"{trust.name} (sponsor)", "", "School sponsor", "05")
                yield (*sponsor, "", incorporated, "", *status, *about)

    return write_table(path, GIAS, _GROUP_LINKS, rows())


def write_links(area: Area, path: Path) -> Path:
    """GIAS's predecessors and successors."""
    rows = ((k.urn, k.linked, k.linked_name, k.link_type, dashed(k.since)) for k in area.places.links)
    return write_table(path, GIAS, _LINKS, rows)


def write_inspections(area: Area, path: Path) -> Path:
    """Ofsted's management information in the layout since 2024: nobody gets one word for a school any more."""
    found = inspected(area)

    def rows() -> Iterator[Cells]:
        for school in area.places.schools:
            one = found.get(school.urn)
            if one is not None:
                yield _inspection(area, school, one)

    return write_table(path, OFSTED, _OFSTED, rows())


def _school(area: Area, school: School, last: Inspected | None) -> Cells:
    low, high = AGES[school.kind]
    opened = (
        ("Academy Converter" if school.predecessors else "New Provision") if school.is_academy else "Not applicable"
    )
    if school.predecessors and not school.is_academy:
        opened = "Result of Amalgamation"
    several = school.trust is not None and school.trust.type_name == "Multi-academy trust"
    flag = f"Supported by a {'multi' if several else 'single'}-academy trust" if school.trust else "Not applicable"
    shut = school.closed_on is not None
    return (
        school.urn, str(area.la_of(school)), area.la_name_of(school), str(school.number), school.name, school.type_name,
        _group(school), "Closed" if shut else "Open", opened, dashed(school.opened_on),
        "For Academy" if shut else "Not applicable", dashed(school.closed_on), school.phase, low, high,
        "Mixed", school.religion, _DIOCESES.get(school.religion, "Not applicable"), school.pupils * 11 // 10,
        "" if shut else dashed(_census_day(area.start)), "" if shut else str(school.pupils),
        "" if shut else f"{90 * school.disadvantaged:.1f}", flag, school.trust.name if school.trust else "",
        "Supported by a federation" if school.federation else "Not under a federation", school.federation,
        dashed(last.graded_on if last else None), dashed(area.start - timedelta(days=30)),
        school.cluster.name.removesuffix(" Pyramid"), area.la_name_of(school), school.postcode, "", "Headteacher",
        school.easting, school.northing, _GRADES.get(last.overall or 0, "") if last else "", "",
    )  # fmt: skip


def _group(school: School) -> str:
    if "special" in school.type_name:
        return "Special schools" if not school.is_academy else "Academies"
    if school.type_name == "Free schools":
        return "Free Schools"
    return "Academies" if school.is_academy else "Local authority maintained schools"


def _census_day(start: date) -> date:
    """The third Thursday in January before."""
    first = date(start.year - (1 if start.month == 1 else 0), 1, 15)
    return first + timedelta(days=(3 - first.weekday()) % 7)


def _inspection(area: Area, school: School, one: Inspected) -> Cells:
    overall = "Not judged" if one.overall is None else str(one.overall)
    of_stages = ("9" if AGES[school.kind][0] > 5 else overall, "9" if AGES[school.kind][1] < 18 else overall)
    aspects = tuple(str(grade) for grade in one.aspects)
    return (
        "", school.urn, f"{area.la_of(school)}{school.number:04}", school.name, school.phase, school.type_name,
        area.la_name_of(school),
        slashed(one.visited_on) or "NULL", one.outcome or "NULL",
        slashed(one.graded_on), overall, "SWK" if one.overall == 4 else "NULL", *aspects, "Yes",
        *("NULL" if cell == "Not judged" else cell for cell in of_stages),
        slashed(one.card_on) or "NULL", *(one.card or ("NULL",) * len(REPORT_CARD)),
    )  # fmt: skip
