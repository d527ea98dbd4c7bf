"""The Strategic School Improvement Fund: one budget a financial year (1 April to 31 March), in pence.

The totals on the year are the database's own guarantee that no more is promised than there is: every movement adds to
them in the same statement that the check constraint judges, so two officers at the same instant cannot both win.
"""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, LongText, Pence, ShortText, str_enum


class FundYear(Base):
    """`budget_pence` is what may be commissioned with: grant, contributions and what was carried in, less what was
    carried out and the ring-fence for the Chair, from which the Chair alone is paid.

    `reserved`, `committed` and `spent` do not overlap; what is left of the budget is free.
    """

    __tablename__ = "fund_years"
    __table_args__ = (
        sa.CheckConstraint("ends_on > starts_on", name="dates_in_order"),
        sa.CheckConstraint(
            "grant_pence >= 0 AND contributions_pence >= 0 AND ring_fenced_pence >= 0", name="not_negative"
        ),
        sa.CheckConstraint(
            "reserved_pence >= 0 AND committed_pence >= 0 AND spent_pence >= 0", name="use_not_negative"
        ),
        sa.CheckConstraint(
            "reserved_pence + committed_pence + spent_pence"
            " <= grant_pence + contributions_pence + carried_in_pence - carried_out_pence - ring_fenced_pence",
            name="never_over",
        ),
        sa.CheckConstraint("carried_in_pence >= 0 AND carried_out_pence >= 0", name="carried_not_negative"),
        sa.CheckConstraint("ring_spent_pence BETWEEN 0 AND ring_fenced_pence", name="ring_fence_never_over"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[ShortText] = mapped_column(unique=True)
    starts_on: Mapped[date] = mapped_column(unique=True)
    ends_on: Mapped[date]
    grant_pence: Mapped[Pence]
    contributions_pence: Mapped[Pence] = mapped_column(default=0)
    ring_fenced_pence: Mapped[Pence] = mapped_column(default=0)
    reserved_pence: Mapped[Pence] = mapped_column(default=0)
    committed_pence: Mapped[Pence] = mapped_column(default=0)
    spent_pence: Mapped[Pence] = mapped_column(default=0)
    carried_in_pence: Mapped[Pence] = mapped_column(default=0)
    carried_out_pence: Mapped[Pence] = mapped_column(default=0)
    ring_spent_pence: Mapped[Pence] = mapped_column(default=0)

    @property
    def budget_pence(self) -> int:
        return (
            self.grant_pence
            + self.contributions_pence
            + self.carried_in_pence
            - self.carried_out_pence
            - self.ring_fenced_pence
        )

    @property
    def free_pence(self) -> int:
        return self.budget_pence - self.reserved_pence - self.committed_pence - self.spent_pence


class Contribution(Base):
    """Money from schools or a joining council, with the basis on which it was worked out."""

    __tablename__ = "contributions"
    __table_args__ = (sa.CheckConstraint("pence > 0", name="positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fund_year_id: Mapped[int] = mapped_column(sa.ForeignKey("fund_years.id"), index=True)
    contributor: Mapped[ShortText]
    basis: Mapped[LongText]
    pence: Mapped[Pence]
    received_on: Mapped[date]


class CarryOver(Base):
    """Free money of a year that has ended, taken into the next by a decision of the Board; never by default."""

    __tablename__ = "carry_overs"
    __table_args__ = (
        sa.CheckConstraint("pence > 0", name="positive"),
        sa.CheckConstraint("to_year_id <> from_year_id", name="another_year"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    from_year_id: Mapped[int] = mapped_column(sa.ForeignKey("fund_years.id"), unique=True)
    to_year_id: Mapped[int] = mapped_column(sa.ForeignKey("fund_years.id"))
    decision_id: Mapped[int] = mapped_column(sa.ForeignKey("decisions.id"))
    pence: Mapped[Pence]
    carried_on: Mapped[date]


class ChairPayment(Base):
    """A payment to the Independent Chair out of the ring-fence; `key` keeps the same invoice from being paid twice."""

    __tablename__ = "chair_payments"
    __table_args__ = (sa.CheckConstraint("pence > 0", name="positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[ShortText] = mapped_column(unique=True)
    fund_year_id: Mapped[int] = mapped_column(sa.ForeignKey("fund_years.id"), index=True)
    pence: Mapped[Pence]
    paid_on: Mapped[date]
    what_for: Mapped[LongText]
    recorded_by: Mapped[ShortText]


class HoldState(enum.StrEnum):
    HELD = "held"
    USED = "used"
    RELEASED = "released"


class Reservation(Base):
    """Money set aside when a commissioning run starts; used by the commitment at approval, or released."""

    __tablename__ = "reservations"
    __table_args__ = (sa.CheckConstraint("pence > 0", name="positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fund_year_id: Mapped[int] = mapped_column(sa.ForeignKey("fund_years.id"), index=True)
    commission_id: Mapped[int] = mapped_column(sa.ForeignKey("commissions.id"), unique=True)
    pence: Mapped[Pence]
    state: Mapped[HoldState] = mapped_column(str_enum(HoldState, "state"), default=HoldState.HELD)
    reserved_on: Mapped[date]
    settled_on: Mapped[date | None]


class Commitment(Base):
    """Money promised to a provider at approval. `spent_pence` and `released_pence` say what became of it."""

    __tablename__ = "commitments"
    __table_args__ = (
        sa.CheckConstraint("pence > 0 AND spent_pence >= 0 AND released_pence >= 0", name="not_negative"),
        sa.CheckConstraint("spent_pence + released_pence <= pence", name="never_over"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fund_year_id: Mapped[int] = mapped_column(sa.ForeignKey("fund_years.id"), index=True)
    commission_id: Mapped[int] = mapped_column(sa.ForeignKey("commissions.id"), unique=True)
    pence: Mapped[Pence]
    spent_pence: Mapped[Pence] = mapped_column(default=0)
    released_pence: Mapped[Pence] = mapped_column(default=0)
    committed_on: Mapped[date]


class Spend(Base):
    """One payment against a commitment; `key` keeps the same invoice from being paid twice."""

    __tablename__ = "spends"
    __table_args__ = (sa.CheckConstraint("pence > 0", name="positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[ShortText] = mapped_column(unique=True)
    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey("commitments.id"), index=True)
    pence: Mapped[Pence]
    spent_on: Mapped[date]
    what_for: Mapped[LongText]
    recorded_by: Mapped[ShortText]
    recorded_at: Mapped[datetime]
