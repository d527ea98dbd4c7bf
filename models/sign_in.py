"""Who is signed in, who is on the way to it, and how often somebody has tried. Tokens are kept as SHA-256 only."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, ShortText, str_enum
from models.contacts import Contact


class SignInBy(enum.StrEnum):
    """`demo`: chosen from a list, which a demo alone shows."""

    LINK = "link"
    OPENID = "openid"
    DEMO = "demo"


class StaffSession(Base):
    """One browser in which an officer or member of the Board is signed in, until it is left idle, too old or revoked.

    What the person may do is not kept here: their roles of the day are asked at every request.
    """

    __tablename__ = "staff_sessions"
    __table_args__ = (sa.CheckConstraint("expires_at > created_at", name="ends_after_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[ShortText] = mapped_column(unique=True)
    contact_id: Mapped[int] = mapped_column(sa.ForeignKey("contacts.id"), index=True)
    signed_in_by: Mapped[SignInBy] = mapped_column(str_enum(SignInBy, "signed_in_by"))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[ShortText | None]

    contact: Mapped[Contact] = relationship()


class OpenIdRequest(Base):
    """A browser that was sent to the council's own sign-in (OpenID Connect) and has not come back yet.

    `browser_sha256` is of a cookie, so that an answer is taken only in the browser that asked.
    """

    __tablename__ = "openid_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    state_sha256: Mapped[ShortText] = mapped_column(unique=True)
    browser_sha256: Mapped[ShortText]
    nonce: Mapped[ShortText]
    code_verifier: Mapped[ShortText]
    go_on_to: Mapped[ShortText]
    created_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class Attempt(Base):
    """How often somebody has tried something within one window of time: shared by all processes of the pages.

    `who_sha256` is a keyed hash of an address: of the network's, or of an e-mail.
    """

    __tablename__ = "attempts"
    __table_args__ = (sa.UniqueConstraint("kind", "who_sha256", "window_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ShortText]
    who_sha256: Mapped[ShortText]
    window_at: Mapped[datetime] = mapped_column(index=True)
    count: Mapped[int] = mapped_column(default=1)
