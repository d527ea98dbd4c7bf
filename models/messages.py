"""The outbox. A notice is one thing that one person is to be told; a message is the one e-mail that carries a person's
notices of a day. Both are rows before anything is sent."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, LongText, ShortText, str_enum


class NoticeState(enum.StrEnum):
    PENDING = "pending"
    COMPOSED = "composed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


class MessageState(enum.StrEnum):
    """`unknown`: the connection died between the message and the server's answer, the one moment that cannot be
    settled.
    """

    QUEUED = "queued"
    SENDING = "sending"
    RETRY = "retry"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"
    WITHHELD = "withheld"
    ABORTED = "aborted"
    UNKNOWN = "unknown"


class MessageKind(enum.StrEnum):
    """A scheduled message is the only one of its person and day; a reply answers the person's own act at once."""

    SCHEDULED = "scheduled"
    REPLY = "reply"


class Notice(Base):
    """`key` is made of stable ids (case, round, step, recipient), so that no run can tell a person the same thing
    twice.
    """

    __tablename__ = "notices"
    __table_args__ = (
        sa.Index("ix_notices_state_day", "state", "day"),
        sa.Index("ix_notices_contact_state", "contact_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[ShortText] = mapped_column(unique=True)
    template: Mapped[ShortText]
    contact_id: Mapped[int] = mapped_column(sa.ForeignKey("contacts.id"))
    commission_id: Mapped[int | None] = mapped_column(sa.ForeignKey("commissions.id"), index=True)
    update_id: Mapped[int | None] = mapped_column(sa.ForeignKey("impact_updates.id"), index=True)
    step: Mapped[ShortText]
    day: Mapped[date]
    kind: Mapped[MessageKind] = mapped_column(str_enum(MessageKind, "kind"), default=MessageKind.SCHEDULED)
    context: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[NoticeState] = mapped_column(str_enum(NoticeState, "state"), default=NoticeState.PENDING)
    reason: Mapped[LongText | None]
    message_id: Mapped[int | None] = mapped_column(sa.ForeignKey("messages.id"), index=True)
    created_at: Mapped[datetime]


class Message(Base):
    """One e-mail. `context` holds plain values and `link:ID` in place of each link's token, which is derived when
    rendering. `state` is written by `casework.outbox.move` alone.

    `unsettled` counts how often its fate was left open; `told_on` is the day on which an officer was told of the
    trouble that it is in.
    Until `held_until` an officer may undo it; its first attempt is not before.
    """

    __tablename__ = "messages"
    __table_args__ = (
        sa.Index("ix_messages_state_id", "state", "id"),
        sa.Index("ix_messages_commission", "commission_id", "id"),
        sa.Index(
            "ix_messages_retry",
            "next_attempt_at",
            sqlite_where=sa.text("state = 'retry'"),
            postgresql_where=sa.text("state = 'retry'"),
        ),
        sa.Index(
            "uq_messages_one_a_day",
            "recipient",
            "day",
            unique=True,
            sqlite_where=sa.text("kind = 'scheduled'"),
            postgresql_where=sa.text("kind = 'scheduled'"),
        ),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_when"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[MessageKind] = mapped_column(str_enum(MessageKind, "kind"))
    template: Mapped[ShortText]
    contact_id: Mapped[int] = mapped_column(sa.ForeignKey("contacts.id"), index=True)
    recipient: Mapped[ShortText]
    recipient_name: Mapped[ShortText]
    day: Mapped[date]
    commission_id: Mapped[int | None] = mapped_column(sa.ForeignKey("commissions.id"))
    reference: Mapped[ShortText | None]
    context: Mapped[dict[str, Any]]
    header_id: Mapped[ShortText] = mapped_column(unique=True)
    state: Mapped[MessageState] = mapped_column(str_enum(MessageState, "state"), default=MessageState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    first_attempt_at: Mapped[datetime | None]
    next_attempt_at: Mapped[datetime | None]
    unsettled: Mapped[int] = mapped_column(default=0, server_default="0")
    told_on: Mapped[date | None]
    lease_until: Mapped[datetime | None]
    leased_by: Mapped[ShortText | None]
    response: Mapped[LongText | None]
    sent_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    held_until: Mapped[datetime | None]


class TakenBack(Base):
    """A notice that an e-mail, which never went, was to tell: it is told by another e-mail, or will be."""

    __tablename__ = "taken_back"

    message_id: Mapped[int] = mapped_column(sa.ForeignKey("messages.id"), primary_key=True)
    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notices.id"), primary_key=True, index=True)


class MailPace(Base):
    """One bucket of the rate limits, by domain (`*`: all mail): shared by every worker of the database."""

    __tablename__ = "mail_pace"

    name: Mapped[ShortText] = mapped_column(primary_key=True)
    full_at: Mapped[datetime]
