"""Taking a person out of the records, with every case, sum and chain of events left true (ADR 0015).

Names and addresses are replaced where they stand; no row is removed, so that counts, money and what was decided stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from casework.desk import Desk
from casework.events import START, digest
from casework.outbox import move
from migrations.append_only import lifted
from models.base import Base
from models.contacts import Contact, ContactRole
from models.events import Event
from models.links import Link
from models.messages import Message, MessageState
from queries.person_records import Traces, about, contact_at, text_columns, traces_of
from rules.errors import Refused

GONE = "(removed)"
UNTOUCHED = frozenset({"contacts", "events", "minutes", "alembic_version"})
"""Contacts and events have ways of their own; published minutes are the Board's public record, frozen by their hash."""


@dataclass(slots=True)
class Redacted:
    """What was done: rows changed by table, roles ended, chains of events written anew."""

    contact_id: int
    rows: dict[str, int] = field(default_factory=dict)
    roles_ended: int = 0
    chains: list[str] = field(default_factory=list)


def redact(desk: Desk, email: str) -> Redacted:
    """Take the person with this address out of every table.

    Their roles end, their links close, their waiting e-mails are stopped, nothing is ever sent to them again.

    Raises:
        Refused: nobody has this address.
    """
    contact = contact_at(desk.session, email)
    if contact is None:
        raise Refused(f"Nobody has the address {email}.")
    traces = traces_of(desk.session, contact)
    done = Redacted(contact.id)
    _stop(desk, contact, done)
    desk.session.flush()
    for table in Base.metadata.sorted_tables:
        if table.name not in UNTOUCHED:
            changed = replace(desk, table, about(table, traces), traces.words, traces)
            if changed:
                done.rows[table.name] = changed
    events = Base.metadata.tables["events"]
    done.chains = rewrite_events(desk, about(events, traces), traces.words)
    contact.email, contact.title = f"removed-{contact.id}@removed.invalid", None
    contact.first_name, contact.surname, contact.phone = GONE, GONE, None
    contact.address_dead_at = desk.now
    desk.session.flush()
    return done


def rewrite_events(desk: Desk, where: sa.ColumnElement[bool], words: Sequence[str]) -> list[str]:
    """Replace words in the texts of events, and chain each touched chain anew from there; the chains.

    An event of its own, kind `redacted`, keeps the head of the chain as it was before: whoever has that hash from a
    backup or a Board pack can tell a redaction from tampering.
    """
    touched = desk.session.execute(sa.select(Event.chain, Event.id).where(where).order_by(Event.id)).all()
    texts: dict[int, tuple[str, dict[str, Any]]] = {}
    for _, number in touched:
        event = desk.session.get_one(Event, number)
        new = (_without(event.reason, words), _without(event.facts, words))
        if new != (event.reason, event.facts):
            texts[number] = new
    chains = sorted({chain for chain, number in touched if number in texts})
    if not chains:
        return []
    with lifted(desk.session.connection(), "events"):
        for chain in chains:
            _chain_anew(desk, chain, texts)
    return chains


def _chain_anew(desk: Desk, chain: str, texts: dict[int, tuple[str, dict[str, Any]]]) -> None:
    events = desk.session.scalars(sa.select(Event).where(Event.chain == chain).order_by(Event.sequence)).all()
    before, previous = events[-1].hash, START
    changed = [event.sequence for event in events if event.id in texts]
    for event in events:
        if event.id in texts:
            event.reason, event.facts = texts[event.id]
        event.previous_hash = previous
        event.hash = previous = digest(event)
    mark = Event(
        chain=chain,
        sequence=events[-1].sequence + 1,
        commission_id=events[-1].commission_id,
        kind="redacted",
        day=desk.as_of,
        at=desk.now,
        actor=desk.actor,
        reason="A person was taken out of the texts of this record at their request, or because its time was over.",
        facts={"events": changed, "head_before": before},
        previous_hash=previous,
        hash="",
    )
    mark.hash = digest(mark)
    desk.session.add(mark)
    desk.session.flush()


def _stop(desk: Desk, contact: Contact, done: Redacted) -> None:
    roles = desk.session.scalars(
        sa.select(ContactRole).where(
            ContactRole.contact_id == contact.id,
            sa.or_(ContactRole.ends_on.is_(None), ContactRole.ends_on >= desk.as_of),
        )
    ).all()
    for role in roles:
        role.ends_on = max(role.starts_on, desk.as_of)
    done.roles_ended = len(roles)
    desk.session.execute(
        sa.update(Link).where(Link.contact_id == contact.id, Link.revoked_at.is_(None)).values(revoked_at=desk.now)
    )
    waiting = (MessageState.QUEUED, MessageState.RETRY, MessageState.WITHHELD)
    move(
        desk.session,
        MessageState.ABORTED,
        where=(Message.contact_id == contact.id, Message.state.in_(waiting)),
        response="The person was taken out of the records.",
    )


def replace(
    desk: Desk, table: sa.Table, where: sa.ColumnElement[bool], words: Sequence[str], own: Traces | None = None
) -> int:
    """Replace words in the texts of a table's rows; how many rows changed.

    In mail to the person themselves (`own`) their first name and surname go too, wherever they stand alone.
    """
    columns = text_columns(table)
    if not columns:
        return 0
    keys, changed = list(table.primary_key.columns), 0
    names = [column.name for column in columns]
    theirs = [table.c.contact_id] if "contact_id" in table.c else []
    for row in desk.session.execute(sa.select(*keys, *theirs, *columns).where(where)).all():
        values = dict(zip(names, row[len(keys) + len(theirs) :], strict=True))
        mine = own is not None and bool(theirs) and row[len(keys)] == own.contact_id
        new = {name: _without(value, (*words, *(own.parts if own and mine else ()))) for name, value in values.items()}
        if table.name == "messages" and own is not None and values["recipient"] == own.email:
            # Unique in its day, so that each gets an address of its own that leads nowhere.
            new |= {"recipient": f"removed-{row[0]}@removed.invalid", "recipient_name": GONE}
        if new != values:
            which = [key == value for key, value in zip(keys, row[: len(keys)], strict=True)]
            desk.session.execute(sa.update(table).where(*which).values(new))
            changed += 1
    return changed


def _without(value: Any, words: Sequence[str]) -> Any:
    """A text, or every text inside a JSON value, with the person's words replaced, whatever their case."""
    if isinstance(value, str):
        for word in words:
            value = _replaced(value, word)
        return value
    if isinstance(value, list):
        return [_without(one, words) for one in value]
    if isinstance(value, dict):
        return {key: _without(one, words) for key, one in value.items()}
    return value


def _replaced(text: str, word: str) -> str:
    lowered, found = text.lower(), word.lower()
    if found not in lowered or len(lowered) != len(text):
        return text.replace(word, GONE)
    parts, start = [], 0
    while (place := lowered.find(found, start)) >= 0:
        parts += [text[start:place], GONE]
        start = place + len(word)
    return "".join([*parts, text[start:]])
