"""People, the roles they hold from when to when, and who stands in for them."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, LongText, ShortText, dated, str_enum


class Role(enum.StrEnum):
    HEAD = "head"
    DEPUTY = "deputy"
    PROVIDER_LEAD = "provider-lead"
    PROVIDER_DEPUTY = "provider-deputy"
    OFFICER = "officer"
    FINANCE = "finance"
    ADMIN = "admin"
    CHAIR = "chair"
    MEMBER = "member"


class Contact(Base):
    """One person at one address. `address_dead_at` is set by a hard bounce: nothing more is sent there."""

    __tablename__ = "contacts"
    __table_args__ = (sa.CheckConstraint("email = lower(email)", name="email_lower_case"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[ShortText] = mapped_column(unique=True)
    title: Mapped[ShortText | None]
    first_name: Mapped[ShortText]
    surname: Mapped[ShortText]
    phone: Mapped[ShortText | None]
    address_dead_at: Mapped[datetime | None]

    roles: Mapped[list["ContactRole"]] = relationship(back_populates="contact")

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.surname}"


class ContactRole(Base):
    """A role at a school (`urn`), at a provider (`provider_id`) or in the council and Board (neither)."""

    __tablename__ = "contact_roles"
    __table_args__ = (
        dated(),
        sa.CheckConstraint("urn IS NULL OR provider_id IS NULL", name="one_place"),
        sa.Index("ix_contact_roles_school", "urn", "role"),
        sa.Index("ix_contact_roles_provider", "provider_id", "role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(sa.ForeignKey("contacts.id"), index=True)
    role: Mapped[Role] = mapped_column(str_enum(Role, "role"))
    urn: Mapped[int | None] = mapped_column(sa.ForeignKey("schools.urn"))
    provider_id: Mapped[int | None] = mapped_column(sa.ForeignKey("providers.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    contact: Mapped[Contact] = relationship(back_populates="roles")


class Substitute(Base):
    """Who is written to instead of a person, from a day until their return; without dates, a standing deputy."""

    __tablename__ = "substitutes"
    __table_args__ = (
        dated(),
        sa.CheckConstraint("contact_id <> substitute_id", name="somebody_else"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(sa.ForeignKey("contacts.id"), index=True)
    substitute_id: Mapped[int] = mapped_column(sa.ForeignKey("contacts.id"), index=True)
    reason: Mapped[LongText] = mapped_column(default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
