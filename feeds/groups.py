"""Trusts, federations and sponsors, and the schools in them: GIAS allgroupsdata, grouplinks and resaved group links."""

from collections.abc import Sequence
from dataclasses import dataclass

from feeds import values
from feeds.duplicates import Keys
from feeds.report import Ledger
from feeds.rows import GroupMembershipRow, GroupRow, Row
from feeds.table import Columns, Table, cell, refuse_nothing, refuse_shifted, walk
from feeds.values import CellError

_NOT_SCHOOLS = "Children's Centres Group"


@dataclass(frozen=True, slots=True)
class _GroupColumns:
    uid: int
    name: int
    type_name: int
    group_id: int | None
    companies_house: int | None
    status: int | None
    opened: int | None
    incorporated: int | None
    closed: int | None
    urn: int | None
    joined: int | None


def _find(columns: Columns) -> _GroupColumns:
    urn = columns.place("URN")
    return _GroupColumns(
        uid=columns.need("Group UID", "Linked UID"),
        name=columns.need("Group Name"),
        type_name=columns.need("Group Type"),
        group_id=columns.want("Group ID"),
        companies_house=columns.want("Companies House Number"),
        status=columns.want("Group Status"),
        opened=columns.want("Open date"),
        incorporated=columns.want("Incorporated on (open date)"),
        closed=columns.want("Closed Date"),
        urn=urn,
        joined=columns.want("Joined date") if urn is not None else None,
    )


def read_groups(table: Table, year: str | None, ledger: Ledger) -> list[Row]:
    """Groups, each once; and who is in them, when the rows of the file are memberships.

    Groups of children's centres are skipped: no school is in them. Refuses a file of which no row can be taken, that
    was cut off, or that says different things of one group or of one membership.
    """
    del year  # a list of groups is as at a day, not of a year
    columns = Columns(table.filename, table.headings, ledger)
    where = _find(columns)
    groups: dict[str, GroupRow] = {}
    memberships: list[Row] = []
    described = Keys(table.filename, "the group with UID", Ledger())
    joined = Keys(table.filename, "URN and group", ledger) if where.urn is not None else None
    for row, cells in walk(table, columns, ledger):
        try:
            refuse_shifted(table, cells)
            group = _group(where, cells)
            membership = _membership(where, cells, group)
        except CellError as error:
            ledger.skip(row, str(error))
            continue
        if group.type_name == _NOT_SCHOOLS:
            ledger.skip(row, "is a group of children's centres, not of schools")
            continue
        if described.is_new(row, group.uid, group):
            groups[group.uid] = group
        elif joined is None:
            ledger.skip(row, f"repeats the group with UID {group.uid}")
        if joined and membership and joined.is_new(row, (membership.urn, membership.uid), membership):
            memberships.append(membership)
    rows = [*groups.values(), *memberships]
    refuse_nothing(table, ledger, rows)
    return rows


def _group(where: _GroupColumns, cells: Sequence[str]) -> GroupRow:
    opened = values.optional_day("Open date", cell(cells, where.opened))
    incorporated = values.optional_day("Incorporated on", cell(cells, where.incorporated))
    return GroupRow(
        uid=values.uid("Group UID", cell(cells, where.uid)),
        group_id=values.plain_text("Group ID", cell(cells, where.group_id)),
        name=values.needed_text("Group Name", cell(cells, where.name)),
        type_name=values.needed_text("Group Type", cell(cells, where.type_name)),
        status=(values.plain_text("Group Status", cell(cells, where.status)) or "open").casefold(),
        opened_on=opened or incorporated,
        closed_on=values.optional_day("Closed Date", cell(cells, where.closed)),
        companies_house=_company(cell(cells, where.companies_house)),
    )


def _company(text: str) -> str | None:
    # Files resaved by a spreadsheet have lost the leading zero and gained a decimal: 07034121 became 7034121.0.
    number = text.strip().removesuffix(".0")
    return values.plain_text("Companies House Number", number.zfill(8) if number else "")


def _membership(where: _GroupColumns, cells: Sequence[str], group: GroupRow) -> GroupMembershipRow | None:
    if where.urn is None:
        return None
    return GroupMembershipRow(
        urn=values.urn("URN", cell(cells, where.urn)),
        uid=group.uid,
        group_name=group.name,
        type_name=group.type_name,
        joined_on=values.optional_day("Joined date", cell(cells, where.joined)),
    )
