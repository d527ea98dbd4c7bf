"""The case: one piece of support for one school and theme, from priority to evaluated impact; and its offers."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, LongText, Pence, ShortText, str_enum
from models.contacts import Contact
from models.priorities import Priority
from models.providers import Provider
from models.schools import School
from models.themes import Theme


class CommissionState(enum.StrEnum):
    IDENTIFIED = "identified"
    CONFIRMED = "confirmed"
    OFFERED = "offered"
    BROKERING = "brokering"
    PLANNING = "planning"
    ACTIVE = "active"
    EVALUATING = "evaluating"
    CLOSED = "closed"
    PAUSED = "paused"
    REJECTED = "rejected"
    OPTED_OUT = "opted_out"
    WITHDRAWN = "withdrawn"


ENDED = frozenset(
    {CommissionState.CLOSED, CommissionState.REJECTED, CommissionState.OPTED_OUT, CommissionState.WITHDRAWN}
)
_OPEN_SQL = "state NOT IN ('closed', 'rejected', 'opted_out', 'withdrawn')"


class Outcome(enum.StrEnum):
    MET = "met"
    PARTLY_MET = "partly_met"
    NOT_MET = "not_met"
    NOT_MEASURABLE = "not_measurable"


class OfferParty(enum.StrEnum):
    SCHOOL = "school"
    PROVIDER = "provider"


class OfferState(enum.StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Commission(Base):
    """`next_due_on` is the first day on which the case's own state asks for something, `next_round_on` the day its next
    impact update is asked for: what a tick selects, on or before a day. `held_because` says why a case waits on an
    operator.
    """

    __tablename__ = "commissions"
    __table_args__ = (
        sa.Index(
            "uq_commissions_open_school_theme",
            "urn",
            "theme",
            unique=True,
            sqlite_where=sa.text(_OPEN_SQL),
            postgresql_where=sa.text(_OPEN_SQL),
        ),
        sa.Index("ix_commissions_state_due", "state", "next_due_on"),
        sa.Index("ix_commissions_next_round", "next_round_on"),
        sa.CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name="closed_has_outcome"),
        sa.CheckConstraint("(state = 'paused') = (paused_from IS NOT NULL)", name="paused_from_somewhere"),
        sa.CheckConstraint("cost_pence >= 0", name="cost_not_negative"),
        sa.CheckConstraint("predecessor_id IS NULL OR predecessor_id <> id", name="not_its_own_predecessor"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[ShortText] = mapped_column(unique=True)
    urn: Mapped[int] = mapped_column(sa.ForeignKey("schools.urn"), index=True)
    theme: Mapped[str] = mapped_column(sa.ForeignKey("themes.code"))
    state: Mapped[CommissionState] = mapped_column(str_enum(CommissionState, "state"))
    state_since: Mapped[date]
    next_due_on: Mapped[date | None]
    deadline_on: Mapped[date | None]
    next_round_on: Mapped[date | None]
    held_because: Mapped[LongText | None]
    paused_from: Mapped[CommissionState | None] = mapped_column(str_enum(CommissionState, "paused_from"))
    paused_on: Mapped[date | None]
    review_on: Mapped[date | None]
    reason: Mapped[LongText]
    cost_pence: Mapped[Pence] = mapped_column(default=0)
    priority_id: Mapped[int | None] = mapped_column(sa.ForeignKey("priorities.id"), index=True)
    officer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("contacts.id"))
    provider_id: Mapped[int | None] = mapped_column(sa.ForeignKey("providers.id"), index=True)
    wanted_provider_id: Mapped[int | None] = mapped_column(sa.ForeignKey("providers.id"))
    predecessor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("commissions.id"), index=True)
    identified_on: Mapped[date]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    outcome: Mapped[Outcome | None] = mapped_column(str_enum(Outcome, "outcome"))

    school: Mapped[School] = relationship()
    theme_row: Mapped[Theme] = relationship()
    priority: Mapped[Priority | None] = relationship()
    officer: Mapped[Contact | None] = relationship()
    provider: Mapped[Provider | None] = relationship(foreign_keys=[provider_id])
    offers: Mapped[list["Offer"]] = relationship(back_populates="commission", order_by="Offer.id")


class ReferenceCounter(Base):
    """The last number given in a calendar year: `SIB-2026-014` is number 14 of 2026."""

    __tablename__ = "reference_counters"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Offer(Base):
    """A commission put to the school, or to one provider, with a date to answer by. Ranked.

    `position` 1 is asked first.
    """

    __tablename__ = "offers"
    __table_args__ = (
        sa.CheckConstraint("(party = 'provider') = (provider_id IS NOT NULL)", name="provider_named"),
        sa.CheckConstraint("answer_by >= offered_on", name="dates_in_order"),
        sa.UniqueConstraint("commission_id", "party", "position"),
        sa.Index(
            "uq_offers_one_pending",
            "commission_id",
            unique=True,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    commission_id: Mapped[int] = mapped_column(sa.ForeignKey("commissions.id"), index=True)
    party: Mapped[OfferParty] = mapped_column(str_enum(OfferParty, "party"))
    provider_id: Mapped[int | None] = mapped_column(sa.ForeignKey("providers.id"), index=True)
    position: Mapped[int]
    score: Mapped[float | None]
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    state: Mapped[OfferState] = mapped_column(str_enum(OfferState, "state"), default=OfferState.PENDING)
    offered_on: Mapped[date]
    reminder_on: Mapped[date | None]
    reminded_on: Mapped[date | None]
    answer_by: Mapped[date]
    escalated_on: Mapped[date | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[ShortText | None]
    note: Mapped[LongText | None]

    commission: Mapped[Commission] = relationship(back_populates="offers")
    provider: Mapped[Provider | None] = relationship()
