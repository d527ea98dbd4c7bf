"""Delivering what waits in the outbox: claim, render, build, send, record; nothing lost, nothing twice.

`sending` is committed before a body goes over the wire. A worker that dies leaves its few messages `unknown`.
"""

import asyncio
import os
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, time
from email.utils import parseaddr

import sqlalchemy as sa
from jinja2 import TemplateError
from prefect import task
from prefect.cache_policies import NO_CACHE
from pydantic import ValidationError
from sqlalchemy.orm import Session

from casework import links, outbox
from config import clock
from config.database import session_scope
from config.settings import Settings, settings
from mail.catalogue import DRAFTS, context_of, links_in, with_links
from mail.message import Envelope, build
from mail.rendering import render
from mail.return_addresses import return_address
from mail.smtp import KeptTransport, Outcome, Parcel, Result, SmtpServer, SmtpTransport, Transport
from models.links import Link
from models.messages import Message, MessageState
from queries.calendars import Calendars
from rules.errors import Refused
from rules.half_terms import CalendarExhausted
from rules.retries import next_attempt

CLAIM = 200
GROUP = 8
"""Messages marked `sending` in one commit: at most so many are left in doubt when a worker dies."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many messages ended in each state. `quiet_because` says why nothing was tried at all."""

    sent: int = 0
    retried: int = 0
    failed: int = 0
    unknown: int = 0
    withheld: int = 0
    quiet_because: str = ""


@task(name="deliver-waiting", cache_policy=NO_CACHE)
def deliver_waiting(now: datetime, limit: int | None = None) -> Delivered:
    """Send what is due, inside the hours and on the days that mail may be sent; at most `limit` messages."""
    found = settings()
    with session_scope() as session:
        outbox.leave_behind(session, now=now)
        quiet = quiet_because(Calendars(session, found.area), now, found)
    if quiet:
        return Delivered(quiet_because=quiet)
    return asyncio.run(_deliver(now, limit, found)) if not _in_loop() else _in_thread(now, limit, found)


def quiet_because(calendars: Calendars, now: datetime, found: Settings) -> str:
    """Why no mail goes out at this instant, in a sentence; empty when it does."""
    here = clock.local(now)
    if not found.send_from <= here.time() < found.send_until:
        return f"Mail is sent between {found.send_from:%H:%M} and {found.send_until:%H:%M}."
    try:
        if not calendars.area.is_school_day(here.date()):
            return f"{here.date().isoformat()} is no school day."
    except CalendarExhausted as error:
        return f"{error}."
    return ""


async def _deliver(now: datetime, limit: int | None, found: Settings) -> Delivered:
    transport = _transport(found)
    try:
        counts = await _deliver_by(transport, now, limit, found)
    finally:
        await transport.close()
    return Delivered(
        sent=counts[MessageState.SENT],
        retried=counts[MessageState.RETRY],
        failed=counts[MessageState.FAILED],
        unknown=counts[MessageState.UNKNOWN],
        withheld=counts[MessageState.WITHHELD],
    )


async def _deliver_by(
    transport: Transport, now: datetime, limit: int | None, found: Settings
) -> dict[MessageState, int]:
    worker = f"{socket.gethostname()}-{os.getpid()}-{id(asyncio.current_task())}"
    counts = dict.fromkeys(MessageState, 0)
    left = limit
    while left is None or left > 0:
        with session_scope() as session:
            claimed = outbox.claim(
                session, day=clock.local(now).date(), now=now, worker=worker, limit=min(CLAIM, left or CLAIM)
            )
            going = _withhold(session, claimed, now, found, counts)
            parcels = _parcels(session, going, now, found, counts)
        if not claimed:
            break
        left = None if left is None else left - len(claimed)
        for start in range(0, len(parcels), GROUP):
            group = parcels[start : start + GROUP]
            with session_scope() as session:
                mine = outbox.mark_sending(session, [parcel.id for parcel in group], worker=worker)
            outcomes = await _send(transport, [parcel for parcel in group if parcel.id in mine])
            with session_scope() as session:
                for parcel, outcome in outcomes:
                    counts[_settle(session, parcel.id, outcome, now)] += 1
    return counts


async def _send(transport: Transport, parcels: Sequence[Parcel]) -> list[tuple[Parcel, Outcome]]:
    outcomes: list[tuple[Parcel, Outcome]] = []

    async def done(parcel: Parcel, outcome: Outcome) -> None:
        outcomes.append((parcel, outcome))

    await transport.send_all(parcels, done)
    return outcomes


