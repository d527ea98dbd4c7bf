"""Referrals: a concern that an academy will not take up, put to the regional director (until 2022 the RSC) [1.6].

Never an intervention: the council has no statutory powers over an academy. A person sends the letter.
"""

import enum
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, LongText, ShortText, str_enum


class ReferralState(enum.StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Referral(Base):
    """`evidence` is what was gathered when it was opened; `answer` what came back."""

    __tablename__ = "referrals"
    __table_args__ = (
        sa.CheckConstraint(
            "(sent_on IS NULL OR sent_on >= opened_on)"
            " AND (answered_on IS NULL OR answered_on >= sent_on)"
            " AND (closed_on IS NULL OR closed_on >= opened_on)",
            name="dates_in_order",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    commission_id: Mapped[int] = mapped_column(sa.ForeignKey("commissions.id"), unique=True)
    state: Mapped[ReferralState] = mapped_column(str_enum(ReferralState, "state"), default=ReferralState.DRAFT)
    opened_on: Mapped[date]
    sent_on: Mapped[date | None]
    answered_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    concern: Mapped[LongText]
    sent_by: Mapped[ShortText | None]
    evidence: Mapped[list[Any]] = mapped_column(default=list)
    answer: Mapped[LongText | None]
