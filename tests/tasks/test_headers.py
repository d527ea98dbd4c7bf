"""The headers of mail as it really leaves: what threads it, what ends a subscription, what brings a bounce home."""

from collections.abc import Callable
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import pytest
from sqlalchemy import Engine

from config.settings import settings
from mail.catalogue import DRAFTS, letter_of
from mail.contexts import CasePaused
from mail.return_addresses import message_of
from mail.samples import SAMPLES
from models.messages import MessageState
from tests.mail.mail_server import Post, mail_server
from tests.tasks.test_deliver import Office, office  # noqa: F401  a fixture


@pytest.fixture
def sent(office: Office) -> Callable[..., tuple[str, EmailMessage]]:  # noqa: F811  a fixture
    """Queue one e-mail of a template and deliver it: the envelope's sender, and the e-mail."""

    def send(template: str, **more: object) -> tuple[str, EmailMessage]:
        post = Post()
        with mail_server(post) as port:
            office.server(port)
            office.queue(f"{template}@school.example", template=template, **more)
            office.deliver()
        sender, _, data = post.kept[-1]
        found = BytesParser(policy=policy.default).parsebytes(data)
        assert isinstance(found, EmailMessage)
        return sender, found

    return send


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_headers_as_they_leave(engine: Engine, sent: Callable[..., tuple[str, EmailMessage]]) -> None:
    for template in SAMPLES:
        if template in DRAFTS:
            continue
        sender, message = sent(template)
        assert message["Message-ID"] == f"<{template}.school.example.{template}@sib.example>"
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["Reply-To"] == settings().reply_to
        assert message["Precedence"] is None
        assert message_of(sender, domain=settings().bounce_domain, keys=[settings().link_key()]) is not None
        assert message["Return-Path"] is None  # the server that delivers writes it
        subscription = template == "minutes-published"
        assert (message["List-Unsubscribe"] is not None) is subscription, template
        assert (message["List-Unsubscribe-Post"] is not None) is subscription, template


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["שרה לוי", "فاطمة الزهراء", "👩🏽‍🏫 Zoë Łukasz", "x" * 150])
def test_names_and_words_of_any_script_arrive_whole(sent: Callable[..., tuple[str, EmailMessage]], name: str) -> None:
    sample = SAMPLES["case-paused"]
    assert isinstance(sample, CasePaused)
    told = f"{name} is away. " + "One line without end, " * 300 + "👩‍👩‍👧‍👦"
    _, message = sent("case-paused", recipient_name=name, context=letter_of(replace(sample, reason=told))[1])
    assert message["To"].addresses[0].display_name == name
    for kind in ("plain", "html"):
        body = message.get_body((kind,))
        assert body is not None
        assert " ".join(told.split()) in " ".join(body.get_content().split())


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_draft_never_leaves(office: Office) -> None:  # noqa: F811  a fixture
    post = Post()
    with mail_server(post) as port:
        office.server(port)
        (one,) = office.queue("rd@dfe.example", template="referral-to-regional-director")
        assert office.deliver().failed == 1
    assert post.kept == []
    assert office.one(one).state is MessageState.FAILED
