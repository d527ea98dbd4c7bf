"""Sending one e-mail now, at any hour: for a link that somebody waits for in front of a screen. Knows no Prefect.

The message goes through the same states as every other, so that nobody sends it a second time: what cannot be sent now
stays in the outbox for the next delivery.
"""

import asyncio
import os
import secrets
import socket
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from casework import outbox, pacing
from casework.outbox import Settled
from config.database import session_scope
from config.settings import Settings, settings
from mail.smtp import Outcome, Parcel, Result, Transport
from models.messages import Message, MessageState
from rules.pace import Limits
from rules.retries import next_attempt
from tasks.parcels import Maker
from tasks.way_out import allowed, transport_of

WORTH_TRYING = timedelta(hours=1)

STATES = {
    Result.SENT: MessageState.SENT,
    Result.RETRY: MessageState.RETRY,
    Result.FAILED: MessageState.FAILED,
    Result.UNKNOWN: MessageState.UNKNOWN,
}


def deliver_at_once(message_id: int, now: datetime) -> MessageState:
    """Send one queued message, and keep what became of it; not to be called where an event loop runs."""
    found, worker = settings(), f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
    with session_scope() as session:
        parcel = _claimed(session, message_id, worker, now, found)
    if parcel is not None:
        with session_scope() as session:
            mine = message_id in outbox.mark_sending(session, [message_id], worker=worker, now=now)
        if mine:
            outcome = asyncio.run(_send(transport_of(found, connections=1), parcel))
            with session_scope() as session:
                outbox.settle(session, [_settled(message_id, outcome, now)], worker=worker, now=now)
    with session_scope() as session:
        return session.get_one(Message, message_id).state


def _claimed(session: Session, message_id: int, worker: str, now: datetime, found: Settings) -> Parcel | None:
    """The message leased and made, or None: somebody else has it, or it is kept back, or it cannot be made."""
    claimed = outbox.claim_one(session, message_id, now=now, worker=worker)
    if claimed is None:
        return None
    if found.trial and not allowed(claimed.recipient, found.trial_recipients):
        outbox.move(
            session, MessageState.WITHHELD, [message_id], response="Trial mode: the address is not on the list."
        )
        return None
    maker = Maker(found)
    made, unmade = maker.make([claimed], maker.addresses(session, [claimed]), now)
    for one in unmade:
        outbox.move(session, MessageState.FAILED, [one.id], response=one.said)
    if made:
        pacing.count(session, claimed.recipient, Limits(found.mail_per_minute, found.mail_per_minute_per_domain), now)
    return made[0] if made else None


async def _send(transport: Transport, parcel: Parcel) -> Outcome:
    outcomes: list[Outcome] = []

    async def done(_parcel: Parcel, outcome: Outcome) -> None:
        outcomes.append(outcome)

    try:
        await transport.send_all([parcel], done)
    finally:
        await transport.close()
    return outcomes[0]


def _settled(message_id: int, outcome: Outcome, now: datetime) -> Settled:
    state = STATES[outcome.result]
    again = next_attempt(now, 1, message_id, first=now, at_most=WORTH_TRYING) if state is MessageState.RETRY else None
    return Settled(message_id, state, f"{outcome.stage}: {outcome.said}", again)
