"""A national round to chase: schools, heads, active cases and their open updates, written in bulk.

One update a school and none of its provider's, so that n updates are n decisions and n personal e-mails, as many as the
floor sends.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine

from casework.desk import desk_for
from config.database import session_factory
from intake.themes import seed_themes
from models.calendar import HalfTerm, TermCalendar
from models.commissions import Commission, CommissionState
from models.contacts import Contact, ContactRole, Role
from models.links import Link
from models.messages import Message, Notice, TakenBack
from models.providers import Provider, ProviderType, Reach
from models.rounds import ImpactUpdate, Round, UpdateParty
from models.schools import School

DAY = date(2026, 11, 12)
BEGAN = date(2026, 9, 1)
HALF_TERMS = (
    (date(2026, 9, 2), date(2026, 10, 23)),
    (date(2026, 11, 2), date(2026, 12, 18)),
    (date(2027, 1, 4), date(2027, 2, 12)),
    (date(2027, 2, 22), date(2027, 3, 24)),
    (date(2027, 4, 12), date(2027, 5, 28)),
    (date(2027, 6, 7), date(2027, 7, 21)),
)
SCHOOLS_A_PROVIDER = 100
FIRST_URN = 200_000
ROWS = 5_000


def make(engine: Engine, n: int) -> None:
    """Write a world whose round asks `n` schools on `DAY`."""
    with session_factory(engine).begin() as session:
        seed_themes(session)
        calendar = TermCalendar(code="area:838")
        session.add(calendar)
        session.flush()
        session.add_all(
            HalfTerm(calendar_id=calendar.id, academic_year="2026-27", number=number, starts_on=first, ends_on=last)
            for number, (first, last) in enumerate(HALF_TERMS, 1)
        )
        session.add(Round(id=1, academic_year="2026-27", number=2, opened_on=DAY))
        session.add(Contact(id=1, email="officer@council.example", first_name="Sam", surname="Hallett"))
        session.flush()
        session.add(ContactRole(contact_id=1, role=Role.OFFICER, starts_on=BEGAN))
        desk_for(session, DAY)  # the key that links are derived with is made before anything is timed
    with session_factory(engine).begin() as session:
        for table, rows in _tables(n):
            while batch := list(islice(rows, ROWS)):
                session.execute(sa.insert(table), batch)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("SELECT setval('contacts_id_seq', 10000000)")
            connection.exec_driver_sql("ANALYZE")


def again(engine: Engine) -> None:
    """Undo a chase, so that the same round can be chased once more."""
    with session_factory(engine).begin() as session:
        for table in (TakenBack, Notice, Message, Link):
            session.execute(sa.delete(table))
        session.execute(sa.update(ImpactUpdate).values(next_step_on=DAY, last_rung=None))


def _tables(n: int) -> Iterator[tuple[Any, Iterator[dict[str, Any]]]]:
    everyone = range(1, n + 1)
    yield (
        Provider,
        (
            {
                "id": number,
                "code": f"P{number}",
                "name": f"Alliance {number}",
                "type": ProviderType.TSA,
                "reach": Reach.LOCAL,
                "capacity": 1000,
                "day_rate_pence": 60_000,
                "valid_from": BEGAN,
            }
            for number in range(1, n // SCHOOLS_A_PROVIDER + 2)
        ),
    )
    yield (
        School,
        (
            {
                "urn": FIRST_URN + k,
                "name": f"St Wite’s Church of England Primary School No. {k}",
                "la_code": 838,
                "type_name": "Community school",
                "phase": "Primary",
            }
            for k in everyone
        ),
    )
    yield (
        Contact,
        (
            {"id": 1 + k, "email": f"head{k}@school{k % 997}.example", "first_name": "Priya", "surname": f"Shah-{k}"}
            for k in everyone
        ),
    )
    yield (
        ContactRole,
        ({"contact_id": 1 + k, "role": Role.HEAD, "urn": FIRST_URN + k, "starts_on": BEGAN} for k in everyone),
    )
    yield (
        Commission,
        (
            {
                "id": k,
                "reference": f"SIB-2026-{k:06d}",
                "urn": FIRST_URN + k,
                "theme": "maths",
                "state": CommissionState.ACTIVE,
                "state_since": BEGAN,
                "next_due_on": date(2027, 7, 22),
                "next_round_on": date(2027, 1, 5),
                "reason": "Maths is low.",
                "cost_pence": 480_000,
                "officer_id": 1,
                "provider_id": 1 + k // SCHOOLS_A_PROVIDER,
                "identified_on": BEGAN,
                "starts_on": BEGAN,
                "ends_on": date(2027, 7, 21),
            }
            for k in everyone
        ),
    )
    yield (
        ImpactUpdate,
        (
            {
                "id": k,
                "round_id": 1,
                "commission_id": k,
                "party": UpdateParty.SCHOOL,
                "opened_on": DAY,
                "due_on": DAY + timedelta(days=14),
                "closes_on": date(2026, 12, 18),
                "next_step_on": DAY,
            }
            for k in everyone
        ),
    )
