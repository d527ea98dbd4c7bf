"""The demo's own mail server finds a port, and refuses one that is taken where it was named."""

import socket
from pathlib import Path

import pytest

from mail import sink
from mail.sink import LOOPBACK, MailSink


def test_a_port_that_was_taken_meanwhile_is_left_and_a_named_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIOSMTPD_CONTROLLER_TIMEOUT", "2")  # it waits as long for a start that has failed already
    free = sink._free_port
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        taken = other.getsockname()[1]
        answers = iter([taken, taken])
        monkeypatch.setattr(sink, "_free_port", lambda: next(answers, None) or free())
        with MailSink(tmp_path) as found:
            assert not found.url.endswith(f":{taken}")
        with pytest.raises(OSError, match="address already in use"), MailSink(tmp_path, taken):
            pass
