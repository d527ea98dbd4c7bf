"""Who of the council and the Board may sign in, and who is signed in."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.contacts import Contact, ContactRole, Role
from models.sign_in import StaffSession
from models.staff import StaffRole
from queries.people import is_held_on
from rules.staff import ROLES, staff_roles


@dataclass(frozen=True, slots=True)
class Staff:
    """One person of the council or the Board, with the roles of the day."""

    contact_id: int
    name: str
    email: str
    roles: frozenset[StaffRole]


def by_email(session: Session, email: str, as_of: date) -> Staff | None:
    """The person at an address, if they hold a role of the council or the Board on the day; else None."""
    return next(iter(_staff(session, as_of, Contact.email == email.strip().lower())), None)


def by_contact(session: Session, contact_id: int, as_of: date) -> Staff | None:
    """The same for a contact's id."""
    return next(iter(_staff(session, as_of, Contact.id == contact_id)), None)


def everybody(session: Session, as_of: date) -> list[Staff]:
    """Everybody who could sign in on the day, in a stable order."""
    return _staff(session, as_of)


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session as an operator sees it: ids and times, no token."""

    id: int
    contact_id: int
    name: str
    signed_in_by: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


def sessions(session: Session, *, now: datetime, ended: bool = False) -> list[SessionLine]:
    """Sessions, newest first: those that may still be open, or all."""
    wanted = sa.select(StaffSession).order_by(StaffSession.id.desc())
    if not ended:
        wanted = wanted.where(StaffSession.revoked_at.is_(None), StaffSession.expires_at > now)
    return [
        SessionLine(
            id=one.id,
            contact_id=one.contact_id,
            name=one.contact.name,
            signed_in_by=one.signed_in_by.value,
            created_at=one.created_at,
            last_seen_at=one.last_seen_at,
            expires_at=one.expires_at,
            revoked_at=one.revoked_at,
        )
        for one in session.scalars(wanted.options(sa.orm.joinedload(StaffSession.contact)))
    ]


def by_session(session: Session, token_sha256: str, as_of: date) -> tuple[StaffSession, Staff] | None:
    """A session by what is stored of its token, open or not, with its person; None when they hold no role that day.

    One question, for it is asked before every page.
    """
    rows = session.execute(
        sa.select(StaffSession, Contact, ContactRole.role)
        .join(Contact, Contact.id == StaffSession.contact_id)
        .join(ContactRole, ContactRole.contact_id == Contact.id)
        .where(StaffSession.token_sha256 == token_sha256, *_of_staff(as_of))
    ).all()
    if not rows:
        return None
    found, contact, _ = rows[0]
    return found, Staff(contact.id, contact.name, contact.email, staff_roles({role for *_, role in rows}))


def _staff(session: Session, as_of: date, *which: sa.ColumnElement[bool]) -> list[Staff]:
    rows = session.execute(
        sa.select(Contact, ContactRole.role)
        .join(ContactRole, ContactRole.contact_id == Contact.id)
        .where(*_of_staff(as_of), *which)
        .order_by(Contact.id)
    )
    held: dict[int, tuple[Contact, set[Role]]] = {}
    for contact, role in rows:
        held.setdefault(contact.id, (contact, set()))[1].add(role)
    return [Staff(one.id, one.name, one.email, staff_roles(roles)) for one, roles in held.values()]


def _of_staff(as_of: date) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        ContactRole.role.in_(list(ROLES)),
        ContactRole.urn.is_(None),
        ContactRole.provider_id.is_(None),
        is_held_on(as_of),
    )
