"""Contacts with their roles and substitutes, and the Board: the council's own files, right or refused as a whole."""

from collections import defaultdict
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
from queries.in_parts import in_parts

# Roles that one person holds at a place; a new holder ends the old one's.
_SINGLE = frozenset({Role.HEAD, Role.PROVIDER_LEAD})
AT_ONCE = 2_000


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
    pairs = set(session.execute(sa.select(Substitute.contact_id, Substitute.substitute_id)).tuples())
    for some in in_parts(rows, AT_ONCE):
        counts += _roles(session, some, ids, codes)
        counts += _stand_ins(session, some, ids, pairs)
        for one in [held for held in session if isinstance(held, ContactRole)]:
            session.expunge(one)  # a nation's contacts are not held in memory twice
    return Taken(counts)


def _roles(session: Session, rows: Sequence[ContactRow], ids: dict[str, int], codes: dict[str, int]) -> Counts:
    """The roles of some rows: those that the places hold already are read at once."""
    held: dict[tuple[Role, int | None, int | None], list[ContactRole]] = defaultdict(list)
    providers = {codes[row.provider_code] for row in rows if row.provider_code}
    for column, places in (
        (ContactRole.urn, {row.urn for row in rows if row.urn}),
        (ContactRole.provider_id, providers),
    ):
        for chunk in in_parts(sorted(places)):
            for one in session.scalars(sa.select(ContactRole).where(column.in_(chunk)).order_by(ContactRole.id)):
                held[one.role, one.urn, one.provider_id].append(one)
    counts = Counts()
    made: list[ContactRole] = []
    for row in rows:
        provider_id = codes[row.provider_code] if row.provider_code else None
        where = (Role(row.role), row.urn, provider_id)
        if row.urn is None and provider_id is None:
            counts += _role(session, ids[row.email], where[0], row.starts_on, row.ends_on)
            continue
        new, count = _hold(held[where], ids[row.email], where, row.starts_on, row.ends_on)
        if new is not None:
            made.append(new)
            held[where].append(new)
        counts += count
    session.flush()
    session.bulk_save_objects(made)
    return counts


def _stand_ins(
    session: Session, rows: Sequence[ContactRow], ids: dict[str, int], pairs: set[tuple[int, int]]
) -> Counts:
    counts, new = Counts(), []
    for row in rows:
        if row.substitute_email:
            pair = (ids[row.email], ids[row.substitute_email])
            if pair in pairs:
                counts += Counts(unchanged=1)
                continue
            new.append({"contact_id": pair[0], "substitute_id": pair[1]})
            pairs.add(pair)
            counts += Counts(written=1)
    if new:
        session.execute(sa.insert(Substitute), new)
    return counts


def write_board(session: Session, rows: Sequence[BoardPersonRow]) -> Taken:
    """Keep groups with their correspondents, members, the Chair and designated substitutes."""
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
        if row.kind in {"substitute", "correspondent"}:
            continue
        role = Role.CHAIR if row.kind == "chair" else Role.MEMBER
        counts += _role(session, ids[row.email], role, row.starts_on, row.ends_on)
        member, count = _member(session, row, ids[row.email], groups.get(row.group_code or ""))
        members[row.email] = member
        counts += count
    for row in rows:
        if row.kind == "substitute" and row.substitute_for_email:
            counts += _designate(session, members[row.substitute_for_email], ids[row.email], row.starts_on, row.ends_on)
        elif row.kind == "correspondent":
            counts += _correspond(session, groups[row.group_code or ""], ids[row.email])
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


def _role(session: Session, contact_id: int, role: Role, starts_on: date, ends_on: date | None) -> Counts:
    """A role in the council or the Board, which is held at no place."""
    here = session.scalars(
        sa.select(ContactRole).where(
            ContactRole.role == role, ContactRole.contact_id == contact_id, ContactRole.urn.is_(None)
        )
    ).all()
    new, counts = _hold(here, contact_id, (role, None, None), starts_on, ends_on)
    if new is not None:
        session.add(new)
        session.flush()
    return counts


def _hold(
    here: Sequence[ContactRole],
    contact_id: int,
    where: tuple[Role, int | None, int | None],
    starts_on: date,
    ends_on: date | None,
) -> tuple[ContactRole | None, Counts]:
    """A role to add to those held here, or None where it is among them; a new head ends the old one's."""
    for held in here:
        if held.contact_id == contact_id and held.starts_on == starts_on:
            if held.ends_on == ends_on:
                return None, Counts(unchanged=1)
            held.ends_on = ends_on
            return None, Counts(changed=1)
    role, urn, provider_id = where
    if role in _SINGLE:
        for held in here:
            if held.contact_id != contact_id and held.ends_on is None and held.starts_on < starts_on:
                held.ends_on = starts_on - timedelta(days=1)
    new = ContactRole(
        contact_id=contact_id, role=role, urn=urn, provider_id=provider_id, starts_on=starts_on, ends_on=ends_on
    )
    return new, Counts(written=1)


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


def _correspond(session: Session, group_id: int, contact_id: int) -> Counts:
    group = session.get_one(NominatingGroup, group_id)
    if group.contact_id == contact_id:
        return Counts(unchanged=1)
    group.contact_id = contact_id
    return Counts(changed=1)
