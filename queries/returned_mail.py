"""Reading what came back: bounces and absences, newest first."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.contacts import Contact
from models.messages import Message
from models.returned_mail import ReturnedMail, ReturnKind


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """One mail that came back. `person` is empty when it belongs to no message of ours."""

    id: int
    received_on: date
    kind: str
    person: str
    address: str
    reference: str | None
    message: int | None
    status: str | None
    said: str
    back_on: date | None
    address_is_dead: bool


def returned(session: Session, *, kind: str | None = None, limit: int = 200) -> list[ReturnedLine]:
    """What came back, of one kind or of all."""
    wanted = (
        sa.select(ReturnedMail, Contact, Message.reference)
        .outerjoin(Contact, Contact.id == ReturnedMail.contact_id)
        .outerjoin(Message, Message.id == ReturnedMail.message_id)
        .order_by(ReturnedMail.id.desc())
        .limit(limit)
    )
    if kind is not None:
        wanted = wanted.where(ReturnedMail.kind == kind)
    return [
        ReturnedLine(
            id=one.id,
            received_on=one.received_on,
            kind=one.kind.value,
            person=contact.name if contact else "",
            address=contact.email if contact else "",
            reference=reference,
            message=one.message_id,
            status=one.status,
            said=one.said,
            back_on=one.back_on,
            address_is_dead=bool(contact and contact.address_dead_at),
        )
        for one, contact, reference in session.execute(wanted)
    ]


def known(session: Session, keys: list[str]) -> set[str]:
    """Which of these have been read before."""
    return set(session.scalars(sa.select(ReturnedMail.key).where(ReturnedMail.key.in_(keys))))


def soft_days(session: Session, contact_id: int, since: date) -> int:
    """On how many days since one an address could not be delivered to."""
    return (
        session.scalar(
            sa.select(sa.func.count(sa.distinct(ReturnedMail.received_on))).where(
                ReturnedMail.contact_id == contact_id,
                ReturnedMail.kind == ReturnKind.SOFT,
                ReturnedMail.received_on >= since,
            )
        )
        or 0
    )


def away(session: Session, as_of: date, *, noticed_within: int = 14) -> dict[int, date | None]:
    """Contacts whose absence was noticed and is not over: the day they said they are back.

    One who named no day counts as away for `noticed_within` days.
    """
    rows = session.execute(
        sa.select(ReturnedMail.contact_id, ReturnedMail.back_on)
        .where(
            ReturnedMail.kind == ReturnKind.ABSENCE,
            ReturnedMail.contact_id.is_not(None),
            sa.or_(
                ReturnedMail.back_on > as_of,
                sa.and_(
                    ReturnedMail.back_on.is_(None), ReturnedMail.received_on >= as_of - timedelta(days=noticed_within)
                ),
            ),
        )
        .order_by(ReturnedMail.id)
    )
    return {contact_id: back for contact_id, back in rows if contact_id is not None}
