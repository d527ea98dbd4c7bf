"""Contacts with their roles and substitutes, and the Board: the council's own files, right or refused as a whole."""

from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feeds.rows import BoardPersonRow, ContactRow
from intake.report import Taken
from intake.unknown import refuse_unknown
from intake.upserting import Counts, upsert
from models.board import BoardMember, MemberKind, MemberSubstitute, NominatingGroup
from models.contacts import Contact, ContactRole, Role, Substitute
from models.providers import Provider
from models.schools import School

# Roles that one person holds at a place; a new holder ends the old one's.
_SINGLE = frozenset({Role.HEAD, Role.PROVIDER_LEAD})


def write_contacts(session: Session, rows: Sequence[ContactRow]) -> Taken:
    """Keep people by their address, with each role from when to when. A new head ends the old head's role the day
    before.

    Raises:
        Refused: an unknown school, provider or substitute.
    """
    refuse_unknown("URN", {r.urn for r in rows if r.urn}, set(session.scalars(sa.select(School.urn))))
    codes = dict(session.execute(sa.select(Provider.code, Provider.id)).tuples().all())
    refuse_unknown("provider", {r.provider_code for r in rows if r.provider_code}, set(codes))
    counts = _people(session, rows)
    ids = dict(session.execute(sa.select(Contact.email, Contact.id)).tuples().all())
    refuse_unknown("substitute", {r.substitute_email for r in rows if r.substitute_email}, set(ids))
    for row in rows:
        provider_id = codes[row.provider_code] if row.provider_code else None
        counts += _role(
            session, ids[row.email], Role(row.role), row.starts_on, row.ends_on, urn=row.urn, provider_id=provider_id
        )
        if row.substitute_email:
            counts += _stand_in(session, ids[row.email], ids[row.substitute_email])
    return Taken(counts)


def write_board(session: Session, rows: Sequence[BoardPersonRow]) -> Taken:
    """Keep groups, members, the Chair and designated substitutes."""
    counts = upsert(
        session,
        NominatingGroup,
        ("code",),
        [
            {"code": code, "name": name}
            for code, name in {(r.group_code, r.group_name) for r in rows if r.group_code and r.group_name}
        ],
    )
    counts += _people(session, rows)
    ids = dict(session.execute(sa.select(Contact.email, Contact.id)).tuples().all())
    groups = dict(session.execute(sa.select(NominatingGroup.code, NominatingGroup.id)).tuples().all())
    members: dict[str, BoardMember] = {}
    for row in rows:
        if row.kind == "substitute":
            continue
        role = Role.CHAIR if row.kind == "chair" else Role.MEMBER
        counts += _role(session, ids[row.email], role, row.starts_on, row.ends_on)
        member, count = _member(session, row, ids[row.email], groups.get(row.group_code or ""))
        members[row.email] = member
        counts += count
    for row in rows:
        if row.kind == "substitute" and row.substitute_for_email:
            counts += _designate(session, members[row.substitute_for_email], ids[row.email], row.starts_on, row.ends_on)
    return Taken(counts)


def _people(session: Session, rows: Sequence[ContactRow] | Sequence[BoardPersonRow]) -> Counts:
    return upsert(
        session,
        Contact,
        ("email",),
        [
            {
                "email": row.email,
                "title": row.title,
                "first_name": row.first_name,
                "surname": row.surname,
                "phone": row.phone if isinstance(row, ContactRow) else None,
            }
            for row in rows
        ],
        keep_known=True,
    )


def _role(
    session: Session,
    contact_id: int,
    role: Role,
    starts_on: date,
    ends_on: date | None,
    *,
    urn: int | None = None,
    provider_id: int | None = None,
) -> Counts:
    here = session.scalars(
        sa.select(ContactRole).where(
            ContactRole.role == role, ContactRole.urn == urn, ContactRole.provider_id == provider_id
        )
        if urn is not None or provider_id is not None
        else sa.select(ContactRole).where(
            ContactRole.role == role, ContactRole.contact_id == contact_id, ContactRole.urn.is_(None)
        )
    ).all()
    for held in here:
        if held.contact_id == contact_id and held.starts_on == starts_on:
            if held.ends_on == ends_on:
                return Counts(unchanged=1)
            held.ends_on = ends_on
            return Counts(changed=1)
    if role in _SINGLE:
        for held in here:
            if held.contact_id != contact_id and held.ends_on is None and held.starts_on < starts_on:
                held.ends_on = starts_on - timedelta(days=1)
    session.add(
        ContactRole(
            contact_id=contact_id,
            role=role,
            urn=urn,
            provider_id=provider_id,
            starts_on=starts_on,
            ends_on=ends_on,
        )
    )
    session.flush()
    return Counts(written=1)


def _stand_in(session: Session, contact_id: int, substitute_id: int) -> Counts:
    known = session.scalar(
        sa.select(Substitute.id).where(Substitute.contact_id == contact_id, Substitute.substitute_id == substitute_id)
    )
    if known is not None:
        return Counts(unchanged=1)
    session.add(Substitute(contact_id=contact_id, substitute_id=substitute_id, reason="standing deputy"))
    return Counts(written=1)


def _member(session: Session, row: BoardPersonRow, contact_id: int, group_id: int | None) -> tuple[BoardMember, Counts]:
    kind = MemberKind(row.kind)
    stages = ";".join(row.key_stages)
    found = session.scalars(
        sa.select(BoardMember).where(
            BoardMember.contact_id == contact_id, BoardMember.kind == kind, BoardMember.starts_on == row.starts_on
        )
    ).one_or_none()
    if found is None:
        found = BoardMember(
            contact_id=contact_id,
            group_id=group_id,
            kind=kind,
            stages=stages,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
        )
        session.add(found)
        session.flush()
        return found, Counts(written=1)
    same = (found.group_id, found.stages, found.ends_on) == (group_id, stages, row.ends_on)
    found.group_id, found.stages, found.ends_on = group_id, stages, row.ends_on
    return found, Counts(unchanged=1) if same else Counts(changed=1)


def _designate(session: Session, member: BoardMember, contact_id: int, starts_on: date, ends_on: date | None) -> Counts:
    found = session.scalars(
        sa.select(MemberSubstitute).where(
            MemberSubstitute.member_id == member.id, MemberSubstitute.contact_id == contact_id
        )
    ).one_or_none()
    if found is None:
        session.add(MemberSubstitute(member_id=member.id, contact_id=contact_id, starts_on=starts_on, ends_on=ends_on))
        return Counts(written=1)
    same = (found.starts_on, found.ends_on) == (starts_on, ends_on)
    found.starts_on, found.ends_on = starts_on, ends_on
    return Counts(unchanged=1) if same else Counts(changed=1)
