"""The people of the Board: found by their address, co-opted for a time, with interests; a group's correspondent."""

from datetime import date

import sqlalchemy as sa

from casework import events, notices
from casework.board_letters import chair_line
from casework.desk import Desk
from casework.notices import Subject
from models.board import BoardMember, MemberInterest, MemberKind, NominatingGroup
from models.contacts import Contact, ContactRole, Role
from models.providers import Provider
from models.schools import School, Trust
from queries import people
from queries.board import expertise, members_on, stages_of
from rules.day_words import in_words
from rules.errors import Refused


def contact_at(desk: Desk, email: str) -> Contact:
    """The person at an address.

    Raises:
        Refused: nobody is known there.
    """
    found = desk.session.scalars(sa.select(Contact).where(Contact.email == email.strip().lower())).one_or_none()
    if found is None:
        raise Refused(f"Nobody is known at {email}.")
    return found


def member_at(desk: Desk, email: str, day: date) -> BoardMember:
    """The member of the Board with an address, on a day.

    Raises:
        Refused: nobody is known there, or the person is no member then.
    """
    contact = contact_at(desk, email)
    found = [member for member in members_on(desk.session, day) if member.contact_id == contact.id]
    if not found:
        raise Refused(f"{contact.name} is no member of the Board on {day.isoformat()}.")
    return found[0]


def person(desk: Desk, email: str, name: str) -> Contact:
    """The person at an address, known or made with a name of first name and surname.

    Raises:
        Refused: an address or a name that is none.
    """
    address = email.strip().lower()
    found = desk.session.scalars(sa.select(Contact).where(Contact.email == address)).one_or_none()
    if found is not None:
        return found
    first, _, surname = " ".join(name.split()).partition(" ")
    if (
        address.count("@") != 1
        or address.startswith("@")
        or address.endswith("@")
        or not address.isascii()
        or " " in address
    ):
        raise Refused("That is not an e-mail address.")
    if not first or not surname:
        raise Refused("A person who is not known yet needs a first name and a surname: --name.")
    made = Contact(email=address, first_name=first, surname=surname)
    desk.session.add(made)
    desk.session.flush()
    return made


def set_correspondent(desk: Desk, code: str, contact: Contact) -> NominatingGroup:
    """Say whom the Chair writes to at a group.

    Raises:
        Refused: there is no such group.
    """
    group = desk.session.scalars(sa.select(NominatingGroup).where(NominatingGroup.code == code)).one_or_none()
    if group is None:
        raise Refused(f"There is no nominating group with the code {code!r}.")
    group.contact_id = contact.id
    return group


def co_opt(desk: Desk, contact: Contact, stages: tuple[str, ...], until: date, reason: str) -> BoardMember:
    """Co-opt somebody for a gap in expertise until a day [ToR]; their place ends by itself.

    Raises:
        Refused: a day that is past, no key stage or an unknown one, or somebody who is on the Board already.
    """
    known = desk.policy.board.stages
    if until <= desk.as_of:
        raise Refused(f"A co-option that begins on {desk.as_of.isoformat()} cannot end on {until.isoformat()}.")
    if not stages or set(stages) - set(known):
        raise Refused(f"Name the key stages of the expertise, of {', '.join(known)}.")
    if contact.id in {member.contact_id for member in members_on(desk.session, desk.as_of)}:
        raise Refused(f"{contact.name} is on the Board already.")
    made = BoardMember(
        contact_id=contact.id, kind=MemberKind.CO_OPTED, stages=";".join(stages), starts_on=desk.as_of, ends_on=until
    )
    desk.session.add(made)
    desk.session.add(ContactRole(contact_id=contact.id, role=Role.MEMBER, starts_on=desk.as_of, ends_on=until))
    desk.session.flush()
    events.record_of(
        desk,
        "board",
        "member-co-opted",
        reason,
        {"member": made.id, "until": until.isoformat(), "stages": list(stages)},
    )
    return made


def declare(
    desk: Desk,
    contact: Contact,
    reason: str,
    *,
    urn: int | None = None,
    provider: str | None = None,
    trust: str | None = None,
) -> MemberInterest:
    """Declare that somebody is concerned with a school, a provider or a trust: no vote on what touches it.

    Raises:
        Refused: not exactly one of the three, or an unknown one.
    """
    if sum(one is not None for one in (urn, provider, trust)) != 1:
        raise Refused("Declare one interest at a time: a school, a provider or a trust.")
    provider_id = None
    if provider is not None:
        provider_id = desk.session.scalar(sa.select(Provider.id).where(Provider.code == provider))
        if provider_id is None:
            raise Refused(f"There is no provider with the code {provider!r}.")
    if urn is not None and desk.session.get(School, urn) is None:
        raise Refused(f"There is no school with URN {urn}.")
    if trust is not None and desk.session.get(Trust, trust) is None:
        raise Refused(f"There is no trust {trust!r}.")
    made = MemberInterest(
        contact_id=contact.id, urn=urn, provider_id=provider_id, trust_uid=trust, reason=reason, starts_on=desk.as_of
    )
    desk.session.add(made)
    desk.session.flush()
    events.record_of(desk, "board", "interest-declared", "A member declared an interest.", {"interest": made.id})
    return made


def co_options_ending(desk: Desk) -> list[BoardMember]:
    """Co-opted members whose time ends within the days that the council has set."""
    area = desk.calendars.area
    return [
        member
        for member in members_on(desk.session, desk.as_of)
        if member.kind is MemberKind.CO_OPTED
        and member.ends_on is not None
        and area.between(desk.as_of, member.ends_on) <= desk.policy.board.co_option_days
    ]


def say_co_option_ends(desk: Desk, member: BoardMember) -> bool:
    """Tell the Chair once, and put it on the agenda, with the gap that it leaves; whether it is new."""
    assert member.ends_on is not None
    day_after = date.fromordinal(member.ends_on.toordinal() + 1)
    left = {line.stage for line in expertise(desk.session, day_after, desk.policy.board.stages) if line.is_gap}
    gap = sorted(left & set(stages_of(member)))
    said = f"The co-option of {member.contact.name} ends on {in_words(member.ends_on)}" + (
        f", and leaves nobody with expertise in {', '.join(gap)}." if gap else "."
    )
    subject = Subject("member", member.id)
    if notices.put_on_agenda(desk, None, "co-option-ends", said, subject=subject) is None:
        return False
    for chair in people.with_role(desk.session, Role.CHAIR, desk.as_of):
        notices.tell(
            desk,
            chair,
            subject,
            "co-option-ends",
            lambda one: chair_line(desk, one, said),
            commission=None,
            calendar=desk.calendars.area,
        )
    return True
