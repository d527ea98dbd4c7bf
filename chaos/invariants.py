"""What must hold after any fault, read from the database and from the mail that arrived; a sentence for each breach."""

from collections import Counter, defaultdict
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework.events import broken_chains
from chaos.world import World
from config.database import reading_scope
from models.commissions import Commission, CommissionState
from models.events import Event
from models.fund import Commitment, FundYear, HoldState, Reservation
from models.messages import Message, MessageKind, MessageState, Notice
from rules.lifecycle import TRANSITIONS


def breaches(world: World) -> list[str]:
    """Everything that does not hold; empty when all is well."""
    engine = world.engine()
    try:
        with reading_scope(engine) as session:
            return [*_mail(session, world), *_cases(session), *_money(session)]
    finally:
        engine.dispose()


def told(world: World) -> set[str]:
    """The key of everything that somebody was to be told: what two runs of the same days must have in common."""
    engine = world.engine()
    try:
        with reading_scope(engine) as session:
            return set(session.scalars(sa.select(Notice.key)))
    finally:
        engine.dispose()


def states(world: World) -> Counter[str]:
    """How many messages are in each state."""
    engine = world.engine()
    try:
        with reading_scope(engine) as session:
            rows = session.execute(sa.select(Message.state, sa.func.count()).group_by(Message.state))
            return Counter({state.value: number for state, number in rows})
    finally:
        engine.dispose()


def _mail(session: Session, world: World) -> Iterator[str]:
    arrived = Counter(header_id for header_id, _ in world.arrived())
    known = {message.header_id: message for message in session.scalars(sa.select(Message))}
    for header_id, times in arrived.items():
        if header_id not in known:
            yield f"A mail arrived that no row knows: {header_id}."
        if times > 1:
            yield f"{header_id} arrived {times} times."
    for header_id, message in known.items():
        if message.state is MessageState.SENT and header_id not in arrived:
            yield f"Message {message.id} is called sent and never arrived."
        settled = (MessageState.SENT, MessageState.SENDING, MessageState.UNKNOWN)
        if message.state not in settled and header_id in arrived:
            yield f"Message {message.id} is {message.state.value} and has arrived."
    a_day = Counter((m.recipient, m.day) for m in known.values() if m.kind is MessageKind.SCHEDULED)
    yield from (f"Contact's mail of {day} was made {times} times." for (_, day), times in a_day.items() if times > 1)


def _cases(session: Session) -> Iterator[str]:
    yield from (f"The chain {chain} is broken." for chain in broken_chains(session))
    moves = session.execute(
        sa.select(Event.commission_id, Event.from_state, Event.to_state)
        .where(Event.kind == "moved", Event.commission_id.is_not(None))
        .order_by(Event.commission_id, Event.sequence)
    )
    paths: dict[int, list[str]] = defaultdict(list)
    for case, before, after in moves:
        path = paths[case]
        legal = before is None or CommissionState(after) in TRANSITIONS[CommissionState(before)]
        if before != (path[-1] if path else None) or not legal:
            yield f"Case {case} went from {before} to {after}."
        path.append(after)
    for case, state in session.execute(sa.select(Commission.id, Commission.state)).tuples():
        if paths[case][-1:] != [state.value]:
            yield f"Case {case} is {state.value}, and its last event says {paths[case][-1:]}."


def _money(session: Session) -> Iterator[str]:
    for year in session.scalars(sa.select(FundYear)):
        held = session.scalar(
            sa.select(sa.func.sum(Reservation.pence)).where(
                Reservation.fund_year_id == year.id, Reservation.state == HoldState.HELD
            )
        )
        open_pence = Commitment.pence - Commitment.spent_pence - Commitment.released_pence
        committed, spent = session.execute(
            sa.select(sa.func.sum(open_pence), sa.func.sum(Commitment.spent_pence)).where(
                Commitment.fund_year_id == year.id
            )
        ).one()
        wanted = (held or 0, committed or 0)
        if (year.reserved_pence, year.committed_pence) != wanted:
            yield f"Fund {year.label} has {year.reserved_pence}, {year.committed_pence}; its holds come to {wanted}."
        if year.spent_pence < (spent or 0):
            yield f"Fund {year.label} has spent {year.spent_pence}, its commitments {spent}."
