"""The council's lists of people: contacts and the Board. A refusal never quotes a person's cells."""

from datetime import date

from feeds import values
from feeds.council import key_stage
from feeds.council_rows import CouncilFile, CouncilRow, overlap
from feeds.report import Ledger
from feeds.rows import BoardPersonRow, ContactRow, Row
from feeds.table import Table
from feeds.values import CellError

CONTACT_COLUMNS = (
    "email",
    "title",
    "first_name",
    "surname",
    "phone",
    "role",
    "urn",
    "provider_code",
    "from",
    "to",
    "substitute_email",
)
BOARD_COLUMNS = (
    "group_code",
    "group_name",
    "email",
    "title",
    "first_name",
    "surname",
    "kind",
    "substitute_for_email",
    "key_stages",
    "from",
    "to",
)
SCHOOL_ROLES = ("head", "deputy")
PROVIDER_ROLES = ("provider-lead", "provider-deputy")
ROLES = (*SCHOOL_ROLES, *PROVIDER_ROLES, "officer", "finance", "admin")
KINDS = ("chair", "member", "co-opted", "substitute", "correspondent")

Person = ContactRow | BoardPersonRow


class _Names:
    """One name for one address: two rows that call it differently are a mistake in one of them."""

    def __init__(self, file: CouncilFile) -> None:
        self._file = file
        self._seen: dict[str, tuple[int, tuple[str | None, str, str]]] = {}

    def check(self, row: int, person: Person) -> None:
        name = (person.title, person.first_name, person.surname)
        earlier = self._seen.setdefault(person.email, (row, name))
        if earlier[1] != name:
            self._file.problem(row, f"the person with the address of row {earlier[0]} has another name here")


def _period(person: Person) -> tuple[date, date | None]:
    return person.starts_on, person.ends_on


def read_contacts(table: Table, year: str | None, ledger: Ledger) -> list[Row]:
    """People and their roles, one row each.

    Refuses the whole file for any bad row, for an address under two names, and for the same role held twice at a time.
    """
    del year
    file = CouncilFile(table, ledger, CONTACT_COLUMNS, personal=True)
    names = _Names(file)
    rows: list[Row] = []
    held: dict[tuple[object, ...], list[tuple[int, ContactRow]]] = {}
    for row, contact in file.read(_contact):
        names.check(row, contact)
        place = held.setdefault((contact.email, contact.role, contact.urn, contact.provider_code), [])
        for other, theirs in place:
            if overlap(_period(contact), _period(theirs)):
                file.problem(row, f"repeats the role of row {other}")
        place.append((row, contact))
        rows.append(contact)
    file.finish()
    return rows


def _contact(row: CouncilRow) -> ContactRow:
    starts, ends = row.period()
    role = values.choice("role", row.needed("role"), ROLES)
    urn, provider = row.optional_urn(), row.optional_code("provider_code")
    for column, roles, filled in (("urn", SCHOOL_ROLES, urn), ("provider_code", PROVIDER_ROLES, provider)):
        if role in roles and filled is None:
            raise CellError(column, "is empty, which this role needs")
        if role not in roles and filled is not None:
            raise CellError(column, "is filled, which this role does not go with")
    email, substitute = row.email(), row.optional_email("substitute_email")
    if email == substitute:
        raise CellError("substitute_email", "is the person's own address")
    return ContactRow(
        email=email,
        title=row.text("title"),
        first_name=row.needed("first_name"),
        surname=row.needed("surname"),
        phone=row.text("phone"),
        role=role,
        urn=urn,
        provider_code=provider,
        starts_on=starts,
        ends_on=ends,
        substitute_email=substitute,
    )


def read_board(table: Table, year: str | None, ledger: Ledger) -> list[Row]:
    """The Board: chair, members of groups, co-opted members, who stands in for a member, each group's correspondent.

    Refuses the whole file for any bad row, two chairs at a time, a group of two names, an address under two names, the
    same place held twice, and a substitute of nobody in the file or from another group.
    """
    del year
    file = CouncilFile(table, ledger, BOARD_COLUMNS, personal=True)
    names = _Names(file)
    people: list[tuple[int, BoardPersonRow]] = []
    groups: dict[str, tuple[int, str | None]] = {}
    for row, person in file.read(_board_person):
        names.check(row, person)
        if person.group_code:
            earlier = groups.setdefault(person.group_code, (row, person.group_name))
            if earlier[1] != person.group_name:
                file.problem(row, f"group {person.group_code} has another name in row {earlier[0]}")
        for other, theirs in people:
            if not overlap(_period(person), _period(theirs)):
                continue
            if person.kind == theirs.kind == "chair":
                file.problem(row, f"there is a chair at the same time in row {other}")
            elif person.kind == theirs.kind == "correspondent" and person.group_code == theirs.group_code:
                file.problem(row, f"group {person.group_code} has a correspondent at the same time in row {other}")
            elif (person.email, person.kind, person.substitute_for_email) == (
                theirs.email,
                theirs.kind,
                theirs.substitute_for_email,
            ):
                file.problem(row, f"repeats the place of row {other}")
        people.append((row, person))
    _check_substitutes(file, people)
    file.finish()
    return [person for _, person in people]


def _check_substitutes(file: CouncilFile, people: list[tuple[int, BoardPersonRow]]) -> None:
    groups_of: dict[str, set[str | None]] = {}
    for _, person in people:
        if person.kind not in {"substitute", "correspondent"}:
            groups_of.setdefault(person.email, set()).add(person.group_code)
    for row, person in people:
        if person.kind != "substitute":
            continue
        groups = groups_of.get(person.substitute_for_email or "")
        if groups is None:
            file.problem(row, "substitute_for_email is the address of no member in the file")
        elif person.group_code not in groups:
            file.problem(row, "the substitute is of another group than the member")


def _board_person(row: CouncilRow) -> BoardPersonRow:
    starts, ends = row.period()
    kind = values.choice("kind", row.needed("kind"), KINDS)
    group, name = row.optional_code("group_code"), row.text("group_name")
    if (group is None) != (name is None):
        raise CellError("group_code", "and group_name go together: one of them is empty")
    if kind in {"member", "substitute", "correspondent"} and group is None:
        raise CellError("group_code", "is empty, and a group nominates its members and their substitutes")
    email, member = row.email(), row.optional_email("substitute_for_email")
    if (kind == "substitute") != (member is not None):
        raise CellError("substitute_for_email", "is for a substitute, who needs it, and for nobody else")
    if email == member:
        raise CellError("substitute_for_email", "is the person's own address")
    return BoardPersonRow(
        group_code=group,
        group_name=name,
        email=email,
        title=row.text("title"),
        first_name=row.needed("first_name"),
        surname=row.needed("surname"),
        kind=kind,
        substitute_for_email=member,
        key_stages=row.many("key_stages", key_stage),
        starts_on=starts,
        ends_on=ends,
    )
