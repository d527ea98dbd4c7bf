"""Mail servers in this process, good and bad, that keep what they were given."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Post:
    """Keeps each message with its recipients; `says` may answer a stage (`MAIL`, `RCPT`, `DATA`) for an address."""

    says: dict[tuple[str, str], str] = field(default_factory=dict)
    kept: list[tuple[str, tuple[str, ...], bytes]] = field(default_factory=list)
    connections: int = 0

    async def handle_EHLO(  # noqa: N802  aiosmtpd's names, here and below
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.says.get(("MAIL", address), "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        said = self.says.get(("RCPT", address), "250 OK")
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        said = self.says.get(("DATA", envelope.rcpt_tos[0]), "250 Kept")
        if said.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.kept.append((envelope.mail_from or "", tuple(envelope.rcpt_tos), content))
        return said

    @property
    def recipients(self) -> list[str]:
        return [recipient for _, recipients, _ in self.kept for recipient in recipients]


@contextmanager
def mail_server(
    post: Post,
    *,
    tls: ssl.SSLContext | None = None,
    immediately: bool = False,
    accounts: dict[bytes, bytes] | None = None,
) -> Iterator[int]:
    """A real server on loopback; its port."""

    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        good = isinstance(given, LoginPassword) and (accounts or {}).get(given.login) == given.password
        return AuthResult(success=good, handled=False)

    options: dict[str, Any] = (
        {"authenticator": authenticate, "auth_required": True, "auth_require_tls": not immediately} if accounts else {}
    )
    if tls is not None and not immediately:
        options |= {"tls_context": tls, "require_starttls": True}
    controller = Controller(
        post, hostname="127.0.0.1", port=a_port(), ssl_context=tls if immediately else None, **options
    )
    controller.start()
    try:
        yield int(controller.port or 0)
    finally:
        controller.stop()


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextmanager
def misbehaving(talk: Talk) -> Iterator[int]:
    """A server that speaks as `talk` does on each connection; its port."""
    loop, ready, port = asyncio.new_event_loop(), threading.Event(), a_port()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(one, "127.0.0.1", port)
        ready.set()
        await stop.wait()
        server.close()

    stop = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    ready.wait(5)
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)


def up_to(stage: str, then: Talk) -> Talk:
    """A server that is polite until `stage` (a command, or `DOT` for a message's end), then does `then`."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        while line := await reader.readline():
            word = line.split()[0].upper().decode(errors="replace")
            if word == stage:
                await then(reader, writer)
                return
            if word == "DATA":
                writer.write(b"354 go on\r\n")
                await reader.readuntil(b"\r\n.\r\n")
                if stage == "DOT":
                    await then(reader, writer)
                    return
            writer.write(b"250 OK\r\n")
            await writer.drain()

    return talk


async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """End the connection without a word."""
    writer.close()


async def stall(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Say nothing until the other side goes."""
    while await reader.read(1000):
        pass


def a_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
