"""Everything that is held about one person, found from the tables themselves: a new table is looked through at once.

A row is about a person when it points at their contact, holds their address, or belongs to one of their cases and names
them: two people may share a name, so a name alone counts within the person's own cases only.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Base
from models.commissions import Commission, Offer
from models.contacts import Contact, ContactRole
from models.links import Link, LinkPurpose
from models.messages import Message, Notice
from models.plans import Plan
from models.rounds import ImpactUpdate
from models.run_requests import RunRequestCase
from queries.told import messages_about

SECRET = frozenset({"nonce", "token_sha256"})
"""Columns that would open a link: handed to nobody."""


@dataclass(frozen=True, slots=True)
class Traces:
    """Whom to look for: the contact's number, the address, the names in use, and the cases that they had to do with.

    `parts` are the first name and the surname alone, which say who is meant in mail to the person only.
    """

    contact_id: int
    email: str
    names: tuple[str, ...]
    cases: frozenset[int]
    parts: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """What stands for the person in a text, the longest first."""
        return tuple(sorted({self.email, *self.names}, key=len, reverse=True))


@dataclass(slots=True)
class Held:
    """The rows about a person, by table; each as a plain dictionary, without what would open a link."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def contact_at(session: Session, email: str) -> Contact | None:
    """The contact with this address."""
    return session.scalars(sa.select(Contact).where(Contact.email == email.strip().lower())).one_or_none()


def traces_of(session: Session, contact: Contact) -> Traces:
    """What to look for: the names on record, and those typed into forms under the person's own links."""
    names = {contact.name}
    if contact.title:
        names.add(f"{contact.title} {contact.surname}")
        names.add(f"{contact.title} {contact.name}")
    names |= set(_typed(session, contact.id))
    if contact.phone:
        names.add(contact.phone)
    return Traces(
        contact.id,
        contact.email,
        tuple(sorted(names)),
        frozenset(_cases(session, contact.id)),
        (contact.first_name, contact.surname),
    )


def held(session: Session, traces: Traces) -> Held:
    """Every row about the person."""
    found = Held()
    for table in Base.metadata.sorted_tables:
        rows = [
            {name: value for name, value in row._mapping.items() if name not in SECRET}  # noqa: SLF001  # its public name
            for row in session.execute(
                sa.select(table).where(about(table, traces)).order_by(*table.primary_key.columns)
            )
        ]
        if rows:
            found.rows[table.name] = rows
    return found


def about(table: sa.Table, traces: Traces) -> sa.ColumnElement[bool]:
    """Which rows of a table are about the person."""
    texts = [sa.cast(column, sa.Text) for column in text_columns(table)]
    wanted = [column == traces.contact_id for column in contact_columns(table)]
    wanted += [text.contains(traces.email, autoescape=True) for text in texts]
    mine = of_cases(table, traces.cases)
    if mine is not None and texts:
        named = [text.contains(name, autoescape=True) for text in texts for name in traces.names]
        wanted.append(sa.and_(mine, sa.or_(*named)))
    if table.name == "contacts":
        wanted.append(table.c.id == traces.contact_id)
    if "actor" in table.c:
        wanted.append(table.c.actor == f"contact:{traces.contact_id}")
    return sa.or_(sa.false(), *wanted)


def text_columns(table: sa.Table) -> list[sa.Column[Any]]:
    """Columns in which a person may be named: text and JSON, not keys, hashes, states."""
    return [
        column
        for column in table.columns
        if isinstance(column.type, sa.String | sa.JSON)
        and not isinstance(column.type, sa.Enum)
        and not column.primary_key
        and not column.foreign_keys
        and "hash" not in column.name
        and column.name not in SECRET | {"sha256", "header_id", "chain", "key"}
    ]


def contact_columns(table: sa.Table) -> list[sa.Column[Any]]:
    """Columns that point at a person."""
    return [
        column for column in table.columns if any(key.column.table.name == "contacts" for key in column.foreign_keys)
    ]


def of_cases(table: sa.Table, cases: frozenset[int]) -> sa.ColumnElement[bool] | None:
    """The rows of a table that belong to these cases, directly or through the row that they point at; None for none."""
    if table.name == "commissions":
        return table.c.id.in_(cases)
    if table.name == "messages":  # a digest is about several cases, and names none
        told = messages_about(Notice.commission_id.in_(cases))
        return sa.or_(table.c.commission_id.in_(cases), table.c.id.in_(told))
    if "commission_id" in table.c:
        return table.c.commission_id.in_(cases)
    if table.name == "run_requests":
        mine = sa.select(RunRequestCase.run_request_id).where(RunRequestCase.commission_id.in_(cases))
        return table.c.id.in_(mine)
    for key in table.foreign_keys:
        parent = key.column.table
        if "commission_id" in parent.c:
            return key.parent.in_(sa.select(key.column).where(parent.c.commission_id.in_(cases)))
    return None


def _cases(session: Session, contact_id: int) -> Iterator[int]:
    for column in (Link.commission_id, Notice.commission_id, Message.commission_id):
        owner = column.class_.contact_id
        yield from (one for one in session.scalars(sa.select(column).where(owner == contact_id).distinct()) if one)
    yield from session.scalars(sa.select(Commission.id).where(Commission.officer_id == contact_id))
    roles = session.execute(
        sa.select(ContactRole.urn, ContactRole.provider_id).where(ContactRole.contact_id == contact_id)
    )
    for urn, provider_id in roles:
        if urn is not None:
            yield from session.scalars(sa.select(Commission.id).where(Commission.urn == urn))
        if provider_id is not None:
            yield from session.scalars(sa.select(Commission.id).where(Commission.provider_id == provider_id))


def _typed(session: Session, contact_id: int) -> Iterator[str]:
    """The names typed under the person's links, which need not be the one on record."""
    typed = {
        LinkPurpose.SCHOOL_OFFER: Offer.answered_by,
        LinkPurpose.PROVIDER_OFFER: Offer.answered_by,
        LinkPurpose.PLAN_SCHOOL: Plan.school_agreed_by,
        LinkPurpose.PLAN_PROVIDER: Plan.provider_agreed_by,
        LinkPurpose.UPDATE: ImpactUpdate.answered_by,
    }
    for purpose, column in typed.items():
        rows = session.scalars(
            sa.select(column)
            .join(Link, Link.subject_id == column.class_.id)
            .where(Link.purpose == purpose, Link.contact_id == contact_id, column.is_not(None))
        )
        yield from (name for name in rows if name and len(name) > 2)
