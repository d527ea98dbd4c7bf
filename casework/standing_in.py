"""Passing on to whoever stands in what a person can no longer be told, with links of their own."""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework import links, outbox
from casework.desk import Desk
from mail.catalogue import links_in, with_links
from models.commissions import ENDED, Commission
from models.contacts import ContactRole, Role
from models.links import Link
from models.messages import Message, MessageState, Notice, NoticeState
from models.rounds import ImpactUpdate, UpdateState
from queries import people
from queries.people import Person
from rules.half_terms import CalendarExhausted
from rules.message_states import WAITING

LATEST = timedelta(days=14)
"""What did not arrive longer ago than this is no news to anybody."""


def stand_in(session: Session, contact_id: int, as_of: date) -> Person | None:
    """Who is written to instead of a person whose address is dead: a substitute, else the deputy of the same place."""
    found = people.by_id(session, [contact_id], as_of).get(contact_id)
    if found is not None and found.contact_id != contact_id:
        return found
    roles = session.scalars(
        sa.select(ContactRole).where(
            ContactRole.contact_id == contact_id, ContactRole.role.in_((Role.HEAD, Role.PROVIDER_LEAD))
        )
    )
    for role in roles:
        if role.urn is not None:
            found = people.at_schools(session, [role.urn], role.role, as_of).get(role.urn)
        elif role.provider_id is not None:
            found = people.at_providers(session, [role.provider_id], role.role, as_of).get(role.provider_id)
        if found is not None and found.contact_id != contact_id:
            return found
    return None


def pass_on(desk: Desk, message: Message, person: Person | None) -> int:
    """Tell a stand-in what a bounced message said, as far as it still matters; stop what waits for the dead address.

    How many things the stand-in is told.
    """
    waiting = (Message.contact_id == message.contact_id, Message.state.in_(WAITING))
    stopped = outbox.move(desk.session, MessageState.FAILED, where=waiting, response="The address is dead.")
    untold = desk.session.scalars(
        sa.select(Notice)
        .where(Notice.message_id.in_([message.id, *stopped]), Notice.day >= desk.as_of - LATEST)
        .order_by(Notice.id)
    ).all()
    return sum(readdress(desk, notice, person) for notice in untold)


def readdress(desk: Desk, notice: Notice, person: Person | None) -> bool:
    """Make of a notice one to a stand-in, under a key of its own; whether it was made.

    Not when the matter is over: the case has ended, the update is answered, or the link was closed.
    """
    if person is None or not _matters(desk, notice):
        return False
    key = f"{notice.key.rpartition(':to:')[0]}:to:{person.contact_id}"
    if desk.session.scalar(sa.select(Notice.id).where(Notice.key == key)) is not None:
        return False
    own: dict[str, str] = {}
    for placeholder in links_in(notice.context):
        link = desk.session.get_one(Link, int(placeholder.removeprefix("link:")))
        commission = desk.session.get(Commission, link.commission_id) if link.commission_id else None
        own[placeholder] = links.issue(
            desk,
            commission,
            link.purpose,
            subject_id=link.subject_id,
            contact_id=person.contact_id,
            last_day=link.expires_on - timedelta(days=desk.policy.link_days_after),
        )
    context = with_links(notice.context, own)
    head = {**context.get("head", {}), "recipient": person.name, "instead_of": person.instead_of or ""}
    desk.session.add(
        Notice(
            key=key,
            template=notice.template,
            contact_id=person.contact_id,
            commission_id=notice.commission_id,
            update_id=notice.update_id,
            step=notice.step,
            day=max(notice.day, _next_school_day(desk)),
            kind=notice.kind,
            context={**context, "head": head},
            created_at=desk.now,
        )
    )
    desk.session.flush()
    return True


def _next_school_day(desk: Desk) -> date:
    """Today, if it is one. Past the calendar nobody knows: the notice is due at once, and composing holds it back."""
    try:
        return desk.calendars.area.roll_forward(desk.as_of)
    except CalendarExhausted:
        return desk.as_of


def _matters(desk: Desk, notice: Notice) -> bool:
    if not notice.context or notice.state in {NoticeState.CANCELLED, NoticeState.SKIPPED}:
        return False
    commission = desk.session.get(Commission, notice.commission_id) if notice.commission_id else None
    update = desk.session.get(ImpactUpdate, notice.update_id) if notice.update_id else None
    if commission is not None and commission.state in ENDED:
        return False
    if update is not None and update.state is not UpdateState.AWAITED:
        return False
    for placeholder in links_in(notice.context):
        link = desk.session.get(Link, int(placeholder.removeprefix("link:")))
        if link is None or not links.is_open(link, desk.as_of):
            return False
    return True
