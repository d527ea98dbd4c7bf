"""Delivering what waits in the outbox: claim, render, build, send, record; nothing lost, nothing twice.

`sending` is committed before a body goes over the wire. A worker that dies leaves at most `GROUP` messages unsettled.
"""

import asyncio
import os
import secrets
import socket
import time as steady
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlalchemy.orm import Session

from casework import outbox, pacing
from casework.outbox import Claimed, Settled
from config import clock
from config.database import reading_scope, session_scope
from config.fail_points import reached
from config.settings import Settings, settings
from mail.smtp import Outcome, Parcel, Transport
from models.messages import MessageState
from queries.calendars import Calendars
from rules.half_terms import CalendarExhausted
from rules.pace import Limits
from rules.retries import next_attempt
from tasks.operators import tell_of_mail_server
from tasks.parcels import Maker
from tasks.way_out import allowed, transport_of

CLAIM = 400
GROUP = 32
"""Messages marked `sending` in one commit: at most so many are left in doubt when a worker dies."""

SENDS_FOR = 900.0
"""Seconds after which no message of a group is begun: half a lease."""

WAITS_FOR = 90.0
"""Seconds that a run waits for what a rate limit holds back, before it leaves it to the next run."""

SLEEPS = 0.25
"""Seconds between two looks at what a rate limit holds back, at least: several go together where many a minute may."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many messages ended in each state. `quiet_because` says why nothing was tried at all, `stopped_because` why
    the rest was left for later.
    """

    sent: int = 0
    retried: int = 0
    failed: int = 0
    unknown: int = 0
    withheld: int = 0
    quiet_because: str = ""
    stopped_because: str = ""


@task(name="deliver-waiting", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=10)
def deliver_waiting(now: datetime, limit: int | None = None) -> Delivered:
    """Send what is due, inside the hours and on the days that mail may be sent; at most `limit` messages."""
    found = settings()
    with session_scope() as session:
        outbox.leave_behind(session, now=now)
        outbox.resend_unsettled(session, now=now)
        pacing.forget(session, now)
        quiet = quiet_because(Calendars(session, found.area), now, found)
    if quiet:
        return Delivered(quiet_because=quiet)
    delivery = Delivery(found, now)
    return asyncio.run(delivery.run(limit)) if not _in_loop() else _in_thread(delivery, limit)


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


