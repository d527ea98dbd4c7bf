"""Who is to be written to: leads and deputies of schools and providers, officers, the Chair, and who stands in for
them.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.contacts import Contact, ContactRole, Role, Substitute
from models.rounds import UpdateParty
from queries.in_parts import in_parts

DEPUTY_OF = {Role.HEAD: Role.DEPUTY, Role.PROVIDER_LEAD: Role.PROVIDER_DEPUTY}
Place = tuple[UpdateParty, int]
"""A school by its URN, or a provider by its number."""
_Post = tuple[Role, int | None, int | None]
"""A role at a school or at a provider: the URN of the one, or the number of the other."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person to write to. `instead_of` names the one who is away and for whom this person stands in."""

    contact_id: int
    name: str
    first_name: str
    email: str
    phone: str | None
    instead_of: str | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """A contact as plain values: a national round asks for 24,000. `dead` is whether nothing is sent there, `replaced`
    whether the contact has substitutes at all.
    """

    id: int
    first_name: str
    surname: str
    email: str
    phone: str | None
    dead: bool
    replaced: bool

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.surname}"


_KNOWN = (
    Contact.id,
    Contact.first_name,
    Contact.surname,
    Contact.email,
    Contact.phone,
    Contact.address_dead_at.is_not(None),
    sa.exists().where(Substitute.contact_id == Contact.id).correlate(Contact),
)


def at_schools(session: Session, urns: Collection[int], role: Role, as_of: date) -> dict[int, Person]:
    """The person who holds a role at each school on a day; schools without one are left out.

    Where nobody can be reached as the head, the deputy is written to instead; the same at providers.
    """
    found = _reached(session, urns, (), [role], as_of)
    return {urn: person for (held, urn, _), person in found.items() if held is role and urn is not None}


def at_providers(session: Session, provider_ids: Collection[int], role: Role, as_of: date) -> dict[int, Person]:
    """The person who holds a role at each provider on a day; providers without one are left out."""
    found = _reached(session, (), provider_ids, [role], as_of)
    return {number: person for (held, _, number), person in found.items() if held is role and number is not None}


def leads_and_deputies(
    session: Session, urns: Collection[int], provider_ids: Collection[int], as_of: date
) -> tuple[dict[Place, Person], dict[Place, Person]]:
    """The leads of schools and providers on a day, and their deputies, all read at once; the same rules for each."""
    found = _reached(session, urns, provider_ids, [*DEPUTY_OF], as_of)
    leads: dict[Place, Person] = {}
    deputies: dict[Place, Person] = {}
    for (role, urn, provider_id), person in found.items():
        place = (UpdateParty.SCHOOL, urn) if urn is not None else (UpdateParty.PROVIDER, provider_id or 0)
        (leads if role in DEPUTY_OF else deputies)[place] = person
    return leads, deputies


def parties(session: Session, urn: int, provider_id: int | None, as_of: date) -> tuple[Person | None, Person | None]:
    """Whom to write to about a case: at its school, and at its provider."""
    leads, _ = leads_and_deputies(session, [urn], [provider_id] if provider_id else [], as_of)
    return leads.get((UpdateParty.SCHOOL, urn)), leads.get((UpdateParty.PROVIDER, provider_id or 0))


def with_role(session: Session, role: Role, as_of: date) -> list[Person]:
    """Everybody who holds a role in the council or the Board on a day, in a stable order."""
    contacts = session.execute(
        sa.select(*_KNOWN)
        .distinct()
        .join(ContactRole)
        .where(
            ContactRole.role == role, ContactRole.urn.is_(None), ContactRole.provider_id.is_(None), is_held_on(as_of)
        )
        .order_by(Contact.id)
    )
    return list(_stand_ins(session, _known(contacts), as_of).values())


def holders(session: Session, role: Role, as_of: date) -> list[Contact]:
    """Everybody who holds a role on a day, wherever, in a stable order and once each."""
    return list(
        session.scalars(
            sa.select(Contact)
            .join(ContactRole)
            .where(ContactRole.role == role, is_held_on(as_of))
            .distinct()
            .order_by(Contact.id)
        )
    )