def _settle(session: Session, message_id: int, outcome: Outcome, now: datetime) -> MessageState:
    state = {
        Result.SENT: MessageState.SENT,
        Result.FAILED: MessageState.FAILED,
        Result.UNKNOWN: MessageState.UNKNOWN,
        Result.RETRY: MessageState.RETRY,
    }[outcome.result]
    again: datetime | None = None
    if state is MessageState.RETRY:
        attempts = session.scalar(sa.select(Message.attempts).where(Message.id == message_id)) or 1
        again = next_attempt(now, attempts, message_id)
        if again is None:
            state = MessageState.FAILED
    outbox.settle(session, message_id, state, f"{outcome.stage}: {outcome.said}", now=now, next_attempt_at=again)
    return state


def _withhold(
    session: Session, claimed: list[Message], now: datetime, found: Settings, counts: dict[MessageState, int]
) -> list[Message]:
    """In trial mode, keep back what is not for the allow-list; what goes."""
    going = []
    for message in claimed:
        if found.trial and not allowed(message.recipient, found.trial_recipients):
            outbox.settle(
                session, message.id, MessageState.WITHHELD, "Trial mode: the address is not on the list.", now=now
            )
            counts[MessageState.WITHHELD] += 1
        else:
            going.append(message)
    return going


def allowed(address: str, recipients: Sequence[str]) -> bool:
    """Whether trial mode lets mail go to an address: itself or its domain (`@example.org`) is on the list."""
    lowered = address.lower()
    return lowered in recipients or f"@{lowered.rpartition('@')[2]}" in recipients


def _addresses(session: Session, messages: Sequence[Message], found: Settings) -> dict[str, str]:
    """The address of each link that these messages name."""
    ids = sorted({int(one.removeprefix("link:")) for message in messages for one in links_in(message.context)})
    if not ids:
        return {}
    rows = session.scalars(sa.select(Link).where(Link.id.in_(ids)))
    key = found.link_key()
    return {f"link:{link.id}": links.url(link, found.base_url, key) for link in rows}


def _parcels(
    session: Session, messages: Sequence[Message], now: datetime, found: Settings, counts: dict[MessageState, int]
) -> list[Parcel]:
    """The messages as they go over the wire; one that cannot be made fails alone, and holds up nobody else's."""
    addresses = _addresses(session, messages, found)
    made = []
    for message in messages:
        try:
            made.append(_parcel(message, addresses, now, found))
        except (TemplateError, ValidationError, Refused, KeyError, ValueError) as error:
            said = f"render: it cannot be made ({type(error).__name__})."
            outbox.settle(session, message.id, MessageState.FAILED, said, now=now)
            counts[MessageState.FAILED] += 1
    return made


def _parcel(message: Message, addresses: dict[str, str], now: datetime, found: Settings) -> Parcel:
    if message.template in DRAFTS:
        raise Refused(f"{message.template} is a draft: a person sends it.")
    context = context_of(message.template, with_links(message.context, addresses))
    sender_name, sender = parseaddr(found.mail_from)
    local, _, _ = sender.partition("@")
    references = f"<case.{message.commission_id}@{found.bounce_domain}>" if message.commission_id else ""
    envelope = Envelope(
        header_id=message.header_id,
        sender=sender,
        sender_name=sender_name,
        recipient=message.recipient,
        recipient_name=message.recipient_name,
        reply_to=found.reply_to,
        date=now,
        references=references,
        unsubscribe=getattr(context, "unsubscribe_url", ""),  # a subscription's alone
    )
    bounce_to = return_address(message.id, local=local, domain=found.bounce_domain, key=found.link_key())
    return Parcel(message.id, bounce_to, message.recipient, build(render(context), envelope))


def _transport(found: Settings) -> Transport:
    if found.smtp_url is None:
        return KeptTransport(found.outbox_dir)
    return SmtpTransport(SmtpServer.from_url(found.smtp_url.get_secret_value()), connections=GROUP)


def instant_of(day: date | None) -> datetime:
    """When a delivery takes place: now, or at nine o'clock of a day that is not today."""
    if day is None or day == clock.today():
        return clock.now()
    return clock.at(day, time(9))


def _in_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _in_thread(now: datetime, limit: int | None, found: Settings) -> Delivered:
    """A synchronous task called from an asynchronous flow: the sending gets a loop of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(_deliver(now, limit, found))).result()
