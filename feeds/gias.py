"""Lists of schools and of their predecessors: GIAS (Get Information about Schools) and DfE's school information."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from feeds import school_types, values
from feeds.duplicates import Keys
from feeds.report import Ledger
from feeds.rows import Row, SchoolLinkRow, SchoolRow
from feeds.table import Columns, Table, cell, refuse_nothing, refuse_shifted, walk
from feeds.values import CellError

_LINKED = re.compile(r"(\d{5,7}) (\S.*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class _SchoolColumns:
    """Where a list of schools has what; GIAS's name first, then that of england_school_information."""

    urn: int
    name: int
    status: int
    type_name: int
    la_code: int | None
    la_name: int | None
    establishment_number: int | None
    phase: int | None
    is_primary: int | None
    is_secondary: int | None
    low_age: int | None
    high_age: int | None
    religious_character: int | None
    diocese: int | None
    postcode: int | None
    easting: int | None
    northing: int | None
    pupils: int | None
    percent_fsm: int | None
    opened_on: int | None
    closed_on: int | None
    trust_uid: int | None
    trust_name: int | None
    federation_name: int | None
    ofsted_rating: int | None
    ofsted_on: int | None
    linked: int | None


def _find(columns: Columns) -> _SchoolColumns:
    phase = columns.place("PhaseOfEducation (name)")
    primary, secondary = columns.place("ISPRIMARY"), columns.place("ISSECONDARY")
    if phase is None and primary is None:
        columns.want("PhaseOfEducation (name)")
    return _SchoolColumns(
        urn=columns.need("URN"),
        name=columns.need("EstablishmentName", "SCHNAME"),
        status=columns.need("EstablishmentStatus (name)", "SCHSTATUS"),
        type_name=columns.need("TypeOfEstablishment (name)", "SCHOOLTYPE"),
        la_code=columns.want("LA (code)", "LA"),
        la_name=columns.want("LA (name)", "LANAME"),
        establishment_number=columns.want("EstablishmentNumber", "ESTAB"),
        phase=phase,
        is_primary=primary,
        is_secondary=secondary,
        low_age=columns.want("StatutoryLowAge", "AGELOW"),
        high_age=columns.want("StatutoryHighAge", "AGEHIGH"),
        religious_character=columns.want("ReligiousCharacter (name)", "RELCHAR"),
        diocese=columns.want("Diocese (name)"),
        postcode=columns.want("Postcode"),
        easting=columns.want("Easting"),
        northing=columns.want("Northing"),
        pupils=columns.want("NumberOfPupils"),
        percent_fsm=columns.want("PercentageFSM"),
        opened_on=columns.want("OpenDate"),
        closed_on=columns.want("CloseDate"),
        trust_uid=columns.place("Trusts (code)"),
        trust_name=columns.want("Trusts (name)"),
        federation_name=columns.want("Federations (name)"),
        ofsted_rating=columns.want("OfstedRating (name)", "OFSTEDRATING"),
        ofsted_on=columns.want("OfstedLastInsp", "OFSTEDLASTINSP"),
        linked=columns.place("Linked establishments"),
    )


def read_schools(table: Table, year: str | None, ledger: Ledger) -> list[Row]:
    """Schools, and the links that GIAS's search results carry: each further linked school is one more cell of the row.

    A row with a value that cannot be right is skipped. Refuses a file of which no row can be taken, that was cut off,
    or that says different things of one URN.
    """
    del year  # a list of schools is as at a day, not of a year
    columns = Columns(table.filename, table.headings, ledger)
    where = _find(columns)
    rows: list[Row] = []
    keys = Keys(table.filename, "URN", ledger)
    for row, cells in walk(table, columns, ledger):
        try:
            links = _linked(table, where, cells)
            school = _school(where, cells)
        except CellError as error:
            ledger.skip(row, str(error))
            continue
        if keys.is_new(row, school.urn, school):
            rows.append(school)
            rows.extend(SchoolLinkRow(school.urn, urn, link_type, None) for urn, link_type in links)
    refuse_nothing(table, ledger, rows)
    return rows


