"""Half terms, INSET days and bank holidays: data, loaded per area with an override per trust or school."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, ShortText


class TermCalendar(Base):
    """Whose dates: an area (`area:838`), a trust (`trust:4229`) or a school (`school:113456`)."""

    __tablename__ = "term_calendars"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[ShortText] = mapped_column(unique=True)

    half_terms: Mapped[list["HalfTerm"]] = relationship(back_populates="calendar", order_by="HalfTerm.starts_on")
    inset_days: Mapped[list["InsetDay"]] = relationship(back_populates="calendar", order_by="InsetDay.day")


class HalfTerm(Base):
    """`number` 1 to 6: autumn 1, autumn 2, spring 1, spring 2, summer 1, summer 2 of `academic_year` (2025-26)."""

    __tablename__ = "half_terms"
    __table_args__ = (
        sa.UniqueConstraint("calendar_id", "academic_year", "number"),
        sa.CheckConstraint("number BETWEEN 1 AND 6", name="six_a_year"),
        sa.CheckConstraint("ends_on >= starts_on", name="dates_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_id: Mapped[int] = mapped_column(sa.ForeignKey("term_calendars.id"), index=True)
    academic_year: Mapped[ShortText]
    number: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]

    calendar: Mapped[TermCalendar] = relationship(back_populates="half_terms")


class InsetDay(Base):
    __tablename__ = "inset_days"
    __table_args__ = (sa.UniqueConstraint("calendar_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_id: Mapped[int] = mapped_column(sa.ForeignKey("term_calendars.id"), index=True)
    day: Mapped[date]

    calendar: Mapped[TermCalendar] = relationship(back_populates="inset_days")


class BankHoliday(Base):
    """A bank holiday in England and Wales, as GOV.UK publishes it."""

    __tablename__ = "bank_holidays"

    day: Mapped[date] = mapped_column(primary_key=True)
    title: Mapped[ShortText]
