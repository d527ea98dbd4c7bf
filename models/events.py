"""The append-only event log: every change with its actor, time and reason; also the case's timeline.

A trigger in both databases refuses UPDATE and DELETE (see migrations/), and each event carries a hash over the one
before it in its chain, so that tampering shows.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, LongText, ShortText


class Event(Base):
    """`chain` names what the event belongs to (`commission:12`, `board`, `fund:2026`).

    `sequence` counts from 1 in it.
    """

    __tablename__ = "events"
    __table_args__ = (
        sa.UniqueConstraint("chain", "sequence"),
        sa.Index("ix_events_commission", "commission_id", "sequence"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    chain: Mapped[ShortText]
    sequence: Mapped[int]
    commission_id: Mapped[int | None] = mapped_column(sa.ForeignKey("commissions.id"))
    kind: Mapped[ShortText]
    day: Mapped[date]
    at: Mapped[datetime]
    actor: Mapped[ShortText]
    from_state: Mapped[ShortText | None]
    to_state: Mapped[ShortText | None]
    reason: Mapped[LongText]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    previous_hash: Mapped[ShortText]
    hash: Mapped[ShortText]
