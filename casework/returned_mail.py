"""What follows from mail that came back: a dead address, an absence noticed. Nothing that comes back is ever answered,
nor taken for an answer.
"""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from casework import events, outbox, standing_in
from casework.desk import Desk
from mail.return_addresses import message_of
from mail.returned import Returned
from models.commissions import Commission
from models.contacts import Contact
from models.messages import Message, MessageState, Notice
from models.officer_tasks import OfficerTask, OfficerTaskState
from models.returned_mail import BOUNCES, ReturnedMail, ReturnKind
from queries.returned_mail import soft_days
from rules.day_words import in_words
from rules.errors import Refused

WHY = {
    ReturnKind.HARD: "there is no such address",
    ReturnKind.SOFT: "it could not be delivered, time after time",
}


class NotYet(Exception):
    """It is about a message that is being sent at this moment: to be read again with the next run."""


def take(desk: Desk, came: Returned, keys: Sequence[bytes]) -> ReturnKind | None:
    """Keep one mail that came back and do what follows from it; its kind, or None when it was known.

    A bounce counts only when it came to the return address of its message, which nobody can make up; an automatic
    answer also when it names our `Message-ID`, because nothing but a line on a page follows from it.

    Raises:
        NotYet: the message that it is about is being sent.
    """
    message = _verified(desk, came, keys)
    if message is None and came.kind in {ReturnKind.ABSENCE, ReturnKind.LEFT, ReturnKind.REPLY}:
        message = desk.session.scalars(sa.select(Message).where(Message.header_id.in_(came.about)).limit(1)).first()
    if message is not None and message.state is MessageState.SENDING:
        raise NotYet
    row = ReturnedMail(
        key=came.key,
        kind=came.kind,
        message_id=message.id if message else None,
        contact_id=message.contact_id if message else None,
        status=came.status or None,
        said=came.said,
        back_on=came.back_on,
        received_on=desk.as_of,
        read_at=desk.now,
    )
    news = message is not None and came.kind is ReturnKind.ABSENCE and not _was_noticed(desk, message, came)
    try:
        with desk.session.begin_nested():
            desk.session.add(row)
    except IntegrityError:
        return None
    if message is not None:
        _follow(desk, row, message, news=news)
    return came.kind


def revive(desk: Desk, address: str) -> Contact:
    """An officer has found that an address works after all.

    Raises:
        Refused: nobody has that address, or it is not taken for dead.
    """
    contact = desk.session.scalars(sa.select(Contact).where(Contact.email == address.strip().lower())).one_or_none()
    if contact is None:
        raise Refused("Nobody has that address.")
    if contact.address_dead_at is None:
        raise Refused("That address is not taken for dead.")
    contact.address_dead_at = None
    # What bounced before counts no more: else the next soft bounce would be the last again.
    desk.session.execute(
        sa.update(ReturnedMail)
        .where(ReturnedMail.contact_id == contact.id, ReturnedMail.kind == ReturnKind.SOFT)
        .values(kind=ReturnKind.OTHER)
    )
    return contact


def _verified(desk: Desk, came: Returned, keys: Sequence[bytes]) -> Message | None:
    for address in came.to:
        number = message_of(address, domain=desk.council.mail_domain, keys=keys)
        if number is not None:
            return desk.session.get(Message, number, with_for_update=True)
    return None


