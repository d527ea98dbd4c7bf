"""One-time links to sign in, mailed to an address that is known already; single use, and short of life."""

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework import composing, links, notices
from casework.desk import Desk
from casework.letters import head
from casework.notices import Letter, Subject
from config import clock
from mail.board_contexts import SignInLink
from mail.catalogue import letter_of
from models.contacts import Contact
from models.links import Link, LinkPurpose
from models.messages import Message, MessageKind, Notice
from queries import staff
from queries.people import Person


def make(desk: Desk, contact_id: int) -> Link:
    """A new link for a person; the one before, used or not, ends with it."""
    desk.session.execute(  # one after the other, also where two forms come at once
        sa.select(Contact.id).where(Contact.id == contact_id).with_for_update()
    )
    desk.session.execute(
        sa.update(Link)
        .where(Link.purpose == LinkPurpose.SIGN_IN, Link.contact_id == contact_id, Link.revoked_at.is_(None))
        .values(revoked_at=desk.now)
    )
    last = desk.session.scalar(
        sa.select(sa.func.max(Link.generation)).where(
            Link.purpose == LinkPurpose.SIGN_IN, Link.subject_id == contact_id, Link.contact_id == contact_id
        )
    )
    nonce = secrets.token_bytes(links.TOKEN_BYTES)
    made = Link(
        purpose=LinkPurpose.SIGN_IN,
        subject_id=contact_id,
        contact_id=contact_id,
        generation=(last or 0) + 1,
        nonce=nonce,
        token_sha256=links.fingerprint(links.token_of(nonce, desk.link_key)),
        expires_on=desk.as_of + timedelta(days=1),
        created_at=desk.now,
    )
    desk.session.add(made)
    desk.session.flush()
    return made


def mail(desk: Desk, email: str, *, lasts: timedelta) -> int | None:
    """Queue an e-mail with a link for whoever has this address; the message's number, or None when nobody may sign in.

    The mail is a reply to the person's own act: it goes at once, at any hour, and shares no e-mail with anything else.
    """
    person = staff.by_email(desk.session, email, desk.as_of)
    if person is None:
        return None
    link = make(desk, person.contact_id)
    recipient = Person(person.contact_id, person.name, person.name.split(" ", 1)[0], person.email, None)
    notice = notices.tell(
        desk,
        recipient,
        Subject("sign-in", link.id),
        "sign-in-link",
        lambda to: _letter(desk, to, link, lasts),
        commission=None,
        calendar=desk.calendars.area,
        kind=MessageKind.REPLY,
    )
    composing.compose(desk, [person.contact_id], kind=MessageKind.REPLY)
    assert notice is not None
    desk.session.flush()
    return desk.session.scalar(
        sa.select(Message.id).join(Notice, Notice.message_id == Message.id).where(Notice.id == notice.id)
    )


def is_open(link: Link | None, *, now: datetime, lasts: timedelta) -> bool:
    """Whether a link still signs its person in."""
    return (
        link is not None
        and link.purpose is LinkPurpose.SIGN_IN
        and link.revoked_at is None
        and now < link.created_at + lasts
    )


def use(session: Session, token: str, *, now: datetime, lasts: timedelta) -> int | None:
    """Use up a link: the contact whom it signs in, once; None ever after, and for a link that is not open.

    Of two that come at once, one changes the row and the other finds it changed.
    """
    link = links.find(session, token)
    if link is None or not is_open(link, now=now, lasts=lasts):
        return None
    return session.scalar(
        sa.update(Link)
        .where(Link.id == link.id, Link.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(Link.contact_id)
    )


def _letter(desk: Desk, person: Person, link: Link, lasts: timedelta) -> Letter:
    template, values = letter_of(
        SignInLink(
            head=head(desk, None, person),
            asked_at=clock.local(desk.now).time().replace(second=0, microsecond=0),
            valid_minutes=int(lasts.total_seconds() // 60),
            url=f"link:{link.id}",
        )
    )
    return Letter(template, values)
