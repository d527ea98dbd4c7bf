"""A person taken out of the records: nothing of them is found, and cases, money and chains are as true as before."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework import chasing, composing, rounds
from casework.events import broken_chains, record
from casework.redaction import redact
from config.fingerprint import content_hashes
from models.base import Base
from models.commissions import Commission
from models.contacts import Contact, ContactRole
from models.events import Event
from models.fund import FundYear
from models.links import Link
from models.messages import Message, MessageState
from models.rounds import ImpactUpdate
from queries.person_records import contact_at, held, traces_of
from rules.errors import Refused
from tests.casework.stages import active, at_stage
from tests.casework.world import SCHOOLS, START, desk_at
from tests.cli.strays import found_in

HEAD = f"head@{SCHOOLS[0]}.example"
TYPED = "Priya Shah"
NOW = START + timedelta(days=40)


def chased(session: Session) -> Commission:
    """An active case whose head has answered an offer, agreed a plan and been chased; and one of a namesake."""
    made = active(session)
    active(session, SCHOOLS[1])
    desk = desk_at(session, START + timedelta(days=23))
    rounds.open_round(desk, made)
    for update in session.scalars(sa.select(ImpactUpdate)):
        chasing.chase(desk, update, chasing.recipients(desk, [made]))
    composing.compose(desk)
    record(desk, made, "note", f"{TYPED.upper()} telephoned from {HEAD}.", {"by": [f"Priya Shah {SCHOOLS[0]}"]})
    return made


pytestmark = at_stage(chased)


def everything(session: Session) -> dict[str, str]:
    session.flush()
    return {
        table.name: "\n".join(str(tuple(row)) for row in session.execute(sa.select(table)))
        for table in Base.metadata.sorted_tables
    }


def test_nothing_of_the_person_is_left_and_the_rest_is_true(session: Session, case: Commission) -> None:
    contact = contact_at(session, HEAD)
    assert contact is not None
    words = {HEAD, contact.name}
    before = everything(session)
    assert {table for table, text in before.items() if found_in(words, text)} >= {"contacts", "messages", "events"}
    counts = {table: text.count("\n") for table, text in before.items()}
    money = session.execute(sa.select(FundYear.__table__)).all()
    states = session.execute(sa.select(Commission.id, Commission.state)).all()
    done = redact(desk_at(session, NOW), HEAD)
    session.flush()
    after = everything(session)
    assert {table: found for table, text in after.items() if (found := found_in(words, text))} == {}
    assert TYPED not in "".join(session.scalars(sa.select(Event.reason).where(Event.commission_id == case.id))), (
        "nor the name that was typed into the form"
    )
    assert {t: text.count("\n") for t, text in after.items() if t != "events"} == {
        t: n for t, n in counts.items() if t != "events"
    }, "no row has gone"
    assert after["events"].count("\n") == counts["events"] + len(done.chains)
    assert session.execute(sa.select(FundYear.__table__)).all() == money
    assert session.execute(sa.select(Commission.id, Commission.state)).all() == states
    assert broken_chains(session) == []
    assert done.roles_ended == 1


def test_a_namesake_keeps_their_name(session: Session, case: Commission) -> None:
    """Both heads typed the same name; only the cases of the one are touched."""
    other = sa.select(Event.id).where(Event.reason.contains(TYPED), Event.commission_id != case.id)
    before = session.scalars(other).all()
    assert before
    redact(desk_at(session, NOW), HEAD)
    assert session.scalars(other).all() == before


def test_the_mark_keeps_the_head_of_the_chain_as_it_was(session: Session, case: Commission) -> None:
    chain = f"commission:{case.id}"
    newest = sa.select(Event).where(Event.chain == chain).order_by(Event.sequence.desc()).limit(1)
    head = session.scalars(newest).one().hash
    redact(desk_at(session, NOW, "officer"), HEAD)
    mark = session.scalars(newest).one()
    assert mark.kind == "redacted"
    assert mark.actor == "officer"
    assert mark.facts["head_before"] == head
    assert mark.facts["events"]


def test_the_log_is_protected_again(session: Session, case: Commission) -> None:
    redact(desk_at(session, NOW), HEAD)
    session.commit()
    for statement in (sa.update(Event).values(reason="x"), sa.delete(Event)):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            session.execute(statement)
        session.rollback()


def test_nothing_more_reaches_the_person(session: Session, case: Commission) -> None:
    redact(desk_at(session, NOW), HEAD)
    session.flush()
    session.expire_all()
    gone = session.scalars(sa.select(Contact).where(Contact.email.like("removed-%@removed.invalid"))).one()
    assert gone.address_dead_at is not None
    assert session.scalars(sa.select(Link).where(Link.contact_id == gone.id, Link.revoked_at.is_(None))).all() == []
    waiting = sa.select(Message).where(Message.contact_id == gone.id, Message.state == MessageState.QUEUED)
    assert session.scalars(waiting).all() == []
    roles = session.scalars(sa.select(ContactRole).where(ContactRole.contact_id == gone.id)).all()
    assert all(role.ends_on is not None and role.ends_on <= NOW for role in roles)


def test_the_others_go_on(session: Session, case: Commission) -> None:
    """The provider of the same case can still answer by the link already sent."""
    redact(desk_at(session, START + timedelta(days=24)), HEAD)
    update = session.scalars(
        sa.select(ImpactUpdate).where(ImpactUpdate.commission_id == case.id, ImpactUpdate.party == "provider")
    ).one()
    assert update.state.value == "awaited"


def test_an_export_holds_every_table_and_no_key(session: Session, case: Commission) -> None:
    contact = contact_at(session, HEAD.upper())
    assert contact is not None
    found = held(session, traces_of(session, contact)).rows
    assert {"contacts", "contact_roles", "links", "notices", "messages", "events", "offers", "plans"} <= set(found)
    assert [row["email"] for row in found["contacts"]] == [HEAD]
    assert not any({"nonce", "token_sha256"} & set(row) for row in found["links"])
    assert all(row["contact_id"] == contact.id for row in found["links"])


def test_whom_nobody_knows_is_refused(session: Session, case: Commission) -> None:
    engine = session.get_bind()
    assert isinstance(engine, sa.Engine)
    before = content_hashes(engine)
    with pytest.raises(Refused, match="Nobody has the address"):
        redact(desk_at(session, NOW), "who@nowhere.example")
    session.commit()
    assert content_hashes(engine) == before
