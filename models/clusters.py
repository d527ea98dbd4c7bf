"""Level 1 and level 2 of the partnership: family clusters and alliances [4.2], with dated membership [3.2]."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, ShortText, dated, one_current
from models.schools import School


class Alliance(Base):
    __tablename__ = "alliances"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[ShortText] = mapped_column(unique=True)
    name: Mapped[ShortText]


class Cluster(Base):
    """A family cluster (School Improvement Zone): schools of all types in one pyramid."""

    __tablename__ = "clusters"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[ShortText] = mapped_column(unique=True)
    name: Mapped[ShortText]
    alliance_id: Mapped[int | None] = mapped_column(sa.ForeignKey("alliances.id"), index=True)
    family_partnership_zone: Mapped[ShortText | None]

    alliance: Mapped[Alliance | None] = relationship()


class ClusterAlignment(Base):
    """From when to when a cluster was in an alliance and a Family Partnership Zone; the row of the cluster itself says
    the latest.
    """

    __tablename__ = "cluster_alignments"
    __table_args__ = (dated(), one_current("uq_cluster_alignments_current", "cluster_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey("clusters.id"), index=True)
    alliance_id: Mapped[int | None] = mapped_column(sa.ForeignKey("alliances.id"))
    family_partnership_zone: Mapped[ShortText | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class ClusterMembership(Base):
    __tablename__ = "cluster_memberships"
    __table_args__ = (dated(), one_current("uq_cluster_memberships_current", "urn"))

    id: Mapped[int] = mapped_column(primary_key=True)
    urn: Mapped[int] = mapped_column(sa.ForeignKey("schools.urn"), index=True)
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey("clusters.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    school: Mapped[School] = relationship()
    cluster: Mapped[Cluster] = relationship()


class ClusterLead(Base):
    """Staff whom a cluster nominates for activities across it [4.7]."""

    __tablename__ = "cluster_leads"
    __table_args__ = (dated(),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey("clusters.id"), index=True)
    contact_id: Mapped[int] = mapped_column(sa.ForeignKey("contacts.id"), index=True)
    responsibility: Mapped[ShortText]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