@dataclass(slots=True)
class Delivery:
    """One worker's run over the outbox. `began` is the instant it started; time goes on from there."""

    found: Settings
    began: datetime
    counts: dict[MessageState, int] = field(default_factory=lambda: dict.fromkeys(MessageState, 0))
    stopped: str = ""
    _worker: str = field(default_factory=lambda: f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}")
    _at: float = field(default_factory=steady.monotonic)
    _maker: Maker = field(init=False)
    _transport: Transport = field(init=False)
    _limits: Limits = field(init=False)
    _promised: dict[str, datetime] = field(default_factory=dict)
    _held_back: list[datetime] = field(default_factory=list)
    _looked_at: datetime = field(init=False)
    _settled: list[Settled] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._maker = Maker(self.found)
        self._transport = transport_of(self.found, connections=self.found.smtp_connections)
        self._limits = Limits(self.found.mail_per_minute, self.found.mail_per_minute_per_domain)

    async def run(self, limit: int | None) -> Delivered:
        """Deliver until nothing is left, `limit` is reached, the hours end or the mail server cannot be reached."""
        try:
            await self._deliver(limit)
        finally:
            await self._transport.close()
        if self.stopped:
            tell_of_mail_server(self._now(), self.stopped)
        return Delivered(
            sent=self.counts[MessageState.SENT],
            retried=self.counts[MessageState.RETRY],
            failed=self.counts[MessageState.FAILED],
            unknown=self.counts[MessageState.UNKNOWN],
            withheld=self.counts[MessageState.WITHHELD],
            stopped_because=self.stopped,
        )

    async def _deliver(self, limit: int | None) -> None:
        left, after = limit, 0
        while (left is None or left > 0) and not self._over():
            claimed, going = self._claim(min(CLAIM, left or CLAIM), after)
            if not claimed:
                if not await self._wait_for_held_back():
                    return
                after = 0
                continue
            left = None if left is None else left - len(claimed)
            after = max(after, claimed[-1].id)
            reached("claimed")
            if not await self._send(going):
                return

    def _claim(self, limit: int, after: int) -> tuple[Sequence[Claimed], Sequence[Claimed]]:
        """Lease messages; all of them, and those that go now."""
        now = self._looked_at = self._now()
        with session_scope() as session:
            claimed = outbox.claim(
                session, day=clock.local(now).date(), now=now, worker=self._worker, limit=limit, after=after
            )
            return claimed, self._going(session, claimed, now)

    async def _send(self, going: Sequence[Claimed]) -> bool:
        """Send claimed messages, group by group; False when the rest was given back."""
        with reading_scope() as session:
            addresses = self._maker.addresses(session, going)
        for start in range(0, len(going), GROUP):
            now = self._now()
            group, unmade = self._maker.make(going[start : start + GROUP], addresses, now)
            reached("made")
            with session_scope() as session:
                self._keep(session)
                for one in unmade:
                    outbox.move(session, MessageState.FAILED, [one.id], response=one.said)
                mine = outbox.mark_sending(session, [parcel.id for parcel in group], worker=self._worker, now=now)
            self.counts[MessageState.FAILED] += len(unmade)
            reached("marked")
            await self._hand_over([parcel for parcel in group if parcel.id in mine])
            reached("handed-over")
            if self._transport.down is not None:
                self.stopped = f"{self._transport.down.stage}: {self._transport.down.said}"
            if self.stopped or self._over():
                with session_scope() as session:
                    self._keep(session)
                    outbox.release(session, [one.id for one in going[start + GROUP :]], worker=self._worker)
                return False
        with session_scope() as session:
            self._keep(session)
        reached("settled")
        return True

    async def _hand_over(self, parcels: Sequence[Parcel]) -> None:
        async def done(parcel: Parcel, outcome: Outcome) -> None:
            self._settled.append(
                Settled(parcel.id, MessageState(outcome.result.value), f"{outcome.stage}: {outcome.said}")
            )

        await self._transport.send_all(parcels, done, SENDS_FOR)

    def _keep(self, session: Session) -> None:
        """Record what became of the last group."""
        now = self._now()
        again = [one.id for one in self._settled if one.state is MessageState.RETRY]
        attempts = outbox.attempts_of(session, again) if again else {}
        settled = [self._judged(one, attempts, now) for one in self._settled]
        outbox.settle(session, settled, worker=self._worker, now=now)
        self._settled.clear()
        for one in settled:
            self.counts[one.state] += 1

    def _judged(self, one: Settled, attempts: dict[int, tuple[int, datetime]], now: datetime) -> Settled:
        """A message that is to be tried again gets its time, or has been tried for long enough."""
        if one.state is not MessageState.RETRY:
            return one
        tries, first = attempts[one.id]
        at_most = timedelta(hours=self.found.retry_hours)
        again = next_attempt(now, tries, one.id, first=first, at_most=at_most)
        return replace(one, state=MessageState.RETRY if again else MessageState.FAILED, next_attempt_at=again)

    def _going(self, session: Session, claimed: Sequence[Claimed], now: datetime) -> list[Claimed]:
        """What goes now: in trial mode what is for the allow-list, and of that what no rate limit holds back."""
        found = self.found
        kept = [one.id for one in claimed if found.trial and not allowed(one.recipient, found.trial_recipients)]
        if kept:
            said = "Trial mode: the address is not on the list."
            self.counts[MessageState.WITHHELD] += len(outbox.move(session, MessageState.WITHHELD, kept, response=said))
        recipients = {one.id: one.recipient for one in claimed}
        for number in kept:
            del recipients[number]
        waits = pacing.held_back(session, recipients, self._limits, self._promised, now)
        outbox.put_off(session, waits, worker=self._worker)
        self._held_back += waits.values()
        return [one for one in claimed if one.id in recipients and one.id not in waits]

    async def _wait_for_held_back(self) -> bool:
        """Wait until a rate limit may let the next message go; False when none is held back, or for too long."""
        self._held_back = sorted(at for at in self._held_back if at > self._looked_at)
        if not self._held_back or (ahead := (self._held_back[0] - self._now()).total_seconds()) > WAITS_FOR:
            return False
        await asyncio.sleep(max(ahead, SLEEPS))
        return True

    def _now(self) -> datetime:
        return self.began + timedelta(seconds=steady.monotonic() - self._at)

    def _over(self) -> bool:
        """Whether the hours in which mail may be sent have ended meanwhile."""
        return clock.local(self._now()).time() >= self.found.send_until


def instant_of(day: date | None) -> datetime:
    """When a delivery takes place: now, or at nine o'clock of a day that is not today, when what was held may go."""
    if day is None or day == clock.today():
        return clock.now()
    found = settings()
    return max(clock.at(day, time(9)), clock.at(day, found.send_from) + timedelta(minutes=found.policy.hold_minutes))


def _in_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _in_thread(delivery: Delivery, limit: int | None) -> Delivered:
    """A synchronous task called from an asynchronous flow: the sending gets a loop of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(delivery.run(limit))).result()
