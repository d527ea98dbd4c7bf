"""Opening, finding and ending the sessions of people who are signed in."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.contacts import Contact
from models.sign_in import SignInBy, StaffSession
from queries import staff
from queries.staff import Staff
from rules.errors import Refused
from rules.staff import is_over

TOKEN_BYTES = 32
SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is known when somebody was last here: a page is not worth a write each."""


@dataclass(frozen=True, slots=True)
class Open:
    """A session that is open, and who it is. `stale` asks for `seen`."""

    id: int
    person: Staff
    stale: bool


def open_session(
    session: Session, contact_id: int, how: SignInBy, *, now: datetime, lasts: timedelta, before: str | None = None
) -> str:
    """A new session; its token, 256 random bits, which is given to the browser and kept nowhere.

    A session that the browser had `before` ends, so that nobody can hand somebody a session of their own to use
    (session fixation).
    """
    if before is not None:
        end(session, before, now=now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        StaffSession(
            token_sha256=fingerprint(token),
            contact_id=contact_id,
            signed_in_by=how,
            created_at=now,
            last_seen_at=now,
            expires_at=now + lasts,
        )
    )
    return token


def find(session: Session, token: str, *, now: datetime, as_of: date, idle: timedelta) -> Open | None:
    """The open session of a token with the person's roles of the day.

    None: it was never given, has ended, or its person holds no role any more.
    """
    found = staff.by_session(session, fingerprint(token), as_of)
    if found is None:
        return None
    row, person = found
    if is_over(now, last_seen_at=row.last_seen_at, expires_at=row.expires_at, revoked_at=row.revoked_at, idle=idle):
        return None
    return Open(row.id, person, now - row.last_seen_at >= SEEN_EVERY)


def seen(session: Session, session_id: int, *, now: datetime) -> None:
    """Somebody is still here."""
    session.execute(
        sa.update(StaffSession)
        .where(StaffSession.id == session_id, StaffSession.last_seen_at < now)
        .values(last_seen_at=now)
    )


def end(session: Session, token: str, *, now: datetime, by: str = "sign-out") -> None:
    """End the session of a token; nothing happens when there is none."""
    session.execute(
        sa.update(StaffSession)
        .where(StaffSession.token_sha256 == fingerprint(token), StaffSession.revoked_at.is_(None))
        .values(revoked_at=now, revoked_by=by)
    )


def revoke(session: Session, *, now: datetime, by: str, session_id: int | None = None, email: str | None = None) -> int:
    """End one session, or all of a person; how many were open.

    Raises:
        Refused: there is no such session or person.
    """
    wanted = sa.update(StaffSession).where(StaffSession.revoked_at.is_(None))
    if session_id is not None:
        if session.get(StaffSession, session_id) is None:
            raise Refused(f"There is no session number {session_id}.")
        wanted = wanted.where(StaffSession.id == session_id)
    if email is not None:
        wanted = wanted.where(StaffSession.contact_id == _contact_of(session, email))
    done = session.scalars(wanted.values(revoked_at=now, revoked_by=by).returning(StaffSession.id))
    return len(done.all())


def fingerprint(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _contact_of(session: Session, email: str) -> int:
    found = session.scalar(sa.select(Contact.id).where(Contact.email == email.strip().lower()))
    if found is None:
        raise Refused(f"There is no contact with the address {email}.")
    return found
