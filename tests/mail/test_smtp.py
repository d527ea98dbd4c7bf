"""Sending over real connections: what becomes of a message when a server is good, bad, slow or gone."""

import asyncio
import ssl
from collections.abc import Iterable
from pathlib import Path

import pytest
import trustme

from mail.smtp import KeptTransport, Outcome, Parcel, Result, SmtpServer, SmtpTransport, Transport
from tests.mail.mail_server import Post, a_port, hang_up, mail_server, misbehaving, stall, up_to

BODY = b"Subject: Hello\r\n\r\nHello\r\n.A line that begins with a dot\r\n"


def parcels(*recipients: str) -> list[Parcel]:
    return [Parcel(n, f"bounce+{n}@council.example", to, BODY) for n, to in enumerate(recipients, 1)]


def send(transport: Transport, *batches: Iterable[Parcel]) -> dict[int, Outcome]:
    """Send each batch in turn by one transport; an outcome for each message, and one only."""
    outcomes: dict[int, Outcome] = {}

    async def done(parcel: Parcel, outcome: Outcome) -> None:
        assert parcel.id not in outcomes
        outcomes[parcel.id] = outcome

    async def all_of_it() -> None:
        for batch in batches:
            await transport.send_all(batch, done)
        await transport.close()

    asyncio.run(all_of_it())
    return outcomes


