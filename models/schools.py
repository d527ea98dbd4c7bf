"""Schools, their trusts and types with dates, and the links between a school's old URN and its new one."""

import enum
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, LongText, ShortText, dated, one_current, str_enum


class SchoolStatus(enum.StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    CLOSING = "open-proposed-to-close"
    PROPOSED = "proposed-to-open"


class School(Base):
    """One URN. A school that converts gets a new one; `SchoolLink` joins them over time."""

    __tablename__ = "schools"
    __table_args__ = (
        sa.Index("ix_schools_la_status", "la_code", "status"),
        sa.CheckConstraint("closed_on IS NULL OR opened_on IS NULL OR closed_on >= opened_on", name="dates_in_order"),
    )

    urn: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[ShortText]
    la_code: Mapped[int | None]
    establishment_number: Mapped[int | None]
    type_name: Mapped[ShortText]
    is_academy: Mapped[bool] = mapped_column(default=False)
    status: Mapped[SchoolStatus] = mapped_column(str_enum(SchoolStatus, "status"), default=SchoolStatus.OPEN)
    phase: Mapped[ShortText]
    low_age: Mapped[int | None]
    high_age: Mapped[int | None]
    religious_character: Mapped[ShortText | None]
    postcode: Mapped[ShortText | None]
    easting: Mapped[int | None]
    northing: Mapped[int | None]
    pupils: Mapped[int | None]
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]

    types: Mapped[list["SchoolTypeSpell"]] = relationship(back_populates="school")
    trusts: Mapped[list["TrustMembership"]] = relationship(back_populates="school")


class Authority(Base):
    """A local authority as the list of schools names it."""

    __tablename__ = "authorities"

    code: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[ShortText]


class SchoolTypeSpell(Base):
    """From when to when a URN was of a type; the current one has no end."""

    __tablename__ = "school_type_spells"
    __table_args__ = (dated(), one_current("uq_school_type_spells_current", "urn"))

    id: Mapped[int] = mapped_column(primary_key=True)
    urn: Mapped[int] = mapped_column(sa.ForeignKey("schools.urn"), index=True)
    type_name: Mapped[ShortText]
    is_academy: Mapped[bool]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    school: Mapped[School] = relationship(back_populates="types")


class Trust(Base):
    """A group as GIAS lists it: a multi- or single-academy trust, a federation, a sponsor."""

    __tablename__ = "trusts"

    uid: Mapped[ShortText] = mapped_column(primary_key=True)
    name: Mapped[ShortText]
    type_name: Mapped[ShortText]
    status: Mapped[ShortText] = mapped_column(default="open")
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]


class TrustMembership(Base):
    __tablename__ = "trust_memberships"
    __table_args__ = (dated(), one_current("uq_trust_memberships_current", "urn", "uid"))

    id: Mapped[int] = mapped_column(primary_key=True)
    urn: Mapped[int] = mapped_column(sa.ForeignKey("schools.urn"), index=True)
    uid: Mapped[str] = mapped_column(sa.ForeignKey("trusts.uid"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    school: Mapped[School] = relationship(back_populates="trusts")
    trust: Mapped[Trust] = relationship()


class SchoolLink(Base):
    """What GIAS says of two URNs: predecessor, successor, merged, split, amalgamated."""

    __tablename__ = "school_links"
    __table_args__ = (sa.UniqueConstraint("urn", "linked_urn", "link_type"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    urn: Mapped[int] = mapped_column(index=True)
    linked_urn: Mapped[int] = mapped_column(index=True)
    link_type: Mapped[ShortText]
    established_on: Mapped[date | None]


class SchoolOptOut(Base):
    """A school that takes no part in the arrangements [1.5], from a day until it says otherwise."""

    __tablename__ = "school_opt_outs"
    __table_args__ = (dated(), one_current("uq_school_opt_outs_current", "urn"))

    id: Mapped[int] = mapped_column(primary_key=True)
    urn: Mapped[int] = mapped_column(sa.ForeignKey("schools.urn"), index=True)
    reason: Mapped[LongText]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
