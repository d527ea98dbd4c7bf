"""Tokens with which other programs use the API. Only the SHA-256 is kept."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, ShortText, str_enum
from models.staff import StaffRole


class ApiToken(Base):
    """`name` says which program has it; `made_by` who gave it."""

    __tablename__ = "api_tokens"
    __table_args__ = (sa.CheckConstraint("expires_at IS NULL OR expires_at > created_at", name="ends_after_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[ShortText] = mapped_column(unique=True)
    role: Mapped[StaffRole] = mapped_column(str_enum(StaffRole, "role"))
    token_sha256: Mapped[ShortText] = mapped_column(unique=True)
    made_by: Mapped[ShortText]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
