"""`sib doctor`: what is well, what to do about what is not, and where each setting came from."""

import json
import mailbox
import ssl
from datetime import timedelta
from pathlib import Path

import pytest
import trustme
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from cli.checks import mail as mail_checks
from cli.checks import records
from cli.main import sib
from config import clock
from config.database import session_factory
from config.settings import settings
from models.messages import Message, MessageKind, MessageState
from models.officer_tasks import OfficerTask
from models.runs import RunReport
from tests.casework.world import make_world
from tests.mail.mail_server import Post, mail_server


def ask(*words: str) -> Result:
    settings.cache_clear()
    return CliRunner().invoke(sib, ["doctor", *words])


def checks(result: Result) -> dict[str, dict[str, object]]:
    return {one["what"]: one for one in json.loads(result.stdout)}


@pytest.fixture
def world(engine: Engine) -> Engine:
    with session_factory(engine).begin() as session:
        make_world(session)
    return engine


def test_it_says_what_is_well_and_where_settings_come_from(world: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIB_SMTP_URL", "smtp://me:hunter2secret@127.0.0.1:1")
    monkeypatch.setenv("SIB_SECRET_KEY", "k" * 40)
    result = ask("--json")
    come_from = {what: one["comes_from"] for what, one in checks(result).items()}
    assert come_from["SIB_SMTP_URL"] == come_from["SIB_DATABASE_URL"] == "environment"
    assert come_from["SIB_AREA"] == "default"
    assert "hunter2secret" not in result.stdout
    assert "k" * 40 not in result.stdout
    found = checks(result)
    for what in (
        "database",
        "event log",
        "templates",
        "papers",
        "clock",
        "disk of the state",
        "key",
        "leases",
        "trouble",
    ):
        assert found[what]["well"], found[what]
    assert not found["mail server"]["well"]


def test_in_words_each_line_has_a_tick_or_a_cross(world: Engine) -> None:
    result = ask()
    lines = result.stdout.split("\nSettings")[0].splitlines()
    assert all(line.startswith(("✓ ", "✗ ")) for line in lines)
    assert len(lines) >= 15
    assert isinstance(result.exception, Exception) == any(line.startswith("✗") for line in lines)


def test_a_database_that_was_never_set_up_is_one_sentence_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIB_DATABASE_URL", f"sqlite:///{tmp_path / 'none.sqlite'}")
    found = checks(ask("--json"))
    assert "sib db upgrade" in str(found["database"]["said"])
    assert not any("Traceback" in str(one["said"]) for one in found.values())


def test_old_runs_and_stuck_mail_are_seen(world: Engine) -> None:
    long_ago = clock.now() - timedelta(days=9)
    with session_factory(world).begin() as session:
        session.add(RunReport(flow="tick", as_of=long_ago.date(), finished_at=long_ago, facts={}, failed_checks=["x"]))
        session.add(
            OfficerTask(key="run:1", kind="run-in-trouble", raised_on=clock.today(), due_on=clock.today(), text="x")
        )
        for number, state in enumerate((MessageState.SENDING, MessageState.UNKNOWN, MessageState.FAILED)):
            session.add(
                Message(
                    kind=MessageKind.REPLY,
                    template="digest",
                    contact_id=1,
                    recipient="a@b.example",
                    recipient_name="A",
                    day=clock.today(),
                    context={},
                    header_id=f"<{number}@x>",
                    state=state,
                    lease_until=long_ago if state is MessageState.SENDING else None,
                    created_at=long_ago,
                )
            )
    found = checks(ask("--json"))
    assert not found["last tick"]["well"]
    assert "should have run" in str(found["last tick"]["said"])
    assert "1 things to look at" in str(found["last tick"]["said"])
    for what in ("leases", "unsettled e-mails", "undelivered e-mails", "trouble", "last evaluate"):
        assert not found[what]["well"], what


@pytest.mark.parametrize(("who", "well"), [("me:right@", True), ("me:wrong@", False)])
def test_the_mail_server_is_asked_for_real(monkeypatch: pytest.MonkeyPatch, who: str, well: bool) -> None:
    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    monkeypatch.setattr(ssl, "create_default_context", lambda **_given: trusting)
    with mail_server(Post(), tls=tls, accounts={b"me": b"right"}) as port:
        monkeypatch.setenv("SIB_SMTP_URL", f"smtp+starttls://{who}127.0.0.1:{port}")
        settings.cache_clear()
        found = mail_checks.server()
    assert found.well == well, found
    assert well or "name or password" in found.said


def test_a_certificate_that_nobody_signed_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
    with mail_server(Post(), tls=tls) as port:
        monkeypatch.setenv("SIB_SMTP_URL", f"smtp+starttls://127.0.0.1:{port}")
        settings.cache_clear()
        found = mail_checks.server()
    assert not found.well
    assert "certificate" in found.said


def test_the_mailbox_of_bounces_is_looked_into(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def look(address: str) -> tuple[bool, str]:
        monkeypatch.setenv("SIB_RETURNS_URL", address)
        settings.cache_clear()
        found = mail_checks.bounces()
        return found.well, found.said

    box = mailbox.Maildir(tmp_path / "box", create=True)
    assert look(f"maildir://{tmp_path / 'box'}") == (True, "the mailbox can be read")
    box.add("Subject: back\n\nhello")
    assert look(f"maildir://{tmp_path / 'box'}") == (True, "the mailbox can be read, something waits in it")
    assert len(list((tmp_path / "box" / "new").iterdir())) == 1, "nothing is marked"
    assert look("imap://me:right@127.0.0.1:1/INBOX") == (False, "the mailbox cannot be read: ConnectionRefusedError")


def test_runs_of_today_are_well(world: Engine) -> None:
    now = clock.now()
    with session_factory(world).begin() as session:
        for flow in ("open-round", "tick", "evaluate"):
            session.add(RunReport(flow=flow, as_of=now.date(), finished_at=now, facts={}, failed_checks=[]))
    found = records.runs()
    assert isinstance(found, list)
    assert all(one.well for one in found)
