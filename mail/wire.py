"""One SMTP conversation, from MAIL to the answer after the final dot (RFC 5321), pipelined where the server offers it.

aiosmtplib connects, encrypts and logs in; then this takes the connection over, because aiosmtplib waits for the answer
to every command (ADR 0010). With PIPELINING (RFC 2920) a message costs one round trip: its commands travel behind the
body of the message before it.

Until the final dot has been written nothing has been delivered; from then until the answer nobody can know.
"""

import asyncio
import re
from collections import deque
from dataclasses import dataclass
from enum import StrEnum

_ADDRESS = re.compile(r"[^\s<>,;:\"\x00-\x20\x7f]+@[^\s<>,;:@\"\x00-\x20\x7f]+\Z")
_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
LONGEST_REPLY = 65_536


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


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's answer."""

    code: int
    text: str

    @property
    def good(self) -> bool:
        return 200 <= self.code < 400

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


GONE = Outcome(Result.RETRY, "mail", "The server had closed the connection.")


class Broken(Exception):
    """The connection ended, nothing was said for too long, or what was said is no SMTP."""


class Wire(asyncio.Protocol):
    """A connection on which messages are handed over one after the other."""

    def __init__(
        self, transport: asyncio.Transport, *, pipelining: bool, utf8: bool, timeout: float, data_timeout: float
    ) -> None:
        self._transport = transport
        self._pipelining = pipelining
        self._utf8 = utf8
        self._timeout = timeout
        self._data_timeout = data_timeout
        self._loop = asyncio.get_running_loop()
        self._buffer = bytearray()
        self._lines: list[str] = []
        self._replies: deque[Reply] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._ended = ""
        self._announced: Parcel | None = None
        self._used = False
        transport.set_protocol(self)

    # ------------------------------------------------------------ messages

    @property
    def usable(self) -> bool:
        """Whether the next message can be tried here: connected, and nothing was said unasked, such as a goodbye."""
        return not self._ended and (self._announced is not None or not self._replies)

    async def hand_over(self, parcel: Parcel, following: Parcel | None = None) -> Outcome:
        """Send one message; `following` is the one that comes next on this connection, announced behind its body.

        Never raises for a fault of server or network. `GONE` means that the server had left since the last message.
        """
        reused, self._used = self._used, True
        wrong = _wrong_address(parcel, utf8=self._utf8)
        if wrong and self._announced is not parcel:
            return Outcome(Result.FAILED, "rcpt", wrong)
        stage = "mail"
        try:
            mail, rcpt, data = _commands(parcel)
            announced, self._announced = self._announced is parcel, None
            if self._pipelining and not announced:
                self._write(mail + rcpt + data)
            answers: list[Reply] = []
            for stage, command in (("mail", mail), ("rcpt", rcpt), ("data", data)):  # noqa: B007  the stage it ended at
                if not self._pipelining:
                    self._write(command)
                answers.append(await self._reply(self._timeout))
                if not answers[-1].good and not self._pipelining:
                    break
            refused = next((n for n, one in enumerate(answers) if not one.good), None)
            if refused is None and answers[-1].code == 354:
                stage = "dot"
                self._announce(parcel, following)
                return _judged(await self._reply(self._data_timeout), "data")
            await self._clear(empty=answers[-1].code == 354)
            at = refused if refused is not None else 2
            return _judged(answers[at], ("mail", "rcpt", "data")[at], never_good=True)
        except Broken as error:
            self.close()
            if stage == "dot":
                return Outcome(Result.UNKNOWN, "data", str(error))
            return GONE if stage == "mail" and reused else Outcome(Result.RETRY, stage, str(error))

    async def goodbye(self) -> None:
        """Say QUIT and go, without waiting long for the answer."""
        if not self._ended:
            try:
                self._write(b"QUIT\r\n")
                await self._reply(1.0)
            except Broken:
                pass
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._ended = self._ended or "The connection was closed."
        self._transport.close()

    def _announce(self, parcel: Parcel, following: Parcel | None) -> None:
        body = _stuffed(parcel.data)
        if following is not None and self._pipelining and not _wrong_address(following, utf8=self._utf8):
            self._announced = following
            body += b"".join(_commands(following))
        self._write(body)

    async def _clear(self, *, empty: bool) -> None:
        """End a transaction that was refused: the lone dot that RFC 2920, 3.1 asks for after a 354, or RSET."""
        try:
            self._write(b".\r\n" if empty else b"RSET\r\n")
            await self._reply(self._timeout)
        except Broken:
            self.close()

    # ------------------------------------------------------------ octets

    def _write(self, octets: bytes) -> None:
        if self._ended:
            raise Broken(self._ended)
        self._transport.write(octets)

    async def _reply(self, seconds: float) -> Reply:
        if not self._replies:
            if self._ended:
                raise Broken(self._ended)
            self._waiter = self._loop.create_future()
            timer = self._loop.call_later(seconds, self._end, f"The server said nothing for {seconds:g} s.")
            try:
                await self._waiter
            finally:
                timer.cancel()
                self._waiter = None
            if not self._replies:
                raise Broken(self._ended)
        return self._replies.popleft()

    def data_received(self, data: bytes) -> None:
        """Take what the server says; whole replies go to whoever waits."""
        self._buffer += data
        if len(self._buffer) > LONGEST_REPLY:
            self._end("The server's answer has no end.")
            return
        *whole, rest = bytes(self._buffer).split(b"\n")
        self._buffer = bytearray(rest)
        for line in whole:
            text = line.rstrip(b"\r").decode("utf-8", "replace")
            if not (text[:3].isdecimal() and text[:3].isascii() and text[3:4] in {"", " ", "-"}):
                self._end("The server's answer is no SMTP.")
                return
            self._lines.append(text[4:])
            if text[3:4] != "-":
                self._replies.append(Reply(int(text[:3]), " ".join(self._lines)))
                self._lines.clear()
        self._wake()

    def eof_received(self) -> bool:
        """The server says no more."""
        self._end("The server closed the connection.")
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._end("The server closed the connection." if exc is None else f"The connection was lost: {exc}")

    def _end(self, why: str) -> None:
        self._ended = self._ended or why
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done() and (self._replies or self._ended):
            self._waiter.set_result(None)


