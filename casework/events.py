"""Writing to the append-only event log, each event chained by hash to the one before it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework.desk import Desk
from models.commissions import Commission, CommissionState
from models.events import Event
from queries.in_parts import in_parts

START = "0" * 64
_COLUMNS = tuple(column.key for column in Event.__table__.columns if not column.primary_key)


class _Said(NamedTuple):
    """What an event says, and to which chain it is appended."""

    chain: str
    kind: str
    reason: str
    facts: dict[str, Any] | None
    states: tuple[str | None, str | None]
    commission_id: int | None


def record(
    desk: Desk,
    commission: Commission,
    kind: str,
    reason: str,
    facts: dict[str, Any] | None = None,
    moved: tuple[CommissionState | None, CommissionState] | None = None,
) -> Event:
    """Append an event to a case's chain. `moved` names the states when it is a transition.

    The unique (chain, sequence) refuses a second writer who has read the same last event, so the chain cannot fork.
    """
    return _append(desk, _Said(_chain(commission.id), kind, reason, facts, _states(moved), commission.id))


def record_of(
    desk: Desk,
    chain: str,
    kind: str,
    reason: str,
    facts: dict[str, Any] | None = None,
    moved: tuple[str | None, str] | None = None,
) -> Event:
    """Append an event of what belongs to no case: the Board (`board`), a Fund year (`fund:2026-27`), `clusters`."""
    return _append(desk, _Said(chain, kind, reason, facts, moved or (None, None), None))


def record_together(
    desk: Desk,
    kind: str,
    said: Mapping[int, tuple[str, dict[str, Any]]],
    moved: tuple[CommissionState | None, CommissionState] | None = None,
) -> None:
    """Append an event of one kind to the chain of each of many cases: reason and facts by the case's number.

    Whoever asks has locked the cases, so that nobody appends to their chains meanwhile.
    """
    states = _states(moved)
    for some in in_parts(sorted(said)):
        last = {one: (sequence, before) for one, sequence, before in desk.session.execute(_last_of(some))}
        rows = []
        for one in some:
            sequence, previous = last.get(one, (0, START))
            event = _event(desk, sequence + 1, previous, _Said(_chain(one), kind, *said[one], states, one))
            rows.append({name: getattr(event, name) for name in _COLUMNS})
        desk.session.flush()
        desk.session.connection().execute(sa.insert(Event), rows)


def _states(moved: tuple[CommissionState | None, CommissionState] | None) -> tuple[str | None, str | None]:
    return (moved[0].value if moved[0] else None, moved[1].value) if moved else (None, None)


def _chain(commission_id: int) -> str:
    return f"commission:{commission_id}"


def _append(desk: Desk, said: _Said) -> Event:
    sequence, previous = (1, START) if desk.rehearsal else _next(desk, said.chain)
    event = _event(desk, sequence, previous, said)
    if not desk.rehearsal:
        desk.session.add(event)
        desk.session.flush()
    return event


def _event(desk: Desk, sequence: int, previous: str, said: _Said) -> Event:
    event = Event(
        chain=said.chain,
        sequence=sequence,
        commission_id=said.commission_id,
        kind=said.kind,
        day=desk.as_of,
        at=desk.now,
        actor=desk.actor,
        from_state=said.states[0],
        to_state=said.states[1],
        reason=said.reason,
        facts=said.facts or {},
        previous_hash=previous,
        hash="",
    )
    event.hash = digest(event)
    return event


def _last_of(commission_ids: Sequence[int]) -> sa.Select[tuple[int | None, int, str]]:
    """The number and the hash of the last event of each case that has one."""
    last = (
        sa.select(Event.commission_id, sa.func.max(Event.sequence).label("sequence"))
        .where(Event.commission_id.in_(commission_ids))
        .group_by(Event.commission_id)
        .subquery()
    )
    return sa.select(Event.commission_id, Event.sequence, Event.hash).join(
        last, sa.and_(Event.commission_id == last.c.commission_id, Event.sequence == last.c.sequence)
    )


def _next(desk: Desk, chain: str) -> tuple[int, str]:
    last = desk.session.execute(
        sa.select(Event.sequence, Event.hash).where(Event.chain == chain).order_by(Event.sequence.desc()).limit(1)
    ).first()
    return (last[0] + 1, last[1]) if last else (1, START)


def digest(event: Event) -> str:
    """The SHA-256 over an event's content and the hash before it."""
    content = [
        event.previous_hash,
        event.chain,
        event.sequence,
        event.kind,
        event.day.isoformat(),
        event.at.astimezone(UTC).isoformat(),
        event.actor,
        event.from_state,
        event.to_state,
        event.reason,
        event.facts,
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def broken_chains(session: Session) -> list[str]:
    """The chains in which an event is missing or has been changed; empty when the log is whole."""
    broken: dict[str, None] = {}
    expected: tuple[str, int, str] = ("", 0, START)
    for event in session.scalars(
        sa.select(Event).order_by(Event.chain, Event.sequence).execution_options(yield_per=1000)
    ):
        chain, sequence, previous = expected if event.chain == expected[0] else (event.chain, 0, START)
        if event.sequence != sequence + 1 or event.previous_hash != previous or event.hash != digest(event):
            broken[chain] = None
        expected = (event.chain, event.sequence, event.hash)
    return list(broken)
