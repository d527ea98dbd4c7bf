"""A mail server on this machine that keeps what it is given: the demo's mail goes nowhere else."""

import socket
from pathlib import Path
from types import TracebackType
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

LOOPBACK = "127.0.0.1"


class MailSink:
    """Accepts everything, on loopback unless another `host` is named.

    It is kept as `000001.eml`, `000002.eml` … in a folder.
    """

    def __init__(self, folder: Path, port: int = 0, host: str = LOOPBACK) -> None:
        self._folder = folder
        self._host = host
        self._any_port = port == 0
        self._controller = self._on(port or _free_port())

    @property
    def url(self) -> str:
        return f"smtp://{LOOPBACK}:{self._controller.port}"

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        for last in (False, False, True):  # a port that was free a moment ago may be somebody's by now
            try:
                self._controller.start()
                break
            except OSError:
                if last or not self._any_port:
                    raise
                self._controller = self._on(_free_port())
        return self

    def _on(self, port: int) -> Controller:
        return Controller(_Keeper(self._folder), hostname=self._host, port=port)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()


class _Keeper:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        self._kept += 1
        content = envelope.content
        assert content is not None
        octets = content if isinstance(content, bytes) else content.encode()
        (self._folder / f"{self._kept:06d}.eml").write_bytes(octets)
        return "250 Kept"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port