def _commands(parcel: Parcel) -> tuple[bytes, bytes, bytes]:
    utf8 = "" if parcel.recipient.isascii() else " SMTPUTF8"
    return (
        f"MAIL FROM:<{parcel.bounce_to}>{utf8}\r\n".encode(),
        f"RCPT TO:<{parcel.recipient}>\r\n".encode(),
        b"DATA\r\n",
    )


def _wrong_address(parcel: Parcel, *, utf8: bool) -> str:
    """Why a message cannot be handed over at all; empty when it can. Nothing of it could end a command early."""
    if not _ADDRESS.match(parcel.recipient) or not _ADDRESS.match(parcel.bounce_to):
        return "This is not an e-mail address."
    if not parcel.recipient.isascii() and not utf8:
        return "The mail server takes no address with such letters before the @ (SMTPUTF8)."
    return ""


def _stuffed(data: bytes) -> bytes:
    """A message as it goes over the wire: CRLF throughout, a dot doubled where a line begins with one, a dot at the
    end (RFC 5321, 4.5.2).
    """
    if not data.count(b"\r\n") == data.count(b"\n") == data.count(b"\r"):  # searching took a fifth of sending
        data = _BARE.sub(b"\r\n", data)
    if b"\r\n." in data or data.startswith(b"."):
        data = (b"\r\n" + data).replace(b"\r\n.", b"\r\n..")[2:]
    return data + (b".\r\n" if data.endswith(b"\r\n") else b"\r\n.\r\n")


def _judged(reply: Reply, stage: str, *, never_good: bool = False) -> Outcome:
    if reply.good and not never_good:
        return Outcome(Result.SENT, stage, str(reply))
    return Outcome(Result.FAILED if reply.code >= 500 else Result.RETRY, stage, str(reply))
