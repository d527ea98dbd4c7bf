"""Issuing and opening the links in e-mails.

A token is derived from the row's nonce; only its SHA-256 is stored (ADR 0006).
"""

import base64
import hashlib
import hmac
import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework.desk import Desk
from casework.numbers import AT_ONCE, numbers
from config.settings import settings
from models.commissions import Commission
from models.links import Link, LinkPurpose
from queries.in_parts import in_parts

TOKEN_BYTES = 16
PATHS = {
    LinkPurpose.SCHOOL_OFFER: "o",
    LinkPurpose.PROVIDER_OFFER: "o",
    LinkPurpose.PLAN_SCHOOL: "p",
    LinkPurpose.PLAN_PROVIDER: "p",
    LinkPurpose.UPDATE: "u",
    LinkPurpose.CASE: "c",
    LinkPurpose.MEETING: "m",
    LinkPurpose.PACK: "b",
    LinkPurpose.GROUP_LETTER: "l",
    LinkPurpose.MINUTES: "stop",
    LinkPurpose.SIGN_IN: "sign-in",
}


def token_of(nonce: bytes, key: bytes) -> str:
    """The token of a link: 128 bits of HMAC-SHA256 (RFC 2104) over its nonce, as 22 characters of a URL."""
    code = hmac.new(key, b"link:" + nonce, hashlib.sha256).digest()[:TOKEN_BYTES]
    return base64.urlsafe_b64encode(code).rstrip(b"=").decode()


def fingerprint(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Issued:
    """A link that was given, as plain values."""

    id: int
    generation: int
    nonce: bytes
    token_sha256: str
    expires_on: date
    live: bool


class Issuing:
    """The links of one purpose for some subjects: those that there are, and new ones, which `write` keeps together.

    The transaction must be a writing one, and end with the batch.
    """

    def __init__(self, desk: Desk, purpose: LinkPurpose, subject_ids: Sequence[int]) -> None:
        self._desk = desk
        self._purpose = purpose
        self._new: list[dict[str, Any]] = []
        self._longer: dict[date, list[int]] = defaultdict(list)
        self._numbers = numbers(desk.session, Link, min(len(subject_ids), AT_ONCE))
        self._issued: dict[tuple[int, int], list[Issued]] = defaultdict(list)
        for some in in_parts(subject_ids):
            rows = desk.session.execute(
                sa.select(
                    Link.subject_id,
                    Link.contact_id,
                    Link.id,
                    Link.generation,
                    Link.nonce,
                    Link.token_sha256,
                    Link.expires_on,
                    Link.revoked_at.is_(None),
                )
                .where(Link.purpose == purpose, Link.subject_id.in_(some))
                .order_by(Link.generation)
            )
            for subject_id, contact_id, *values in rows:
                self._issued[subject_id, contact_id].append(Issued(*values))

    def issue(self, commission_id: int | None, *, subject_id: int, contact_id: int, last_day: date) -> str:
        """The placeholder (`link:ID`) of the one live link of a person and subject; made when there is none.

        It opens until some days after `last_day`, so that a late answer still finds its form. The Board's own links
        belong to no case.
        """
        desk = self._desk
        expires_on = last_day + timedelta(days=desk.policy.link_days_after)
        issued = self._issued[subject_id, contact_id]
        found = next((link for link in reversed(issued) if link.live), None)
        if found is not None and opens_on(found, expires_on, desk.link_key):
            if expires_on > found.expires_on:
                self._longer[expires_on].append(found.id)
            return f"link:{found.id}"
        nonce = secrets.token_bytes(TOKEN_BYTES)
        generation = 1 + max((link.generation for link in issued), default=0)
        made = Issued(
            next(self._numbers), generation, nonce, fingerprint(token_of(nonce, desk.link_key)), expires_on, live=True
        )
        issued.append(made)
        self._new.append(
            {
                "id": made.id,
                "purpose": self._purpose,
                "subject_id": subject_id,
                "commission_id": commission_id,
                "contact_id": contact_id,
                "generation": generation,
                "nonce": nonce,
                "token_sha256": made.token_sha256,
                "expires_on": expires_on,
                "created_at": desk.now,
            }
        )
        return f"link:{made.id}"

    def write(self) -> None:
        """Keep what was issued since the last time."""
        session = self._desk.session
        if self._new:
            session.flush()
            session.connection().execute(sa.insert(Link), self._new)
        for day, ids in self._longer.items():
            session.execute(sa.update(Link).where(Link.id.in_(ids)).values(expires_on=day))
        self._new, self._longer = [], defaultdict(list)


def issue(
    desk: Desk, commission: Commission | None, purpose: LinkPurpose, *, subject_id: int, contact_id: int, last_day: date
) -> str:
    """The same for one person and subject, kept at once."""
    issuing = Issuing(desk, purpose, [subject_id])
    commission_id = commission.id if commission is not None else None
    placeholder = issuing.issue(commission_id, subject_id=subject_id, contact_id=contact_id, last_day=last_day)
    issuing.write()
    return placeholder


def revoke(desk: Desk, commission: Commission) -> None:
    """Close every link of a case that has ended."""
    desk.session.execute(
        sa.update(Link)
        .where(Link.commission_id == commission.id, Link.revoked_at.is_(None))
        .values(revoked_at=desk.now)
    )


def find(session: Session, token: str) -> Link | None:
    """The link of a token, live or not; None for a token that was never given."""
    return session.scalars(sa.select(Link).where(Link.token_sha256 == fingerprint(token))).one_or_none()


def is_open(link: Link, as_of: date) -> bool:
    """Whether a link may still be used on a day: not closed, not too late, and its key is still accepted."""
    return link.revoked_at is None and as_of <= link.expires_on and opens_on(link, as_of, settings().link_key())


def opens_on(link: Link | Issued, day: date, key: bytes) -> bool:
    """Whether a link was made with a key that is accepted on a day: today's, or the one before until its last day."""
    return made_with(link, (key, *settings().link_keys(day)[1:])) is not None


def made_with(link: Link | Issued | sa.Row[Any], keys: Sequence[bytes]) -> bytes | None:
    """Which of these keys a link's token was derived under; None for a key that has been taken out."""
    return next((key for key in keys if fingerprint(token_of(link.nonce, key)) == link.token_sha256), None)


def url(link: Link | sa.Row[Any], base_url: str, key: bytes) -> str:
    """The full address that stands in the e-mail; of a link from before a change of keys, under its own key.

    `link` may be a row of its `purpose`, `nonce`, `token_sha256` and `expires_on` alone.
    """
    own = made_with(link, (key,)) or made_with(link, settings().link_keys(link.expires_on)) or key
    return f"{base_url.rstrip('/')}/{PATHS[link.purpose]}/{token_of(link.nonce, own)}"
