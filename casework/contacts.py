"""People and who stands in for them: a person added to a school or provider, a substitute from a day to a day."""

from datetime import date, timedelta

import sqlalchemy as sa

from casework import events
from casework.desk import Desk
from models.contacts import Contact, ContactRole, Role, Substitute
from models.providers import Provider
from models.schools import School
from rules.day_words import in_words
from rules.errors import Refused

CHAIN = "contacts"


def stand_in(
    desk: Desk, contact_id: int, substitute_id: int, reason: str, starts_on: date | None, ends_on: date | None
) -> Substitute:
    """Have somebody written to instead of a person, from a day until another; without days a standing deputy, who is
    written to when the person's own address is dead.

    Raises:
        Refused: the same person, days out of order or one without the other's beginning, or they overlap with another.
    """
    if contact_id == substitute_id:
        raise Refused("A person cannot stand in for themselves: choose somebody else.")
    person, other = _person(desk, contact_id), _person(desk, substitute_id)
    if starts_on is None and ends_on is not None:
        raise Refused("Say from which day as well, or leave both days empty for a standing deputy.")
    if starts_on is not None and ends_on is not None and ends_on < starts_on:
        raise Refused(f"The last day, {in_words(ends_on)}, lies before the first, {in_words(starts_on)}.")
    if ends_on is not None and ends_on < desk.as_of:
        raise Refused(f"The last day, {in_words(ends_on)}, has passed.")
    for one in desk.session.scalars(sa.select(Substitute).where(Substitute.contact_id == contact_id)):
        if _overlap(one, starts_on, ends_on):
            raise Refused(f"Somebody stands in for {person.name} in that time already: end that first.")
    made = Substitute(
        contact_id=contact_id, substitute_id=substitute_id, reason=reason, starts_on=starts_on, ends_on=ends_on
    )
    desk.session.add(made)
    desk.session.flush()
    events.record_of(desk, CHAIN, "substitute-added", "A substitute was added.", {"contact": person.id, "by": other.id})
    return made


def end_stand_in(desk: Desk, contact_id: int, number: int) -> None:
    """The person is back: from today nobody stands in for them.

    Raises:
        Refused: there is no such substitute, or it has ended.
    """
    found = desk.session.get(Substitute, number)
    if found is None or found.contact_id != contact_id:
        raise Refused(f"There is no substitute number {number} of this person.")
    yesterday = desk.as_of - timedelta(days=1)
    if found.ends_on is not None and found.ends_on < desk.as_of:
        raise Refused(f"That ended on {in_words(found.ends_on)}.")
    if found.starts_on is None or found.starts_on > yesterday:
        desk.session.delete(found)
    else:
        found.ends_on = yesterday
    events.record_of(desk, CHAIN, "substitute-ended", "A substitute ended.", {"contact": contact_id})


def add(
    desk: Desk,
    *,
    email: str,
    first_name: str,
    surname: str,
    phone: str | None,
    role: Role,
    urn: int | None = None,
    provider_id: int | None = None,
) -> Contact:
    """Add a person with a role at a school or provider from today on; whoever held it before ends yesterday.

    Raises:
        Refused: no such school or provider, an address of somebody else's name, or a role that belongs elsewhere.
    """
    if urn is not None and desk.session.get(School, urn) is None:
        raise Refused(f"There is no school with URN {urn}.")
    if provider_id is not None and desk.session.get(Provider, provider_id) is None:
        raise Refused("There is no such provider.")
    at_school, at_provider = role in (Role.HEAD, Role.DEPUTY), role in (Role.PROVIDER_LEAD, Role.PROVIDER_DEPUTY)
    if at_school != (urn is not None) or at_provider != (provider_id is not None):
        raise Refused("A head teacher or deputy belongs to a school, a lead to a provider.")
    address = email.strip().lower()
    contact = desk.session.scalars(sa.select(Contact).where(Contact.email == address)).one_or_none()
    if contact is None:
        contact = Contact(email=address, first_name=first_name, surname=surname, phone=phone)
        desk.session.add(contact)
        desk.session.flush()
    elif contact.name.casefold() != f"{first_name} {surname}".casefold():
        raise Refused(f"{address} belongs to {contact.name}: use another address, or that name.")
    before = desk.session.scalars(
        sa.select(ContactRole).where(
            ContactRole.role == role,
            ContactRole.urn == urn if urn is not None else ContactRole.provider_id == provider_id,
            sa.or_(ContactRole.ends_on.is_(None), ContactRole.ends_on >= desk.as_of),
        )
    ).all()
    if any(one.contact_id == contact.id for one in before):
        raise Refused(f"{contact.name} has that role already.")
    for one in before:
        if one.starts_on >= desk.as_of:
            desk.session.delete(one)
        else:
            one.ends_on = desk.as_of - timedelta(days=1)
    desk.session.add(
        ContactRole(contact_id=contact.id, role=role, urn=urn, provider_id=provider_id, starts_on=desk.as_of)
    )
    events.record_of(desk, CHAIN, "contact-added", "A person was given a role.", {"contact": contact.id, "urn": urn})
    return contact


def _person(desk: Desk, number: int) -> Contact:
    found = desk.session.get(Contact, number)
    if found is None:
        raise Refused(f"There is no person number {number}.")
    return found


def _overlap(one: Substitute, starts_on: date | None, ends_on: date | None) -> bool:
    if one.starts_on is None or starts_on is None:
        return one.starts_on is None and starts_on is None
    return (ends_on is None or one.starts_on <= ends_on) and (one.ends_on is None or starts_on <= one.ends_on)
