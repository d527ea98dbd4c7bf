"""The Board's papers: the pack of a meeting, who is sent the minutes, and which have gone out."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, ShortText, one_current


class Pack(Base):
    """What a meeting's papers said when they were made: plain values, from which page and PDF are drawn again alike."""

    __tablename__ = "packs"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meetings.id"))
    version: Mapped[int]
    made_on: Mapped[date]
    made_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]


class MinutesSubscription(Base):
    """Somebody in a school network who is sent the minutes [ToR], until they say stop."""

    __tablename__ = "minutes_subscriptions"
    __table_args__ = (one_current("uq_minutes_subscriptions_current", "contact_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(sa.ForeignKey("contacts.id"), index=True)
    network: Mapped[ShortText]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class Circulation(Base):
    """Published minutes that have been sent round, once a version."""

    __tablename__ = "circulations"

    id: Mapped[int] = mapped_column(primary_key=True)
    minutes_id: Mapped[int] = mapped_column(sa.ForeignKey("minutes.id"), unique=True)
    circulated_on: Mapped[date]
    subscribers: Mapped[int]
