"""Sending over SMTP with reused connections (RFC 5321), each stage called apart, because only one of them is ambiguous.

A cut before the message's final dot has been sent means that nothing was delivered; a cut between the dot and the
answer means that nobody can know. A network's or server's fault never raises: it becomes an `Outcome`.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib

DATA_TIMEOUT = 600.0  # RFC 5321, 4.5.3.2.6: ten minutes for the answer to the final dot


class Result(StrEnum):
    """`UNKNOWN`: the connection ended between the final dot and the server's answer."""

    SENT = "sent"
    RETRY = "retry"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message, at which stage (connect, tls, auth, mail, rcpt, data), and what the server said."""

    result: Result
    stage: str
    said: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message to hand over: `id` is the caller's own, `data` the bytes of the e-mail."""

    id: int
    bounce_to: str
    recipient: str
    data: bytes


_GONE = Outcome(Result.RETRY, "mail", "The server had closed the connection.")


class Transport(Protocol):
    """What takes messages: a mail server, or a folder."""

    async def send_all(self, parcels: Iterable[Parcel], done: Callable[[Parcel, Outcome], Awaitable[None]]) -> None:
        """Send each message and await `done` with its outcome; never raises for a fault of network or server."""

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
    def from_url(cls, url: str) -> "SmtpServer":
        """Read `smtp+starttls://user:password@host:587`."""
        parts = urlsplit(url)
        port = parts.port or {"smtps": 465, "smtp+starttls": 587}.get(parts.scheme, 25)
        return cls(
            parts.scheme, parts.hostname or "", port, unquote(parts.username or ""), unquote(parts.password or "")
        )


@dataclass(slots=True)
class SmtpTransport:
    """Up to `connections` connections to one server, each reused for message after message until `close`."""

    server: SmtpServer
    connections: int = 8
    _idle: list[aiosmtplib.SMTP] = field(default_factory=list)

    async def send_all(self, parcels: Iterable[Parcel], done: Callable[[Parcel, Outcome], Awaitable[None]]) -> None:
        """Send each message; one that finds its reused connection gone is tried on a new one, once."""
        waiting: asyncio.Queue[Parcel] = asyncio.Queue()
        for parcel in parcels:
            waiting.put_nowait(parcel)
        workers = min(self.connections, waiting.qsize())
        await asyncio.gather(*(self._work(waiting, done) for _ in range(workers)))

    async def close(self) -> None:
        """Say goodbye on every connection."""
        while self._idle:
            await _quit(self._idle.pop())

    async def _work(self, waiting: asyncio.Queue[Parcel], done: Callable[[Parcel, Outcome], Awaitable[None]]) -> None:
        client = self._idle.pop() if self._idle else None
        try:
            while not waiting.empty():
                parcel = waiting.get_nowait()
                outcome: Outcome | None = None
                if client is not None and client.is_connected:
                    outcome = await self._hand_over(client, parcel)
                    if outcome == _GONE:
                        outcome = None
                if outcome is None:
                    client, outcome = await self._connect()
                    if client is not None:
                        outcome = await self._hand_over(client, parcel)
                assert outcome is not None
                await done(parcel, outcome)
        finally:
            if client is not None and client.is_connected:
                self._idle.append(client)

    async def _connect(self) -> tuple[aiosmtplib.SMTP | None, Outcome | None]:
        server = self.server
        context: ssl.SSLContext | None = None
        if server.scheme != "smtp":
            context = ssl.create_default_context(cafile=str(server.ca_file) if server.ca_file else None)
            if not server.verify:
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            timeout=server.timeout,
            use_tls=server.scheme == "smtps",
            start_tls=server.scheme == "smtp+starttls",
            tls_context=context,
        )
        try:
            await client.connect()
            if server.user:
                await client.login(server.user, server.password)
        except aiosmtplib.SMTPAuthenticationError as error:
            await _quit(client)
            return None, Outcome(Result.RETRY, "auth", f"The mail server refused our name or password: {_said(error)}")
        except (ssl.SSLError, aiosmtplib.SMTPException, OSError) as error:
            stage = "tls" if _is_tls(error) else "connect"
            await _quit(client)
            return None, Outcome(Result.RETRY, stage, _said(error))
        return client, None

    async def _hand_over(self, client: aiosmtplib.SMTP, parcel: Parcel) -> Outcome:
        stage = "mail"
        try:
            await client.mail(parcel.bounce_to)
            stage = "rcpt"
            await client.rcpt(parcel.recipient)
        except aiosmtplib.SMTPResponseException as error:
            outcome = _refused(error, stage)
            await _reset(client)
            return outcome
        except aiosmtplib.SMTPServerDisconnected as error:
            client.close()
            return _GONE if stage == "mail" else Outcome(Result.RETRY, stage, _said(error))
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            client.close()
            return Outcome(Result.RETRY, stage, _said(error))
        try:
            response = await client.data(parcel.data, timeout=self.server.data_timeout)
        except aiosmtplib.SMTPDataError as error:
            outcome = _refused(error, "data")
            await _reset(client)
            return outcome
        except (aiosmtplib.SMTPException, OSError) as error:
            client.close()
            return Outcome(Result.UNKNOWN, "data", _said(error))
        return Outcome(Result.SENT, "data", f"{response.code} {response.message}")


@dataclass(frozen=True, slots=True)
class KeptTransport:
    """Keeps each message as a file in a folder, while there is no mail server."""

    folder: Path

    async def send_all(self, parcels: Iterable[Parcel], done: Callable[[Parcel, Outcome], Awaitable[None]]) -> None:
        """Write each message to `ID.eml`; a disk that is full is tried again later."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for parcel in parcels:
            try:
                (self.folder / f"{parcel.id:08d}.eml").write_bytes(parcel.data)
            except OSError as error:
                await done(parcel, Outcome(Result.RETRY, "data", _said(error)))
            else:
                await done(parcel, Outcome(Result.SENT, "data", "kept in the outbox folder"))

    async def close(self) -> None:
        """Nothing is held open."""


def _refused(error: aiosmtplib.SMTPResponseException, stage: str) -> Outcome:
    permanent = error.code >= 500
    return Outcome(Result.FAILED if permanent else Result.RETRY, stage, f"{error.code} {error.message}")


def _said(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _is_tls(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError) or "certificate" in str(seen).lower():
            return True
        seen = seen.__cause__ or seen.__context__
    return False


async def _reset(client: aiosmtplib.SMTP) -> None:
    """Ready the connection for the next message; one that will not is let go."""
    try:
        await client.rset()
    except (aiosmtplib.SMTPException, OSError):
        client.close()


async def _quit(client: aiosmtplib.SMTP) -> None:
    try:
        if client.is_connected:
            await client.quit()
    except (aiosmtplib.SMTPException, OSError):
        pass
    finally:
        client.close()
