"""Priorities: what the evidence says needs support, with that evidence."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, LongText, ShortText, str_enum


class PriorityScope(enum.StrEnum):
    SCHOOL = "school"
    AREA = "area"


class PrioritySource(enum.StrEnum):
    """Who recorded the evidence."""

    ANALYSIS = "analysis"
    OFFICER = "officer"
    MEMBER = "member"
    SCHOOL = "school"


class IdentificationRun(Base):
    """One run of the analysis over an area on a day; `digest` is a hash of its results, the same for the same data."""

    __tablename__ = "identification_runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    la_code: Mapped[int]
    as_of: Mapped[date]
    digest: Mapped[ShortText]
    run_at: Mapped[datetime]
    schools: Mapped[int]
    findings: Mapped[int]


class Priority(Base):
    """`is_concern`: the school is a cause for concern (below the 99.8% limit), not only an area-wide theme."""

    __tablename__ = "priorities"
    __table_args__ = (
        sa.CheckConstraint("(scope = 'school') = (urn IS NOT NULL)", name="school_has_urn"),
        sa.UniqueConstraint("run_id", "urn", "theme"),
        sa.Index("ix_priorities_school_theme", "urn", "theme"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("identification_runs.id"), index=True)
    scope: Mapped[PriorityScope] = mapped_column(str_enum(PriorityScope, "scope"))
    source: Mapped[PrioritySource] = mapped_column(str_enum(PrioritySource, "source"))
    la_code: Mapped[int | None]
    urn: Mapped[int | None] = mapped_column(sa.ForeignKey("schools.urn"))
    theme: Mapped[str] = mapped_column(sa.ForeignKey("themes.code"))
    rank: Mapped[int | None]
    score: Mapped[float | None]
    level: Mapped[ShortText]
    is_concern: Mapped[bool] = mapped_column(default=False)
    sentence: Mapped[LongText]
    evidence: Mapped[list[Any]] = mapped_column(default=list)
    recorded_on: Mapped[date]
