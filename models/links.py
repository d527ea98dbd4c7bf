"""Links in e-mails: what a person may do without a password, until when. Only the SHA-256 of a token is stored."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, ShortText, str_enum
from models.contacts import Contact


class LinkPurpose(enum.StrEnum):
    SCHOOL_OFFER = "school-offer"
    PROVIDER_OFFER = "provider-offer"
    PLAN_SCHOOL = "plan-school"
    PLAN_PROVIDER = "plan-provider"
    UPDATE = "update"
    CASE = "case"
    MEETING = "meeting"
    PACK = "pack"
    GROUP_LETTER = "group-letter"
    MINUTES = "minutes"
    SIGN_IN = "sign-in"


class Link(Base):
    """`nonce` is 128 random bits; the token is HMAC-SHA256 of it under the service's secret key (ADR 0006), so a mail
    can
    be rendered again and the database alone opens nothing. `subject_id` is the offer, plan, update or commission
    meant; of the Board's links, which belong to no case, the meeting, letter or subscription;
    of a link to sign in, the contact."""

    __tablename__ = "links"
    __table_args__ = (
        sa.UniqueConstraint("purpose", "subject_id", "contact_id", "generation"),
        sa.Index("ix_links_subject", "purpose", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[LinkPurpose] = mapped_column(str_enum(LinkPurpose, "purpose"))
    subject_id: Mapped[int]
    commission_id: Mapped[int | None] = mapped_column(sa.ForeignKey("commissions.id"), index=True)
    contact_id: Mapped[int] = mapped_column(sa.ForeignKey("contacts.id"))
    generation: Mapped[int] = mapped_column(default=1)
    nonce: Mapped[bytes] = mapped_column(sa.LargeBinary(16))
    token_sha256: Mapped[ShortText] = mapped_column(unique=True)
    expires_on: Mapped[date]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    contact: Mapped[Contact] = relationship()
