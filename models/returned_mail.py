"""What came back to the return address of a message: bounces, absences, whatever else was sent there."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, LongText, ShortText, str_enum


class ReturnKind(enum.StrEnum):
    """`hard`: there is no such address. `soft`: it could not be delivered this time. `refused`: their server would not
    take it, which says nothing of the address. `delayed` and `delivered` are reports on the way. `absence` and `left`
    are automatic answers of a person who is away or gone; `reply` is anything that a person may have written.
    """

    HARD = "hard"
    SOFT = "soft"
    REFUSED = "refused"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    ABSENCE = "absence"
    LEFT = "left"
    REPLY = "reply"
    OTHER = "other"


BOUNCES = frozenset({ReturnKind.HARD, ReturnKind.SOFT, ReturnKind.REFUSED})


class ReturnedMail(Base):
    """`key` is made of the mail's own `Message-ID`, or of its bytes, so that reading it twice changes nothing.

    `said` holds no address. Without `message_id` it belongs to no message of ours, or cannot prove that it does.
    """

    __tablename__ = "returned_mail"
    __table_args__ = (sa.Index("ix_returned_mail_contact", "contact_id", "kind", "received_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[ShortText] = mapped_column(unique=True)
    kind: Mapped[ReturnKind] = mapped_column(str_enum(ReturnKind, "kind"))
    message_id: Mapped[int | None] = mapped_column(sa.ForeignKey("messages.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(sa.ForeignKey("contacts.id"))
    status: Mapped[ShortText | None]
    said: Mapped[LongText] = mapped_column(default="")
    back_on: Mapped[date | None]
    received_on: Mapped[date]
    read_at: Mapped[datetime]
