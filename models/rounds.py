"""Rounds of impact updates: one half term's collection, one update a party and case."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, LongText, ShortText, str_enum
from models.commissions import Commission


class UpdateParty(enum.StrEnum):
    SCHOOL = "school"
    PROVIDER = "provider"


class UpdateState(enum.StrEnum):
    AWAITED = "awaited"
    ANSWERED = "answered"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Rag(enum.StrEnum):
    RED = "red"
    AMBER = "amber"
    GREEN = "green"


class Round(Base):
    """Half term `number` (1 to 6) of `academic_year`. Days differ between schools and stand on the updates."""

    __tablename__ = "rounds"
    __table_args__ = (
        sa.UniqueConstraint("academic_year", "number"),
        sa.CheckConstraint("number BETWEEN 1 AND 6", name="six_a_year"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    academic_year: Mapped[ShortText]
    number: Mapped[int]
    opened_on: Mapped[date]


class ImpactUpdate(Base):
    """What one party is asked for one case in one round.

    `next_step_on` is the first day its ladder asks for something.
    """

    __tablename__ = "impact_updates"
    __table_args__ = (
        sa.UniqueConstraint("round_id", "commission_id", "party"),
        sa.Index("ix_impact_updates_state_step", "state", "next_step_on", "round_id"),
        sa.Index("ix_impact_updates_round_standing", "round_id", "party", "state", "due_on"),
        sa.Index("ix_impact_updates_round_due", "round_id", "due_on"),
        sa.CheckConstraint("closes_on >= due_on AND due_on >= opened_on", name="dates_in_order"),
        sa.CheckConstraint("(state = 'answered') = (answered_at IS NOT NULL)", name="answered_when"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"))
    commission_id: Mapped[int] = mapped_column(sa.ForeignKey("commissions.id"), index=True)
    party: Mapped[UpdateParty] = mapped_column(str_enum(UpdateParty, "party"))
    state: Mapped[UpdateState] = mapped_column(str_enum(UpdateState, "state"), default=UpdateState.AWAITED)
    opened_on: Mapped[date]
    due_on: Mapped[date]
    closes_on: Mapped[date]
    next_step_on: Mapped[date | None]
    last_rung: Mapped[ShortText | None]
    answered_at: Mapped[datetime | None]
    answered_on: Mapped[date | None]
    answered_by: Mapped[ShortText | None]
    revision: Mapped[int] = mapped_column(default=0)

    round: Mapped[Round] = relationship()
    commission: Mapped[Commission] = relationship()


class UpdateFigure(Base):
    """One measure in one revision of an update's answer; earlier revisions are kept."""

    __tablename__ = "update_figures"
    __table_args__ = (
        sa.UniqueConstraint("update_id", "measure_id", "revision"),
        sa.CheckConstraint("cohort IS NULL OR cohort >= 0", name="cohort_not_negative"),
        sa.CheckConstraint("no_change OR value IS NOT NULL", name="value_or_no_change"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    update_id: Mapped[int] = mapped_column(sa.ForeignKey("impact_updates.id"))
    measure_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_measures.id"), index=True)
    revision: Mapped[int]
    no_change: Mapped[bool] = mapped_column(default=False)
    value: Mapped[float | None]
    cohort: Mapped[int | None]
    rag: Mapped[Rag] = mapped_column(str_enum(Rag, "rag"))
    rag_reason: Mapped[LongText]
    changed: Mapped[LongText]
    next: Mapped[LongText]
