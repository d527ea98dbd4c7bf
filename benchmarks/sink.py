"""A quick mail server that offers PIPELINING: what both sides of a benchmark send to, and what the tests of deaths ask
afterwards who got what. `python -m benchmarks.sink PORT [FILE]` serves until it is ended.

It takes everything. Into FILE goes one line a message, recipient and Message-ID, before the answer is given: a
message that stands there has been delivered, whether its sender learnt of it or not.
"""

import asyncio
import signal
import sys
from pathlib import Path
from typing import BinaryIO

DOT = b"\r\n.\r\n"


class Sink(asyncio.Protocol):
    """One connection."""

    def __init__(self, record: BinaryIO | None) -> None:
        self._record = record
        self._buffer = b""
        self._in_data = False
        self._recipient = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer every whole command, and every message whose end has come."""
        self._buffer += data
        answers = []
        while True:
            if self._in_data:
                end = self._buffer.find(DOT)
                if end < 0:
                    break
                message, self._buffer = self._buffer[:end], self._buffer[end + len(DOT) :]
                self._in_data = False
                self._keep(message)
                answers.append(b"250 2.0.0 kept\r\n")
                continue
            line, newline, rest = self._buffer.partition(b"\r\n")
            if not newline:
                break
            self._buffer = rest
            answers.append(self._answer(line))
        if answers and self._transport is not None:
            self._transport.write(b"".join(answers))

    def _answer(self, line: bytes) -> bytes:
        word = line[:4].upper()
        if word == b"EHLO":
            return b"250-sink\r\n250-PIPELINING\r\n250-SMTPUTF8\r\n250 8BITMIME\r\n"
        if word == b"RCPT":
            self._recipient = line[line.find(b"<") + 1 : line.find(b">")]
        if word == b"DATA":
            self._in_data = True
            return b"354 go on\r\n"
        if word == b"QUIT" and self._transport is not None:
            self._transport.write(b"221 bye\r\n")
            self._transport.close()
            return b""
        return b"250 OK\r\n"

    def _keep(self, message: bytes) -> None:
        if self._record is None:
            return
        start = message.find(b"Message-ID:")
        header_id = message[start + 11 : message.find(b"\r\n", start)].strip() if start >= 0 else b"-"
        self._record.write(self._recipient + b" " + header_id + b"\n")


async def serve(port: int, file: Path | None) -> None:
    """Serve on loopback until SIGTERM."""
    record = file.open("ab", buffering=0) if file is not None else None
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Sink(record), "127.0.0.1", port)
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    print("ready", flush=True)
    await ended.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None))