def over(port: int, scheme: str = "smtp", timeout: float = 2, **settings: object) -> SmtpTransport:
    return SmtpTransport(SmtpServer(scheme, "127.0.0.1", port, timeout=timeout, data_timeout=2, **settings))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Who signs the certificates that we trust."""
    return trustme.CA()


@pytest.fixture(scope="module")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    return file


def identity(authority: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_plain() -> None:
    post = Post()
    with mail_server(post) as port:
        outcomes = send(over(port), parcels("a@school.example"))
    assert outcomes[1].result is Result.SENT
    assert post.kept == [("bounce+1@council.example", ("a@school.example",), BODY)]


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_encrypted_with_a_name_and_password(scheme: str, authority: trustme.CA, ca_file: Path) -> None:
    post = Post()
    accounts = {b"sib": b"p:w@d"}
    with mail_server(post, tls=identity(authority), immediately=scheme == "smtps", accounts=accounts) as port:
        outcomes = send(over(port, scheme, user="sib", password="p:w@d", ca_file=ca_file), parcels("a@school.example"))
    assert outcomes[1].result is Result.SENT
    assert post.recipients == ["a@school.example"]


def test_a_wrong_password_is_tried_again_later_and_says_so(authority: trustme.CA, ca_file: Path) -> None:
    post = Post()
    with mail_server(post, tls=identity(authority), accounts={b"sib": b"right"}) as port:
        outcomes = send(
            over(port, "smtp+starttls", user="sib", password="wrong", ca_file=ca_file),
            parcels("a@x.example"),
        )
    assert (outcomes[1].result, outcomes[1].stage) == (Result.RETRY, "auth")
    assert "name or password" in outcomes[1].said
    assert "wrong" not in outcomes[1].said
    assert post.kept == []


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
@pytest.mark.parametrize("wrong", ["signer", "name"])
def test_a_wrong_certificate_is_not_spoken_to(scheme: str, wrong: str, authority: trustme.CA, ca_file: Path) -> None:
    post = Post()
    theirs = identity(trustme.CA()) if wrong == "signer" else identity(authority, "elsewhere.example")
    with mail_server(post, tls=theirs, immediately=scheme == "smtps") as port:
        outcomes = send(over(port, scheme, ca_file=ca_file), parcels("a@school.example"))
    assert (outcomes[1].result, outcomes[1].stage) == (Result.RETRY, "tls")
    assert post.kept == []


def test_no_encryption_where_it_is_asked_for_sends_nothing() -> None:
    post = Post()
    with mail_server(post) as port:
        outcomes = send(over(port, "smtp+starttls"), parcels("a@school.example"))
    assert outcomes[1].result is Result.RETRY
    assert post.kept == []


@pytest.mark.parametrize(
    ("stage", "code", "result"),
    [
        ("MAIL", "451 later", Result.RETRY),
        ("MAIL", "550 never", Result.FAILED),
        ("RCPT", "450 mailbox busy", Result.RETRY),
        ("RCPT", "550 no such user", Result.FAILED),
        ("DATA", "452 disk full", Result.RETRY),
        ("DATA", "554 looks like spam", Result.FAILED),
    ],
)
def test_a_refusal_is_of_its_stage_and_harms_nobody_else(stage: str, code: str, result: Result) -> None:
    who = "bounce+2@council.example" if stage == "MAIL" else "b@school.example"
    post = Post(says={(stage, who): code})
    with mail_server(post) as port:
        transport = over(port)
        transport.connections = 1
        outcomes = send(transport, parcels("a@school.example", "b@school.example", "c@school.example"))
    assert (outcomes[2].result, outcomes[2].stage) == (result, stage.lower())
    assert code[:3] in outcomes[2].said
    assert [outcomes[n].result for n in (1, 3)] == [Result.SENT, Result.SENT]
    assert post.recipients == ["a@school.example", "c@school.example"]


@pytest.mark.parametrize("how", [hang_up, stall])
@pytest.mark.parametrize("stage", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_a_cut_before_the_message_is_tried_again(stage: str, how: object) -> None:
    with misbehaving(up_to(stage, how)) as port:  # type: ignore[arg-type]
        outcomes = send(over(port), parcels("a@school.example"))
    assert outcomes[1].result is Result.RETRY


@pytest.mark.parametrize("how", [hang_up, stall])
def test_a_cut_once_the_message_is_on_its_way_is_unknown(how: object) -> None:
    with misbehaving(up_to("DOT", how)) as port:  # type: ignore[arg-type]
        outcomes = send(over(port), parcels("a@school.example"))
    assert (outcomes[1].result, outcomes[1].stage) == (Result.UNKNOWN, "data")


def test_garbage_instead_of_a_greeting() -> None:
    async def garbage(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\xff\x00 HTTP/1.1 400 Bad\r\n\r\n")
        await writer.drain()

    with misbehaving(garbage) as port:
        outcomes = send(over(port), parcels("a@school.example", "b@school.example"))
    assert {(one.result, one.stage) for one in outcomes.values()} == {(Result.RETRY, "connect")}


def test_no_server() -> None:
    outcomes = send(over(a_port()), parcels("a@school.example"))
    assert (outcomes[1].result, outcomes[1].stage) == (Result.RETRY, "connect")


def test_connections_are_reused_and_each_message_goes_once() -> None:
    post = Post()
    everybody = [f"p{n}@school.example" for n in range(300)]
    made = parcels(*everybody)
    with mail_server(post) as port:
        outcomes = send(over(port), made[:100], made[100:200], made[200:])
    assert {one.result for one in outcomes.values()} == {Result.SENT}
    assert sorted(post.recipients) == sorted(everybody)
    assert post.connections <= 8


def test_a_server_that_closes_after_each_message_gets_a_new_connection() -> None:
    kept: list[bytes] = []

    async def one_each(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def answer_and_go(_reader: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
            kept.append(b"one")
            out.write(b"250 kept\r\n")
            await out.drain()

        await up_to("DOT", answer_and_go)(reader, writer)

    with misbehaving(one_each) as port:
        transport = over(port)
        transport.connections = 1
        outcomes = send(transport, parcels(*(f"p{n}@school.example" for n in range(5))))
    assert {one.result for one in outcomes.values()} == {Result.SENT}
    assert len(kept) == 5


def test_without_a_server_messages_are_kept_as_files(tmp_path: Path) -> None:
    outcomes = send(KeptTransport(tmp_path / "outbox"), parcels("a@school.example", "b@school.example"))
    assert {one.result for one in outcomes.values()} == {Result.SENT}
    assert [file.read_bytes() for file in sorted((tmp_path / "outbox").iterdir())] == [BODY, BODY]


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "00000001.eml").mkdir()
    outcomes = send(KeptTransport(tmp_path), parcels("a@school.example", "b@school.example"))
    assert [outcomes[n].result for n in (1, 2)] == [Result.RETRY, Result.SENT]
