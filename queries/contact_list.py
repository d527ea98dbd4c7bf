"""People as a list that is searched and cut into pages by the database, and one person with roles and substitutes."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from models.contacts import Contact, ContactRole, Role, Substitute
from models.providers import Provider
from models.schools import School
from queries.case_list import like
from queries.outbox import LARGEST_KEY
from queries.people import is_held_on

ROLE_WORDS = {
    Role.HEAD: "Head teacher",
    Role.DEPUTY: "Deputy of a head teacher",
    Role.PROVIDER_LEAD: "Lead of a provider",
    Role.PROVIDER_DEPUTY: "Deputy at a provider",
    Role.OFFICER: "Officer",
    Role.FINANCE: "Finance",
    Role.ADMIN: "Administrator",
    Role.CHAIR: "Independent Chair",
    Role.MEMBER: "Board member",
}


BY_NAME = (Contact.surname, Contact.first_name, Contact.id)
SORTS: dict[str, tuple[Any, ...]] = {
    "name": BY_NAME,
    "role": (),
    "email": (Contact.email,),
    "phone": (Contact.phone,),
}
"""A role is the first by its words of those that somebody holds on the day (`_first_roles`); who has none is last."""


@dataclass(frozen=True, slots=True)
class RoleLine:
    id: int
    role: str
    words: str
    place: str
    starts_on: date
    ends_on: date | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class SubstituteLine:
    """`starts_on` and `ends_on` are both empty of a standing deputy."""

    id: int
    contact_id: int
    name: str
    reason: str
    starts_on: date | None
    ends_on: date | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class ContactLine:
    id: int
    name: str
    email: str
    phone: str | None
    is_dead: bool
    roles: tuple[RoleLine, ...]
    stand_in: str | None


@dataclass(frozen=True, slots=True)
class ContactView:
    line: ContactLine
    dead_since: datetime | None
    substitutes: tuple[SubstituteLine, ...]
    stands_in_for: tuple[SubstituteLine, ...]


def find_contacts(
    session: Session,
    as_of: date,
    *,
    search: str = "",
    role: str = "",
    trouble: str = "",
    sort: str = "name",
    descending: bool = False,
    limit: int | None,
    offset: int,
) -> tuple[list[ContactLine], int]:
    """People by a column of `SORTS`. `trouble`: `dead` (their address came back) or `away` (somebody stands in)."""
    where: list[sa.ColumnElement[bool]] = []
    if search:
        schools = sa.select(School.urn).where(School.name.ilike(like(search), escape="\\"))
        providers = sa.select(Provider.id).where(Provider.name.ilike(like(search), escape="\\"))
        at = sa.union_all(  # each by its own index, where one look at both would join every role
            sa.select(ContactRole.contact_id).where(ContactRole.urn.in_(schools)),
            sa.select(ContactRole.contact_id).where(ContactRole.provider_id.in_(providers)),
        )
        full = Contact.first_name + " " + Contact.surname
        where.append(
            sa.or_(
                full.ilike(like(search), escape="\\"),
                Contact.email.ilike(like(search), escape="\\"),
                Contact.id.in_(at),
            )
        )
    if role in {one.value for one in Role}:
        where.append(Contact.id.in_(sa.select(ContactRole.contact_id).where(ContactRole.role == role)))
    if trouble == "dead":
        where.append(Contact.address_dead_at.is_not(None))
    elif trouble == "away":
        where.append(Contact.id.in_(sa.select(Substitute.contact_id).where(_stands_in(as_of))))
    every = sa.func.count().over() if where else sa.null()  # a search looks at everybody once, and counts on the way
    asked, columns = sa.select(Contact, every).where(*where), SORTS.get(sort, BY_NAME)
    if sort == "role":
        first = _first_roles(as_of)
        asked, columns = asked.outerjoin(first, first.c.contact_id == Contact.id), (first.c.words,)
    found = session.execute(asked.order_by(*_order(columns, descending=descending)).limit(limit).offset(offset)).all()
    total = found[0][1] if found else None
    if not found and not offset:
        total = 0  # nobody at all: looking once more would cost as much again
    if total is None:
        total = session.scalar(sa.select(sa.func.count()).select_from(Contact).where(*where)) or 0
    return _lines(session, [contact for contact, _ in found], as_of), total


def _first_roles(as_of: date) -> sa.Subquery:
    """Everybody's first role on a day, all at once: a look for each person took half as long again."""
    return (
        sa.select(ContactRole.contact_id, sa.func.min(sa.case(ROLE_WORDS, value=ContactRole.role)).label("words"))
        .where(is_held_on(as_of))
        .group_by(ContactRole.contact_id)
        .subquery()
    )