def _school(where: _SchoolColumns, cells: Sequence[str]) -> SchoolRow:
    type_name = values.needed_text("TypeOfEstablishment", cell(cells, where.type_name))
    low = values.optional_whole("the lowest age", cell(cells, where.low_age), 99)
    high = values.optional_whole("the highest age", cell(cells, where.high_age), 99)
    opened = values.optional_day("OpenDate", cell(cells, where.opened_on))
    closed = values.optional_day("CloseDate", cell(cells, where.closed_on))
    if opened and closed and closed < opened:
        raise CellError("CloseDate", f"({closed.isoformat()}) is before OpenDate ({opened.isoformat()})")
    if where.phase is not None:
        phase = values.plain_text("PhaseOfEducation", cell(cells, where.phase)) or "Not applicable"
    else:
        phase = school_types.phase_by_age(
            type_name,
            low,
            high,
            primary=cell(cells, where.is_primary).strip() == "1",
            secondary=cell(cells, where.is_secondary).strip() == "1",
        )
    return SchoolRow(
        urn=values.urn("URN", cell(cells, where.urn)),
        name=values.needed_text("EstablishmentName", cell(cells, where.name)),
        la_code=values.optional_whole("LA", cell(cells, where.la_code), 999),
        la_name=values.plain_text("LA (name)", cell(cells, where.la_name)),
        establishment_number=values.optional_whole(
            "EstablishmentNumber", cell(cells, where.establishment_number), 9999
        ),
        type_name=type_name,
        is_academy=school_types.is_academy(type_name),
        status=school_types.status("EstablishmentStatus", cell(cells, where.status)),
        phase=phase,
        low_age=low,
        high_age=high,
        religious_character=_said("ReligiousCharacter", cell(cells, where.religious_character)),
        diocese=_said("Diocese", cell(cells, where.diocese)),
        postcode=values.postcode("Postcode", cell(cells, where.postcode)),
        easting=values.optional_whole("Easting", cell(cells, where.easting), 700_000),
        northing=values.optional_whole("Northing", cell(cells, where.northing), 1_300_000),
        pupils=values.optional_whole("NumberOfPupils", cell(cells, where.pupils), 99_999),
        percent_fsm=_percentage("PercentageFSM", cell(cells, where.percent_fsm)),
        opened_on=opened,
        closed_on=closed,
        trust_uid=values.uid("Trusts (code)", text) if (text := cell(cells, where.trust_uid).strip()) else None,
        trust_name=values.plain_text("Trusts (name)", cell(cells, where.trust_name)),
        federation_name=values.plain_text("Federations (name)", cell(cells, where.federation_name)),
        ofsted_grade=school_types.grade(cell(cells, where.ofsted_rating)),
        ofsted_on=values.optional_day("OfstedLastInsp", cell(cells, where.ofsted_on)),
    )


def _said(column: str, text: str) -> str | None:
    said = values.plain_text(column, text)
    return None if said in {"Does not apply", "Not applicable", "None"} else said


def _percentage(column: str, text: str) -> float | None:
    if not text.strip():
        return None
    value = values.number(column, text)
    if not 0 <= value <= 100:
        raise CellError(column, "is not a percentage from 0 to 100", text)
    return value


def _linked(table: Table, where: _SchoolColumns, cells: Sequence[str]) -> list[tuple[int, str]]:
    beyond = [text for text in cells[len(table.headings) :] if text.strip()]
    if where.linked is None:
        refuse_shifted(table, cells)
        return []
    found = []
    for text in (cell(cells, where.linked), *beyond):
        match = _LINKED.fullmatch(" ".join(text.split()))
        if match:
            found.append(
                (values.urn("Linked establishments", match[1]), values.needed_text("Linked establishments", match[2]))
            )
        elif text in beyond:
            # Only links stand beyond the headings: anything else has moved there from under its own heading.
            refuse_shifted(table, cells)
    return list(dict.fromkeys(found))


def read_links(table: Table, year: str | None, ledger: Ledger) -> list[Row]:
    """Predecessors and successors of URNs (GIAS links_edubasealldata).

    A row with a value that cannot be right is skipped. Refuses as `read_schools` does.
    """
    del year  # a link stands from its own date
    columns = Columns(table.filename, table.headings, ledger)
    urn, linked, kind = columns.need("URN"), columns.need("LinkURN"), columns.need("LinkType")
    since = columns.want("LinkEstablishedDate")
    rows: list[Row] = []
    keys = Keys(table.filename, "the link of URN", ledger)
    for row, cells in walk(table, columns, ledger):
        try:
            refuse_shifted(table, cells)
            link = SchoolLinkRow(
                urn=values.urn("URN", cell(cells, urn)),
                linked_urn=values.urn("LinkURN", cell(cells, linked)),
                link_type=values.needed_text("LinkType", cell(cells, kind)),
                established_on=values.optional_day("LinkEstablishedDate", cell(cells, since)),
            )
            if link.urn == link.linked_urn:
                raise CellError("LinkURN", "is the school itself", str(link.linked_urn))
        except CellError as error:
            ledger.skip(row, str(error))
            continue
        if keys.is_new(row, (link.urn, link.linked_urn, link.link_type), link):
            rows.append(link)
    refuse_nothing(table, ledger, rows)
    return rows
