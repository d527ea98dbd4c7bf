"""The improvement plan: objectives and measures that school and provider agree [ToR], and its evaluation."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, LongText, Pence, ShortText, str_enum
from models.commissions import Outcome


class PlanState(enum.StrEnum):
    DRAFT = "draft"
    AGREED = "agreed"
    APPROVED = "approved"


class VatTreatment(enum.StrEnum):
    """How VAT falls on the spending; finance decides whether it is right [Budget]."""

    RECOVERABLE = "recoverable"
    TO_CHECK = "to-check"
    OUTSIDE_SCOPE = "outside-scope"


class Plan(Base):
    __tablename__ = "plans"
    __table_args__ = (
        sa.CheckConstraint("ends_on > starts_on", name="dates_in_order"),
        sa.CheckConstraint("cost_pence >= 0", name="cost_not_negative"),
        sa.CheckConstraint(
            "state = 'draft' OR (school_agreed_at IS NOT NULL AND provider_agreed_at IS NOT NULL)",
            name="agreed_by_both",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    commission_id: Mapped[int] = mapped_column(sa.ForeignKey("commissions.id"), unique=True)
    state: Mapped[PlanState] = mapped_column(str_enum(PlanState, "state"), default=PlanState.DRAFT)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    cost_pence: Mapped[Pence]
    vat: Mapped[VatTreatment] = mapped_column(str_enum(VatTreatment, "vat"))
    due_diligence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    school_agreed_at: Mapped[datetime | None]
    school_agreed_by: Mapped[ShortText | None]
    provider_agreed_at: Mapped[datetime | None]
    provider_agreed_by: Mapped[ShortText | None]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[ShortText | None]

    objectives: Mapped[list["Objective"]] = relationship(order_by="Objective.position")
    measures: Mapped[list["PlanMeasure"]] = relationship(order_by="PlanMeasure.id")


class Objective(Base):
    __tablename__ = "objectives"
    __table_args__ = (sa.UniqueConstraint("plan_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plans.id"))
    position: Mapped[int]
    text: Mapped[LongText]


class PlanMeasure(Base):
    """What is to change: from a baseline to a target by a date.

    `published` names the catalogue's measure, if it is one.
    """

    __tablename__ = "plan_measures"
    __table_args__ = (
        sa.CheckConstraint("baseline_cohort IS NULL OR baseline_cohort >= 0", name="cohort_not_negative"),
        sa.CheckConstraint("unit <> 'percent' OR (target BETWEEN 0 AND 100)", name="percent_in_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plans.id"), index=True)
    objective_id: Mapped[int | None] = mapped_column(sa.ForeignKey("objectives.id"))
    name: Mapped[LongText]
    published: Mapped[ShortText | None]
    unit: Mapped[ShortText]
    higher_is_better: Mapped[bool] = mapped_column(default=True)
    baseline: Mapped[float]
    baseline_cohort: Mapped[int | None]
    baseline_year: Mapped[ShortText | None]
    target: Mapped[float]
    target_on: Mapped[date]


class Evaluation(Base):
    """What the figures say of a case at its end (`proposed`), and what the improvement team decided (`outcome`).

    `verdict`: how it compares with schools that had no support; None in evaluations from before this was kept.
    `results`: the published results that it rests on, as `ks2_mat_exp 2025-26`, in order; empty without any.
    """

    __tablename__ = "evaluations"

    id: Mapped[int] = mapped_column(primary_key=True)
    commission_id: Mapped[int] = mapped_column(sa.ForeignKey("commissions.id"), unique=True)
    evaluated_on: Mapped[date]
    proposed: Mapped[Outcome] = mapped_column(str_enum(Outcome, "proposed"))
    verdict: Mapped[ShortText | None]
    outcome: Mapped[Outcome | None] = mapped_column(str_enum(Outcome, "outcome"))
    decided_on: Mapped[date | None]
    decided_by: Mapped[ShortText | None]
    lessons: Mapped[LongText | None]
    figures: Mapped[list[Any]] = mapped_column(default=list)
    results: Mapped[LongText] = mapped_column(default="", server_default=sa.text("''"))


class LaterEvaluation(Base):
    """What the figures said of a closed case when more results had come out (ADR 16): added, never changed, and once
    for the same `results`. The decision stays the one that was taken."""

    __tablename__ = "later_evaluations"
    __table_args__ = (
        sa.UniqueConstraint("commission_id", "results"),
        sa.CheckConstraint("results <> ''", name="of_some_results"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    commission_id: Mapped[int] = mapped_column(sa.ForeignKey("commissions.id"))
    results: Mapped[LongText]
    evaluated_on: Mapped[date]
    verdict: Mapped[ShortText]
    figures: Mapped[list[Any]]
