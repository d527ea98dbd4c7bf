"""Ways out for mail: connections to one server, kept and reused for message after message; or a folder.

aiosmtplib connects, verifies certificates, and logs in; `mail.wire` hands the messages over. A network's or server's
fault never raises: it becomes an `Outcome`.
"""

import asyncio
import ssl
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, cast
from urllib.parse import unquote, urlsplit

import aiosmtplib

from mail.wire import GONE, Outcome, Parcel, Result, Wire

__all__ = ["KeptTransport", "Outcome", "Parcel", "Result", "SmtpServer", "SmtpTransport", "Transport"]

DATA_TIMEOUT = 600.0  # RFC 5321, 4.5.3.2.6: ten minutes for the answer to the final dot
NOT_REACHED = Outcome(Result.RETRY, "connect", "It was not reached in time.")

Done = Callable[[Parcel, Outcome], Awaitable[None]]


class Transport(Protocol):
    """What takes messages: a mail server, or a folder. `down` is why it cannot be reached."""

    down: Outcome | None

    async def send_all(self, parcels: Iterable[Parcel], done: Done, seconds: float = 900.0) -> None:
        """Send each message and await `done` with its outcome; never raises for a fault of network or server.

        None is begun after `seconds`: what is left comes back to be tried again.
        """

    async def close(self) -> None:
        """Let go of what is held open between calls."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where and how to connect: `smtp`, `smtp+starttls` or `smtps`. Certificates are verified unless told otherwise."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = ""
    verify: bool = True
    ca_file: Path | None = None
    timeout: float = 30.0
    data_timeout: float = DATA_TIMEOUT

    @classmethod
    def from_url(cls, url: str, *, ca_file: Path | None = None, timeout: float = 30.0) -> "SmtpServer":
        """Read `smtp+starttls://user:password@host:587`."""
        parts = urlsplit(url)
        port = parts.port or {"smtps": 465, "smtp+starttls": 587}.get(parts.scheme, 25)
        return cls(
            parts.scheme,
            parts.hostname or "",
            port,
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            ca_file=ca_file,
            timeout=timeout,
        )


@dataclass(slots=True)
class SmtpTransport:
    """Up to `connections` connections to one server, each reused for message after message until `close`.

    `down` is why no connection could be made when there was none left; a delivery then stops, and tries again later.
    """

    server: SmtpServer
    connections: int = 8
    down: Outcome | None = None
    _idle: list[Wire] = field(default_factory=list)
    _live: int = 0
    _connecting: asyncio.Lock = field(default_factory=asyncio.Lock)
    _context: ssl.SSLContext | None = None

    async def send_all(self, parcels: Iterable[Parcel], done: Done, seconds: float = 900.0) -> None:
        """Send each message; one that finds its reused connection gone is tried on a new one, once."""
        waiting = deque(parcels)
        lanes = min(self.connections, len(waiting))
        until = time.monotonic() + seconds
        await asyncio.gather(*(self._work(waiting, done, until) for _ in range(lanes)))

    async def close(self) -> None:
        """Say goodbye on every connection."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*(wire.goodbye() for wire in idle))

    async def _work(self, waiting: deque[Parcel], done: Done, until: float) -> None:
        wire = self._idle.pop() if self._idle else None
        self._live += wire is not None
        following: Parcel | None = None
        while following is not None or waiting:
            parcel = following or waiting.popleft()
            following = None
            outcome: Outcome | None = NOT_REACHED if time.monotonic() > until else None
            if outcome is None and wire is not None and wire.usable:
                following = waiting.popleft() if waiting else None
                outcome = await wire.hand_over(parcel, following)
                outcome = None if outcome is GONE else outcome
            if outcome is None:
                self._live -= wire is not None
                async with self._connecting:  # in turn, so that each knows whether the ones before it got through
                    wire, outcome = await self._connected()
                    self._live += wire is not None
                if wire is not None:
                    outcome = await wire.hand_over(parcel, following)
                elif self._live:
                    # The server takes no more connections: those that there are carry this one too.
                    self.connections = self._live
                    waiting.extendleft(one for one in (following, parcel) if one is not None)
                    return
                else:
                    self.down = outcome
            assert outcome is not None
            await done(parcel, outcome)
        self._live -= wire is not None
        if wire is not None and wire.usable:
            self._idle.append(wire)

    async def _connected(self) -> tuple[Wire | None, Outcome | None]:
        if self.down is not None:
            return None, self.down  # somebody has just found out: not every message waits for the same silence
        if self._live >= self.connections:
            return None, None
        client, outcome = await self._connect()
        if client is None:
            return None, outcome
        wire = Wire(
            cast(asyncio.Transport, client.transport),
            pipelining=client.supports_extension("pipelining"),
            utf8=client.supports_extension("smtputf8"),
            timeout=self.server.timeout,
            data_timeout=self.server.data_timeout,
        )
        return wire, None

    async def _connect(self) -> tuple[aiosmtplib.SMTP | None, Outcome | None]:
        server = self.server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            timeout=server.timeout,
            use_tls=server.scheme == "smtps",
            start_tls=server.scheme == "smtp+starttls",
            tls_context=self._tls(),
        )
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                await _greet(client)
            if server.user:
                await client.login(server.user, server.password)
        except aiosmtplib.SMTPAuthenticationError as error:
            await _quit(client)
            return None, Outcome(Result.RETRY, "auth", f"The mail server refused our name or password: {_said(error)}")
        except (ssl.SSLError, aiosmtplib.SMTPException, OSError, ValueError) as error:
            stage = "tls" if _is_tls(error) else "connect"
            await _quit(client)
            return None, Outcome(Result.RETRY, stage, _said(error))
        return client, None

    def _tls(self) -> ssl.SSLContext | None:
        """How certificates are verified, read once: the list of authorities takes 20 ms."""
        server = self.server
        if server.scheme != "smtp" and self._context is None:
            context = ssl.create_default_context(cafile=str(server.ca_file) if server.ca_file else None)
            if not server.verify:
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
            self._context = context
        return self._context


@dataclass(slots=True)
class KeptTransport:
    """Keeps each message as a file in a folder, while there is no mail server."""

    folder: Path
    down: Outcome | None = None

    async def send_all(self, parcels: Iterable[Parcel], done: Done, seconds: float = 900.0) -> None:
        """Write each message to `ID.eml`; a disk that is full is tried again later."""
        for parcel in parcels:
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                (self.folder / f"{parcel.id:08d}.eml").write_bytes(parcel.data)
            except OSError as error:
                await done(parcel, Outcome(Result.RETRY, "data", _said(error)))
            else:
                await done(parcel, Outcome(Result.SENT, "data", "kept in the outbox folder"))

    async def close(self) -> None:
        """Nothing is held open."""


def _said(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _is_tls(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError) or "certificate" in str(seen).lower():
            return True
        seen = seen.__cause__ or seen.__context__
    return False


async def _greet(client: aiosmtplib.SMTP) -> None:
    """EHLO, or HELO for a server that knows only that."""
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError:
        await client.helo()


async def _quit(client: aiosmtplib.SMTP) -> None:
    try:
        if client.is_connected:
            await client.quit()
    except (aiosmtplib.SMTPException, OSError):
        pass
    finally:
        client.close()
