"""A real IMAP server (pymap) as a process of its own, with one mailbox in memory."""

import contextlib
import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

USER, PASSWORD = "bounces", "a password @ work"


@contextmanager
def imap_server(cert: Path | None = None, key: Path | None = None) -> Iterator[int]:
    """Its port. With a certificate it offers STARTTLS and wants it, else it takes passwords plainly."""
    pytest.importorskip("pymap", reason="There is no IMAP server here: `make setup` installs it")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    secure = ["--cert", str(cert), "--key", str(key)] if cert else ["--no-tls"]
    command = [str(Path(sys.executable).with_name("pymap")), "--host", "127.0.0.1", "--port", str(port), *secure]
    command += ["--no-service", "managesieve", "--no-service", "admin"]
    command += ["dict", "--demo-data", "--demo-user", USER, "--demo-password", PASSWORD]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(10)


def deliver(connection: imaplib.IMAP4, *mails: bytes) -> None:
    """Put mails into the INBOX, unread, and mark what was there as read."""
    connection.login(USER, PASSWORD)
    connection.select("INBOX")
    connection.store("1:*", "+FLAGS", r"(\Seen)")
    for mail in mails:
        connection.append("INBOX", "", imaplib.Time2Internaldate(time.time()), mail)
    connection.logout()


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        assert server.poll() is None, "the IMAP server did not start"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError("the IMAP server does not answer")
