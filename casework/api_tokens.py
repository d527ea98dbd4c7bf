"""Making, finding and revoking the tokens with which other programs use the API."""

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework.sessions import fingerprint
from models.api_tokens import ApiToken
from models.staff import StaffRole
from rules.errors import Refused

USED_EVERY = timedelta(minutes=1)
PREFIX = "sib_"
"""So that a token that strays into a repository is recognised by scanners of secrets."""


def make(
    session: Session, name: str, role: StaffRole, *, by: str, now: datetime, expires_at: datetime | None = None
) -> str:
    """A new token, 256 random bits; shown once and kept nowhere.

    Raises:
        Refused: the name is taken.
    """
    if session.scalar(sa.select(ApiToken.id).where(ApiToken.name == name)) is not None:
        raise Refused(f"There is a token named {name} already.")
    token = PREFIX + secrets.token_urlsafe(32)
    session.add(
        ApiToken(
            name=name, role=role, token_sha256=fingerprint(token), made_by=by, created_at=now, expires_at=expires_at
        )
    )
    return token


def find(session: Session, token: str, *, now: datetime) -> tuple[int, StaffRole] | None:
    """Number and role of a token that is in use; None for any other."""
    row = session.scalars(sa.select(ApiToken).where(ApiToken.token_sha256 == fingerprint(token))).one_or_none()
    if row is None or row.revoked_at is not None or (row.expires_at is not None and now >= row.expires_at):
        return None
    if row.last_used_at is None or now - row.last_used_at >= USED_EVERY:
        row.last_used_at = now
    return row.id, row.role


def revoke(session: Session, number: int, *, now: datetime) -> None:
    """Take a token out of use.

    Raises:
        Refused: there is none of this number.
    """
    row = session.get(ApiToken, number)
    if row is None:
        raise Refused(f"There is no token number {number}.")
    row.revoked_at = row.revoked_at or now
