"""Handing over on a server that offers PIPELINING, and on one that answers in its own way at each stage."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.settings import ROOT
from mail.smtp import Result, SmtpServer, SmtpTransport
from mail.wire import Parcel, _stuffed
from tests.mail.mail_server import Talk, a_port, misbehaving
from tests.mail.test_smtp import over, parcels, send

OFFERS = b"250-here\r\n250-PIPELINING\r\n250 8BITMIME\r\n"


@contextmanager
def sink(file: Path) -> Iterator[int]:
    """The benchmarks' own quick server, which offers PIPELINING; its port."""
    port = a_port()
    command = [sys.executable, "-m", "benchmarks.sink", str(port), str(file)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as served:
        assert served.stdout is not None
        served.stdout.readline()
        try:
            yield port
        finally:
            served.terminate()


def answering(kept: list[str], **answers: bytes) -> Talk:
    """A server that offers PIPELINING and answers a word (MAIL, RCPT, DATA, DOT) of message 2 as told."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        recipient, taken, bad = "", False, False
        while line := await reader.readline():
            word = line.split()[0].upper().decode()
            said = answers.get(word) if bad or word == "MAIL" else None
            if word == "EHLO":
                writer.write(OFFERS)
            elif word == "MAIL":
                bad = b"bounce+2@" in line
                taken = not (bad and said)
                writer.write(said if bad and said else b"250 OK\r\n")
            elif word == "RCPT":
                recipient = line.decode().split("<")[1].split(">")[0]
                taken = taken and not said
                writer.write(said or b"250 OK\r\n")
            elif word == "DATA" and said:
                writer.write(said)
            elif word == "DATA":
                writer.write(b"354 go on\r\n")
                await writer.drain()
                await reader.readuntil(b"\r\n.\r\n" if taken else b".\r\n")
                if not taken:
                    writer.write(b"554 no valid recipients\r\n")
                elif bad and "DOT" in answers:
                    writer.write(answers["DOT"])
                else:
                    kept.append(recipient)
                    writer.write(b"250 kept\r\n")
            else:
                writer.write(b"250 OK\r\n")
            await writer.drain()

    return talk


def test_a_thousand_over_two_connections_each_once(tmp_path: Path) -> None:
    everybody = parcels(*(f"p{n}@school.example" for n in range(1000)))
    with sink(tmp_path / "got") as port:
        transport = over(port)
        transport.connections = 2
        outcomes = send(transport, everybody[:600], everybody[600:])
    assert {one.result for one in outcomes.values()} == {Result.SENT}
    got = [line.split()[0] for line in (tmp_path / "got").read_text().splitlines()]
    assert sorted(got) == sorted(one.recipient for one in everybody)


@pytest.mark.parametrize(
    ("answers", "result", "stage"),
    [
        ({"MAIL": b"550 no\r\n"}, Result.FAILED, "mail"),
        ({"RCPT": b"550-no\r\n550 such user\r\n"}, Result.FAILED, "rcpt"),
        ({"RCPT": b"450 busy\r\n"}, Result.RETRY, "rcpt"),
        ({"RCPT": b"550 no\r\n", "DATA": b"503 no recipients\r\n"}, Result.FAILED, "rcpt"),
        ({"DATA": b"451 later\r\n"}, Result.RETRY, "data"),
        ({"DOT": b"554 spam\r\n"}, Result.FAILED, "data"),
        ({"DOT": b"452 full\r\n"}, Result.RETRY, "data"),
    ],
)
def test_a_refusal_in_a_pipeline_is_of_one_message(answers: dict[str, bytes], result: Result, stage: str) -> None:
    kept: list[str] = []
    with misbehaving(answering(kept, **answers)) as port:
        transport = over(port)
        transport.connections = 1
        outcomes = send(transport, parcels("a@x.example", "bad@x.example", "c@x.example", "d@x.example"))
    assert (outcomes[2].result, outcomes[2].stage) == (result, stage)
    assert {outcomes[n].result for n in (1, 3, 4)} == {Result.SENT}
    assert kept == ["a@x.example", "c@x.example", "d@x.example"]


def test_what_was_announced_behind_a_cut_goes_on_another_connection() -> None:
    kept: list[str] = []
    connections = 0
    polite = answering(kept)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        if connections > 1:
            await polite(reader, writer)
            return
        writer.write(b"220 here\r\n")
        await reader.readline()
        writer.write(OFFERS)
        for last in (False, False, True):
            await reader.readuntil(b"DATA\r\n")
            writer.write(b"250 OK\r\n250 OK\r\n354 go on\r\n")
            await reader.readuntil(b"\r\n.\r\n")
            if not last:
                writer.write(b"250 kept\r\n")
        await reader.readuntil(b"DATA\r\n")  # the fourth is announced; and not a word

    with misbehaving(talk) as port:
        transport = over(port)
        transport.connections = 1
        outcomes = send(transport, parcels(*(f"{name}@x.example" for name in "abcde")))
    assert outcomes[3].result is Result.UNKNOWN
    assert {outcomes[n].result for n in (1, 2, 4, 5)} == {Result.SENT}
    assert kept == ["d@x.example", "e@x.example"]


def test_a_server_that_takes_few_connections_is_served_by_those() -> None:
    kept: list[str] = []
    open_now = 0
    polite = answering(kept)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal open_now
        open_now += 1
        try:
            if open_now > 2:
                writer.write(b"421 too many connections\r\n")
                return
            await polite(reader, writer)
        finally:
            open_now -= 1

    with misbehaving(talk) as port:
        outcomes = send(over(port), parcels(*(f"p{n}@x.example" for n in range(60))))
    assert {one.result for one in outcomes.values()} == {Result.SENT}
    assert len(kept) == len(set(kept)) == 60


@pytest.mark.parametrize("said", [b"banana\r\n", b"\xff\xfe\x00\r\n", b"x" * 100_000, b"25\r\n"])
def test_garbage_for_an_answer_breaks_off_and_is_tried_again(said: bytes) -> None:
    with misbehaving(answering([], MAIL=said)) as port:
        outcomes = send(over(port), parcels("a@x.example", "bad@x.example"))
    assert outcomes[2].result is Result.RETRY


def test_garbage_after_the_dot_is_unsettled() -> None:
    with misbehaving(answering([], DOT=b"banana\r\n")) as port:
        outcomes = send(over(port), parcels("a@x.example", "bad@x.example"))
    assert outcomes[2].result is Result.UNKNOWN


def test_an_address_that_the_server_cannot_take() -> None:
    with misbehaving(answering([])) as port:  # it offers no SMTPUTF8
        outcomes = send(over(port), parcels("müller@x.example", "a@x.example"))
    assert (outcomes[1].result, outcomes[2].result) == (Result.FAILED, Result.SENT)
    assert "SMTPUTF8" in outcomes[1].said


@pytest.mark.parametrize("address", ["", "a", "a@x, b@x", "a@x>\r\nRCPT TO:<b@x", "a b@x", "<a@x>", "a@x\0"])
def test_what_is_no_address_never_reaches_the_server(address: str) -> None:
    kept: list[str] = []
    with misbehaving(answering(kept)) as port:
        outcomes = send(over(port), [Parcel(1, "b+1@x.example", address, b"x")])
    assert outcomes[1].result is Result.FAILED
    assert kept == []


def test_messages_left_when_the_time_is_over_come_back() -> None:
    outcomes: list[Result] = []

    async def done(_parcel: Parcel, outcome: object) -> None:
        outcomes.append(outcome.result)  # type: ignore[attr-defined]

    asyncio.run(SmtpTransport(SmtpServer("smtp", "127.0.0.1", a_port())).send_all(parcels("a@x.example"), done, -1.0))
    assert outcomes == [Result.RETRY]


@pytest.mark.parametrize(
    ("message", "sent"),
    [
        (b"a\r\n.b\r\n", b"a\r\n..b\r\n.\r\n"),
        (b".a", b"..a\r\n.\r\n"),
        (b"a\n.\nb\n", b"a\r\n..\r\nb\r\n.\r\n"),
        (b"a\r.\r\n", b"a\r\n..\r\n.\r\n"),
        (b"", b"\r\n.\r\n"),
    ],
)
def test_no_line_of_a_message_ends_it(message: bytes, sent: bytes) -> None:
    assert _stuffed(message) == sent
