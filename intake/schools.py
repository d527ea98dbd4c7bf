"""Schools, their types over time, and the links between old URNs and new ones."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feeds.rows import SchoolLinkRow, SchoolRow
from intake.report import Taken
from intake.trusts import write_memberships, write_trusts
from intake.upserting import upsert
from models.results import Inspection
from models.schools import Authority, School, SchoolLink, SchoolStatus, SchoolTypeSpell
from queries.in_parts import in_parts

LONG_AGO = date(1900, 1, 1)


def write_schools(session: Session, rows: Sequence[SchoolRow], *, as_of: date) -> Taken:
    """Bring the schools of a list in line with it; a list of some schools says nothing of the others.

    What a file does not give does not blank what another gave. A school that has changed its type keeps the old one
    until the day before `as_of`. A new name is noted.
    """
    names = _names(session, [row.urn for row in rows])
    counts = upsert(session, School, ("urn",), [_school(row) for row in rows], keep_known=True)
    authorities = {row.la_code: row.la_name for row in rows if row.la_code is not None and row.la_name}
    upsert(session, Authority, ("code",), [{"code": code, "name": name} for code, name in authorities.items()])
    renamed = [row for row in rows if row.urn in names and names[row.urn] != row.name]
    _types(session, rows, as_of=as_of)
    inspections = [
        {
            "urn": row.urn,
            "inspected_on": row.ofsted_on,
            "framework": _framework(row.ofsted_on),
            "overall": row.ofsted_grade,
        }
        for row in rows
        if row.ofsted_grade is not None and row.ofsted_on is not None
    ]
    counts += upsert(
        session,
        Inspection,
        ("urn", "inspected_on", "framework"),
        [{**one, "judgements": {}} for one in inspections],
    )
    trusts = {
        row.trust_uid: {"uid": row.trust_uid, "name": row.trust_name, "type_name": "Trust", "status": "open"}
        for row in rows
        if row.trust_uid and row.trust_name
    }
    write_trusts(session, list(trusts.values()), only_new=True)
    write_memberships(
        session,
        [(row.urn, row.trust_uid, row.opened_on) for row in rows if row.trust_uid and row.trust_name],
        as_of=as_of,
    )
    notes = tuple(f"URN {row.urn} was {names[row.urn]} and is now {row.name}." for row in renamed)
    return Taken(counts, notes)


def write_links(session: Session, rows: Sequence[SchoolLinkRow]) -> Taken:
    """Keep what is said of two URNs; nothing is taken back by a file that does not repeat it."""
    return Taken(
        upsert(
            session,
            SchoolLink,
            ("urn", "linked_urn", "link_type"),
            [
                {
                    "urn": row.urn,
                    "linked_urn": row.linked_urn,
                    "link_type": row.link_type,
                    "established_on": row.established_on,
                }
                for row in rows
            ],
            keep_known=True,
        )
    )


def _school(row: SchoolRow) -> dict[str, Any]:
    return {
        "urn": row.urn,
        "name": row.name,
        "la_code": row.la_code,
        "establishment_number": row.establishment_number,
        "type_name": row.type_name,
        "is_academy": row.is_academy,
        "status": SchoolStatus(row.status.value),
        "phase": row.phase,
        "low_age": row.low_age,
        "high_age": row.high_age,
        "religious_character": row.religious_character,
        "postcode": row.postcode,
        "easting": row.easting,
        "northing": row.northing,
        "pupils": row.pupils,
        "opened_on": row.opened_on,
        "closed_on": row.closed_on,
    }


def _types(session: Session, rows: Sequence[SchoolRow], *, as_of: date) -> None:
    current: dict[int, SchoolTypeSpell] = {}
    for chunk in in_parts(sorted(row.urn for row in rows)):
        for spell in session.scalars(
            sa.select(SchoolTypeSpell).where(SchoolTypeSpell.urn.in_(chunk), SchoolTypeSpell.ends_on.is_(None))
        ):
            current[spell.urn] = spell
    new = []
    for row in rows:
        held = current.get(row.urn)
        if held is not None and held.type_name == row.type_name:
            continue
        starts_on = row.opened_on or LONG_AGO
        if held is not None:
            starts_on = max(as_of, held.starts_on + timedelta(days=1))
            held.ends_on = starts_on - timedelta(days=1)
        new.append({"urn": row.urn, "type_name": row.type_name, "is_academy": row.is_academy, "starts_on": starts_on})
    session.flush()
    if new:
        session.execute(sa.insert(SchoolTypeSpell), new)


def _names(session: Session, urns: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for chunk in in_parts(sorted(set(urns))):
        found.update(session.execute(sa.select(School.urn, School.name).where(School.urn.in_(chunk))).tuples().all())
    return found


def _framework(inspected_on: date) -> str:
    """A bare grade in a list of schools: made under the framework of its day."""
    return "oeif" if inspected_on >= date(2019, 9, 1) else "pre-2019"