def by_id(session: Session, contact_ids: Collection[int], as_of: date) -> dict[int, Person]:
    """The people of these contacts, each replaced by who stands in on that day."""
    found: dict[int, Person] = {}
    for chunk in in_parts(sorted(contact_ids)):
        contacts = session.execute(sa.select(*_KNOWN).where(Contact.id.in_(chunk)))
        found |= _stand_ins(session, _known(contacts), as_of)
    return found


def _reached(
    session: Session, urns: Collection[int], provider_ids: Collection[int], roles: Collection[Role], as_of: date
) -> dict[_Post, Person]:
    """Who is written to as the holder of each of these roles at each place; posts without anybody are left out.

    In a query a part, and one more where somebody has substitutes: the deputies are read with the leads, as either may
    be written to.
    """
    wanted = {*roles, *(DEPUTY_OF[role] for role in roles if role in DEPUTY_OF)}
    holders: dict[_Post, _Known] = {}
    for schools, providers in zip_longest(in_parts(sorted(urns)), in_parts(sorted(provider_ids)), fillvalue=()):
        places = ((ContactRole.urn, schools), (ContactRole.provider_id, providers))
        rows = session.execute(
            sa.select(ContactRole.role, ContactRole.urn, ContactRole.provider_id, *_KNOWN)
            .join(ContactRole.contact)
            .where(
                sa.or_(*(place.in_(some) for place, some in places if some)),
                ContactRole.role.in_(wanted),
                is_held_on(as_of),
            )
            .order_by(ContactRole.starts_on.desc(), ContactRole.id.desc())
        )
        for role, urn, provider_id, *contact in rows:
            post = (role, urn, provider_id)
            if post not in holders:
                holders[post] = _Known(*contact)
    people = _stand_ins(session, holders.values(), as_of)
    found = {post: people[contact.id] for post, contact in holders.items() if contact.id in people}
    for lead, deputy in DEPUTY_OF.items():
        for place in [post[1:] for post in found if post[0] is deputy]:
            absent = holders.get((lead, *place))
            found.setdefault(
                (lead, *place), replace(found[deputy, *place], instead_of=absent.name if absent is not None else None)
            )
    return found


def _stand_ins(session: Session, contacts: Iterable[_Known], as_of: date) -> dict[int, Person]:
    """Each contact as a person, or the substitute where one stands in; without a working address, nobody."""
    wanted = {contact.id: contact for contact in contacts}
    instead: dict[int, _Known] = {}
    for chunk in in_parts(sorted(one.id for one in wanted.values() if one.replaced)):
        rows = session.execute(
            sa.select(Substitute.contact_id, Substitute.starts_on, *_KNOWN)
            .join(Contact, Contact.id == Substitute.substitute_id)
            .where(
                Substitute.contact_id.in_(chunk),
                sa.or_(Substitute.ends_on.is_(None), Substitute.ends_on >= as_of),
            )
            .order_by(Substitute.id)
        )
        for contact_id, starts_on, *values in rows:
            substitute = _Known(*values)
            away = starts_on is not None and starts_on <= as_of
            # A standing deputy (no dates) is written to only when the person's own address is dead.
            if not substitute.dead and (away or wanted[contact_id].dead):
                instead.setdefault(contact_id, substitute)
    return {
        contact_id: _person(instead.get(contact_id, contact), contact.name if contact_id in instead else None)
        for contact_id, contact in wanted.items()
        if contact_id in instead or not contact.dead
    }


def _person(contact: _Known, instead_of: str | None) -> Person:
    return Person(contact.id, contact.name, contact.first_name, contact.email, contact.phone, instead_of)


def _known(rows: Iterable[sa.Row[Any]]) -> Iterable[_Known]:
    return (_Known(*row) for row in rows)


def is_held_on(as_of: date) -> sa.ColumnElement[bool]:
    """Of a role: whether somebody holds it on a day."""
    return sa.and_(ContactRole.starts_on <= as_of, sa.or_(ContactRole.ends_on.is_(None), ContactRole.ends_on >= as_of))