def _follow(desk: Desk, row: ReturnedMail, message: Message, *, news: bool) -> None:
    contact = desk.session.get_one(Contact, message.contact_id)
    if row.kind in BOUNCES:
        _bounced(desk, row, message)
    gone = row.kind is ReturnKind.HARD and contact.email == message.recipient
    if gone or (row.kind is ReturnKind.SOFT and _too_often(desk, contact)):
        _give_up(desk, row, message, contact)
    elif row.kind is ReturnKind.REFUSED:
        week = f"{desk.as_of:%G-%V}"
        text = f"The server of {contact.name} refuses our mail: {row.said or 'it does not say why'}. Phone, and ask IT."
        _ask(desk, message, contact, "mail-refused", f"contact:{contact.id}:{week}", text)
    elif row.kind is ReturnKind.LEFT:
        text = f"An automatic answer says that {contact.name} has left: find out who follows. It says: {row.said}"
        _ask(desk, message, contact, "contact-left", f"contact:{contact.id}", text)
    elif news:
        until = f" until {in_words(row.back_on)}" if row.back_on else ""
        for commission in _cases(desk, message):
            events.record(
                desk,
                commission,
                "absence-noticed",
                f"An automatic answer says that a person written to about this case is away{until}.",
                {"contact": contact.id, "back_on": row.back_on.isoformat() if row.back_on else None},
            )


def _bounced(desk: Desk, row: ReturnedMail, message: Message) -> None:
    said = f"bounced: {row.status or ''} {row.said}".strip()[:1000]
    outbox.move(desk.session, MessageState.BOUNCED, [message.id], response=said)
    desk.session.refresh(message)


def _too_often(desk: Desk, contact: Contact) -> bool:
    since = desk.as_of - timedelta(days=desk.policy.soft_bounce_days)
    desk.session.flush()
    return soft_days(desk.session, contact.id, since) >= desk.policy.soft_bounces


def _give_up(desk: Desk, row: ReturnedMail, message: Message, contact: Contact) -> None:
    """Nothing more is sent to this address; whoever stands in gets what did not arrive, and all from now on."""
    if contact.address_dead_at is not None:
        return
    contact.address_dead_at = desk.now
    desk.session.flush()
    stand_in = standing_in.stand_in(desk.session, contact.id, desk.as_of)
    told = standing_in.pass_on(desk, message, stand_in)
    status = f" ({row.status})" if row.status else ""
    what = (
        f"{stand_in.name} is written to instead{', also what did not arrive' if told else ''}."
        if stand_in
        else "Nobody stands in: nothing is sent until you correct the address."
    )
    text = f"Mail to {contact.name} does not arrive: {WHY[row.kind]}{status}. {what}"
    _ask(desk, message, contact, "dead-address", f"returned:{row.id}", text)


def _ask(desk: Desk, message: Message, contact: Contact, kind: str, about: str, text: str) -> None:
    """An officer's task, once; never mailed to the very person whose mail came back, which could go on for ever."""
    key = f"{kind}:{about}"
    if desk.session.scalar(sa.select(OfficerTask.id).where(OfficerTask.key == key)) is not None:
        return
    cases = _cases(desk, message)
    officer_id = cases[0].officer_id if cases else None
    desk.session.add(
        OfficerTask(
            key=key,
            kind=kind,
            commission_id=cases[0].id if cases else None,
            officer_id=officer_id,
            raised_on=desk.as_of,
            due_on=desk.as_of,
            told_on=desk.as_of if officer_id == contact.id else None,
            state=OfficerTaskState.OPEN,
            text=text,
        )
    )


def _was_noticed(desk: Desk, message: Message, came: Returned) -> bool:
    return (
        desk.session.scalar(
            sa.select(ReturnedMail.id)
            .where(
                ReturnedMail.contact_id == message.contact_id,
                ReturnedMail.kind == ReturnKind.ABSENCE,
                ReturnedMail.back_on == came.back_on,
            )
            .limit(1)
        )
        is not None
    )


def _cases(desk: Desk, message: Message) -> list[Commission]:
    """The cases that a message is about, alone or in a digest."""
    return list(
        desk.session.scalars(
            sa.select(Commission)
            .where(
                Commission.id.in_(
                    sa.select(Notice.commission_id)
                    .where(Notice.message_id == message.id)
                    .union(sa.select(Message.commission_id).where(Message.id == message.id))
                )
            )
            .order_by(Commission.id)
        )
    )