def _order(columns: tuple[Any, ...], *, descending: bool) -> list[Any]:
    if columns is BY_NAME:  # all of them one way: an index on them is read from either end
        return [one.desc() if descending else one.asc() for one in BY_NAME]
    return [*(one.desc().nulls_last() if descending else one.asc().nulls_last() for one in columns), *BY_NAME]


def contact_view(session: Session, number: int, as_of: date) -> ContactView | None:
    """One person whole; None when there is none of that number."""
    contact = session.get(Contact, number) if number <= LARGEST_KEY else None
    if contact is None:
        return None
    return ContactView(
        line=_lines(session, [contact], as_of)[0],
        dead_since=contact.address_dead_at,
        substitutes=_substitutes(session, as_of, Substitute.contact_id == number, Substitute.substitute_id),
        stands_in_for=_substitutes(session, as_of, Substitute.substitute_id == number, Substitute.contact_id),
    )


def _lines(session: Session, contacts: list[Contact], as_of: date) -> list[ContactLine]:
    ids = [contact.id for contact in contacts]
    roles: dict[int, list[RoleLine]] = defaultdict(list)
    for role, school, provider in session.execute(
        sa.select(ContactRole, School.name, Provider.name)
        .outerjoin(School, School.urn == ContactRole.urn)
        .outerjoin(Provider, Provider.id == ContactRole.provider_id)
        .where(ContactRole.contact_id.in_(ids))
        .order_by(ContactRole.ends_on.is_not(None), ContactRole.starts_on.desc())
    ):
        current = role.starts_on <= as_of and (role.ends_on is None or role.ends_on >= as_of)
        roles[role.contact_id].append(
            RoleLine(
                *(role.id, role.role.value, ROLE_WORDS[role.role], school or provider or ""),
                *(role.starts_on, role.ends_on, current),
            )
        )
    other = aliased(Contact)
    instead: dict[int, str] = {}
    for contact_id, first, last in session.execute(
        sa.select(Substitute.contact_id, other.first_name, other.surname)
        .join(other, other.id == Substitute.substitute_id)
        .where(Substitute.contact_id.in_(ids), _stands_in(as_of))
        .order_by(Substitute.id)
    ):
        instead.setdefault(contact_id, f"{first} {last}")
    return [
        ContactLine(
            id=contact.id,
            name=contact.name,
            email=contact.email,
            phone=contact.phone,
            is_dead=contact.address_dead_at is not None,
            roles=tuple(roles[contact.id]),
            stand_in=instead.get(contact.id),
        )
        for contact in contacts
    ]


def _stands_in(as_of: date) -> sa.ColumnElement[bool]:
    return sa.and_(Substitute.starts_on <= as_of, sa.or_(Substitute.ends_on.is_(None), Substitute.ends_on >= as_of))


def _substitutes(
    session: Session, as_of: date, where: sa.ColumnElement[bool], other: sa.orm.InstrumentedAttribute[int]
) -> tuple[SubstituteLine, ...]:
    rows = session.execute(
        sa.select(Substitute, Contact)
        .join(Contact, Contact.id == other)
        .where(where)
        .order_by(Substitute.ends_on.is_not(None), Substitute.id.desc())
    )
    return tuple(
        SubstituteLine(
            id=one.id,
            contact_id=contact.id,
            name=contact.name,
            reason=one.reason,
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            is_current=one.ends_on is None or one.ends_on >= as_of,
        )
        for one, contact in rows
    )
