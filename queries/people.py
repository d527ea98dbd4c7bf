"""Who is to be written to: leads and deputies of schools and providers, officers, the Chair, and who stands in for
them.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.contacts import Contact, ContactRole, Role, Substitute
from queries.in_parts import in_parts

DEPUTY_OF = {Role.HEAD: Role.DEPUTY, Role.PROVIDER_LEAD: Role.PROVIDER_DEPUTY}


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
    """A contact as plain values: a national round asks for 24,000. `dead` is whether nothing is sent there."""

    id: int
    first_name: str
    surname: str
    email: str
    phone: str | None
    dead: bool

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
)


def at_schools(session: Session, urns: Collection[int], role: Role, as_of: date) -> dict[int, Person]:
    """The person who holds a role at each school on a day; schools without one are left out.

    Where nobody can be reached as the head, the deputy is written to instead; the same at providers.
    """
    return _holders(session, ContactRole.urn, urns, role, as_of)


def at_providers(session: Session, provider_ids: Collection[int], role: Role, as_of: date) -> dict[int, Person]:
    """The person who holds a role at each provider on a day; providers without one are left out."""
    return _holders(session, ContactRole.provider_id, provider_ids, role, as_of)


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


def _holders(
    session: Session,
    place: sa.orm.InstrumentedAttribute[int | None],
    places: Collection[int],
    role: Role,
    as_of: date,
) -> dict[int, Person]:
    holders: dict[int, _Known] = {}
    for chunk in in_parts(sorted(places)):
        rows = session.execute(
            sa.select(place, *_KNOWN)
            .join(ContactRole.contact)
            .where(place.in_(chunk), ContactRole.role == role, is_held_on(as_of))
            .order_by(ContactRole.starts_on.desc(), ContactRole.id.desc())
        )
        for where, *contact in rows:
            if where not in holders:
                holders[where] = _Known(*contact)
    people = _stand_ins(session, holders.values(), as_of)
    found = {where: people[contact.id] for where, contact in holders.items() if contact.id in people}
    unreached = set(places) - set(found)
    if unreached and role in DEPUTY_OF:
        for where, deputy in _holders(session, place, unreached, DEPUTY_OF[role], as_of).items():
            found[where] = replace(deputy, instead_of=holders[where].name if where in holders else None)
    return found


def _stand_ins(session: Session, contacts: Iterable[_Known], as_of: date) -> dict[int, Person]:
    """Each contact as a person, or the substitute where one stands in; without a working address, nobody."""
    wanted = {contact.id: contact for contact in contacts}
    instead: dict[int, _Known] = {}
    for chunk in in_parts(sorted(wanted)):
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
