"""Trusts and federations, and which school is in which, from when to when."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feeds.rows import GroupMembershipRow, GroupRow
from intake.report import Taken
from intake.upserting import Counts, upsert
from models.schools import School, Trust, TrustMembership
from queries.in_parts import in_parts

LONG_AGO = date(1900, 1, 1)


def write_groups(
    session: Session, groups: Sequence[GroupRow], memberships: Sequence[GroupMembershipRow], *, as_of: date
) -> Taken:
    """Keep every group; count a school's trust by its type, since one academy stands under trust and sponsor alike.

    A sponsor is no trust. A school that moves to another trust of the same type leaves the old one the day before.
    """
    rows = [
        {
            "uid": group.uid,
            "name": group.name,
            "type_name": group.type_name,
            "status": group.status,
            "opened_on": group.opened_on,
            "closed_on": group.closed_on,
        }
        for group in groups
    ]
    named = {one["uid"] for one in rows}
    rows += [
        {"uid": one.uid, "name": one.group_name, "type_name": one.type_name, "status": "open"}
        for one in {m.uid: m for m in memberships}.values()
        if one.uid not in named
    ]
    counts = write_trusts(session, rows, only_new=False)
    joined = [one for one in memberships if "sponsor" not in one.type_name.lower()]
    known = _known(session, {one.urn for one in joined})
    more = write_memberships(
        session, [(one.urn, one.uid, one.joined_on) for one in joined if one.urn in known], as_of=as_of
    )
    notes = []
    if len(joined) < len(memberships):
        notes.append(f"{len(memberships) - len(joined)} rows name a sponsor, which is no trust.")
    strangers = sum(one.urn not in known for one in joined)
    if strangers:
        notes.append(f"{strangers} memberships are of schools that have not been imported.")
    return Taken(counts + more, tuple(notes))


def write_trusts(session: Session, rows: Sequence[dict[str, Any]], *, only_new: bool) -> Counts:
    """Bring the trusts in line; with `only_new` a trust that is known keeps what a better file said of it."""
    if only_new:
        known: set[str] = set()
        for chunk in in_parts(sorted(row["uid"] for row in rows)):
            known |= set(session.scalars(sa.select(Trust.uid).where(Trust.uid.in_(chunk))))
        rows = [row for row in rows if row["uid"] not in known]
    by_shape: dict[frozenset[str], list[dict[str, Any]]] = {}
    for row in rows:
        by_shape.setdefault(frozenset(row), []).append(row)
    return sum((upsert(session, Trust, ("uid",), batch, keep_known=True) for batch in by_shape.values()), Counts())


def write_memberships(session: Session, rows: Sequence[tuple[int, str, date | None]], *, as_of: date) -> Counts:
    """Keep which school (URN) is in which trust (UID), since when if the file says.

    How many are new and how many known.
    """
    current: dict[int, dict[str, TrustMembership]] = {}
    kinds = dict(session.execute(sa.select(Trust.uid, Trust.type_name)).tuples().all())
    for chunk in in_parts(sorted({urn for urn, _, _ in rows})):
        for one in session.scalars(
            sa.select(TrustMembership).where(TrustMembership.urn.in_(chunk), TrustMembership.ends_on.is_(None))
        ):
            current.setdefault(one.urn, {})[one.uid] = one
    unchanged = 0
    made: list[TrustMembership] = []
    for urn, uid, joined_on in dict.fromkeys(rows):
        held = current.setdefault(urn, {})
        if uid in held:
            unchanged += 1
            continue
        starts_on = joined_on or LONG_AGO
        for other in [one for one in held.values() if _rivals(kinds, one.uid, uid)]:
            starts_on = max(joined_on or as_of, other.starts_on + timedelta(days=1))
            other.ends_on = starts_on - timedelta(days=1)
            del held[other.uid]
        held[uid] = TrustMembership(urn=urn, uid=uid, starts_on=starts_on)
        made.append(held[uid])
    session.flush()
    session.bulk_save_objects(made)
    return Counts(len(made), 0, unchanged)


def _rivals(kinds: dict[str, str], one: str, other: str) -> bool:
    """Two trusts exclude each other; a federation may stand beside a trust."""
    first, second = kinds.get(one, "").lower(), kinds.get(other, "").lower()
    return ("trust" in first) == ("trust" in second)


def _known(session: Session, urns: set[int]) -> set[int]:
    found: set[int] = set()
    for chunk in in_parts(sorted(urns)):
        found |= set(session.scalars(sa.select(School.urn).where(School.urn.in_(chunk))))
    return found
