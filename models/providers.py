"""Providers: anyone who can deliver support [ToR], with what they can do, for whom, and from when to when."""

import enum
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, LongText, Pence, ShortText, dated, str_enum


class ProviderType(enum.StrEnum):
    TSA = "tsa"
    SIP = "sip"
    NLE = "nle"
    MAT = "mat"
    TEACHING_SCHOOL_HUB = "teaching-school-hub"
    CURRICULUM_HUB = "curriculum-hub"
    COUNCIL = "council"
    SCHOOL = "school"


class Reach(enum.StrEnum):
    LOCAL = "local"
    REGIONAL = "regional"
    NATIONAL = "national"


class Provider(Base):
    """`capacity` is the number of commissions that the provider can deliver at once."""

    __tablename__ = "providers"
    __table_args__ = (
        dated("valid_from", "valid_to"),
        sa.CheckConstraint("capacity >= 0", name="capacity_not_negative"),
        sa.CheckConstraint("day_rate_pence >= 0", name="day_rate_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[ShortText] = mapped_column(unique=True)
    name: Mapped[ShortText]
    type: Mapped[ProviderType] = mapped_column(str_enum(ProviderType, "type"))
    reach: Mapped[Reach] = mapped_column(str_enum(Reach, "reach"))
    urn: Mapped[int | None] = mapped_column(sa.ForeignKey("schools.urn"), index=True)
    trust_uid: Mapped[str | None] = mapped_column(sa.ForeignKey("trusts.uid"))
    capacity: Mapped[int]
    day_rate_pence: Mapped[Pence]
    postcode: Mapped[ShortText | None]
    easting: Mapped[int | None]
    northing: Mapped[int | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    themes: Mapped[list["ProviderTheme"]] = relationship(cascade="all, delete-orphan")
    stages: Mapped[list["ProviderStage"]] = relationship(cascade="all, delete-orphan")
    clusters: Mapped[list["ProviderCluster"]] = relationship(cascade="all, delete-orphan")
    conflicts: Mapped[list["ProviderConflict"]] = relationship(cascade="all, delete-orphan")


class ProviderTheme(Base):
    __tablename__ = "provider_themes"

    provider_id: Mapped[int] = mapped_column(sa.ForeignKey("providers.id"), primary_key=True)
    theme: Mapped[str] = mapped_column(sa.ForeignKey("themes.code"), primary_key=True)


class ProviderStage(Base):
    """A key stage (EYFS, KS1 … KS5) that the provider works in."""

    __tablename__ = "provider_stages"

    provider_id: Mapped[int] = mapped_column(sa.ForeignKey("providers.id"), primary_key=True)
    stage: Mapped[ShortText] = mapped_column(primary_key=True)


class ProviderCluster(Base):
    """The TSA and the SIP that a cluster is linked to [Rec]."""

    __tablename__ = "provider_clusters"
    __table_args__ = (dated(),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(sa.ForeignKey("providers.id"), index=True)
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey("clusters.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class ProviderConflict(Base):
    """A conflict of interest with one school that the provider has declared."""

    __tablename__ = "provider_conflicts"
    __table_args__ = (sa.UniqueConstraint("provider_id", "urn"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(sa.ForeignKey("providers.id"), index=True)
    urn: Mapped[int] = mapped_column(sa.ForeignKey("schools.urn"), index=True)
    reason: Mapped[LongText]
