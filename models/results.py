"""What is published of schools: results with cohort and interval, references to hold them against, inspections."""

import enum
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, ShortText, str_enum


class Missing(enum.StrEnum):
    """Why there is no figure. A code is never a zero."""

    SUPPRESSED = "suppressed"
    NOT_ENTERED = "not-entered"
    NOT_PUBLISHED = "not-published"
    LOW_COVERAGE = "low-coverage"
    SMALL_PROVIDER = "small-provider"
    NOT_APPLICABLE = "not-applicable"
    NEW_SCHOOL = "new-school"
    BLANK = "blank"


class PublishedResult(Base):
    """One measure of one school in one academic year, under the URN that it had then."""

    __tablename__ = "published_results"
    __table_args__ = (
        sa.UniqueConstraint("urn", "measure", "year"),
        sa.Index("ix_published_results_measure_year", "measure", "year"),
        sa.CheckConstraint("(value IS NULL) <> (missing IS NULL)", name="value_or_reason"),
        sa.CheckConstraint("cohort IS NULL OR cohort >= 0", name="cohort_not_negative"),
        sa.CheckConstraint("lower IS NULL OR upper IS NULL OR lower <= upper", name="interval_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    urn: Mapped[int]
    measure: Mapped[ShortText]
    year: Mapped[ShortText]
    cohort: Mapped[int | None]
    value: Mapped[float | None]
    lower: Mapped[float | None]
    upper: Mapped[float | None]
    missing: Mapped[Missing | None] = mapped_column(str_enum(Missing, "missing"))
    import_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_runs.id"))


class ListedSchool(Base):
    """Under which authority, and whether among the special schools, DfE's tables listed a school in an academic year.

    Authorities are reorganised and schools close: the list of today's schools does not say who was judged with whom.
    """

    __tablename__ = "listed_schools"
    __table_args__ = (
        sa.UniqueConstraint("urn", "year"),
        sa.Index("ix_listed_schools_la_code_year", "la_code", "year"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    urn: Mapped[int]
    year: Mapped[ShortText]
    la_code: Mapped[int]
    special: Mapped[bool]


class ReferenceResult(Base):
    """The same measure of an area: `england`, `england-state` or `la:850`."""

    __tablename__ = "reference_results"
    __table_args__ = (sa.UniqueConstraint("area", "measure", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    area: Mapped[ShortText]
    measure: Mapped[ShortText]
    year: Mapped[ShortText]
    cohort: Mapped[int | None]
    value: Mapped[float]
    import_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_runs.id"))


class Inspection(Base):
    """An Ofsted inspection; grades of the old framework and report cards are kept apart by `framework`."""

    __tablename__ = "inspections"
    __table_args__ = (
        sa.UniqueConstraint("urn", "inspected_on", "framework"),
        sa.CheckConstraint("overall IS NULL OR overall BETWEEN 1 AND 4", name="grade_1_to_4"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    urn: Mapped[int] = mapped_column(index=True)
    inspected_on: Mapped[date | None]
    framework: Mapped[ShortText]
    overall: Mapped[int | None]
    judgements: Mapped[dict[str, Any]] = mapped_column(default=dict)
    import_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_runs.id"))
