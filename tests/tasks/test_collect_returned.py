"""Reading the mailbox for bounces, from a folder to a dead address; and what the logs say of it: nothing of anybody."""

import logging
import mailbox
from pathlib import Path

import pytest
import sqlalchemy as sa
from prefect.logging import disable_run_logger
from sqlalchemy import Engine

from config.database import session_factory
from config.settings import settings
from flows.collect_returned import collect_returned as flow
from models.contacts import Contact
from models.messages import Message, MessageState
from models.returned_mail import ReturnedMail
from rules.errors import Refused
from tasks.collect_returned import Collected, collect_returned
from tests.casework.test_returned_mail import DAY, HEAD, Post, asked
from tests.casework.world import make_world
from tests.mail.returned_samples import sample
from tests.templates import World


@pytest.fixture
def template_world() -> World:
    return make_world


@pytest.fixture
def folder(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Maildir with a bounce, an absence, rubbish and somebody else's mail."""
    with session_factory(engine).begin() as session:
        post = Post(session, asked(session))
        to, about = post.address(), post.message.header_id
    place = tmp_path / "box"
    box = mailbox.Maildir(place, create=True)
    box.add(b"\xff\x00 rubbish")
    for name in ("gmail-vacation", "postfix-unknown-user"):
        box.add(sample(name, to=to, about=about, recipient=HEAD))
    box.add(sample("sendmail-unknown-user"))
    monkeypatch.setenv("SIB_RETURNS_URL", f"maildir://{place}")
    settings.cache_clear()
    return place


def collect() -> Collected:
    with disable_run_logger():
        return collect_returned.fn(DAY)


def test_a_mailbox_is_dealt_with_once(folder: Path, engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    found = collect()
    assert (found.read, dict(found.kinds)) == (4, {"absence": 1, "hard": 2, "reply": 1})
    assert collect() == Collected()
    for file in (folder / "cur").iterdir():  # as if the run had died before they were marked
        file.rename(folder / "new" / file.name.partition(":")[0])
    assert collect() == Collected(known=4)
    with session_factory(engine)() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ReturnedMail)) == 4
        dead = session.scalars(sa.select(Contact.email).where(Contact.address_dead_at.is_not(None))).all()
        assert dead == [HEAD]
        assert session.scalars(sa.select(Message.recipient).where(Message.state == MessageState.BOUNCED)).all() == [
            HEAD
        ]
    assert "@" not in caplog.text
    assert "Shah" not in caplog.text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_the_flow_says_what_it_read(folder: Path) -> None:
    facts = await flow.fn(as_of=DAY)
    assert facts == {"read": 4, "known": 0, "quiet_because": "", "absence": 1, "hard": 2, "reply": 1}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_mailbox_and_one_that_is_not_there(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "SIB_RETURNS_URL" in collect().quiet_because
    monkeypatch.setenv("SIB_RETURNS_URL", "imap://me:hunter2@127.0.0.1:9/INBOX")
    settings.cache_clear()
    with pytest.raises(Refused) as refused:
        collect()
    assert "hunter2" not in str(refused.value)
