"""The moment that cannot be settled, trouble that officers are told of, limits: on both databases, over real SMTP."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import Engine

from casework import composing, delivery_problems, outbox
from config.database import session_factory
from mail.catalogue import context_of
from models.messages import Message, MessageState, Notice
from models.officer_tasks import OfficerTask
from rules.message_states import IllegalMessageState
from tasks.deliver import Delivered
from tests.casework.world import desk_at
from tests.mail.mail_server import Post, a_port, hang_up, mail_server, misbehaving, up_to
from tests.tasks.test_deliver import DAY, NINE, Office, office  # noqa: F401  a fixture

LATER = NINE + timedelta(minutes=31)


def cut(office: Office, *recipients: str, template: str) -> list[int]:  # noqa: F811
    """Messages whose connection was cut after the final dot."""
    ids = office.queue(*recipients, template=template)
    with misbehaving(up_to("DOT", hang_up)) as port:
        office.server(port)
        assert office.deliver() == Delivered(unknown=len(ids))
    return ids


def test_a_chaser_goes_once_more_after_its_lease_and_then_waits_for_a_person(office: Office) -> None:  # noqa: F811
    (one,) = cut(office, "a@school.example", template="impact-update-nudge")
    post = Post()
    with mail_server(post) as port:
        office.server(port)
        assert office.deliver(NINE + timedelta(minutes=20)) == Delivered()  # not before the time of a lease
    with misbehaving(up_to("DOT", hang_up)) as port:
        office.server(port)
        assert office.deliver(LATER) == Delivered(unknown=1)
    with mail_server(post) as port:
        office.server(port)
        assert office.deliver(LATER + timedelta(days=1)) == Delivered()
    assert post.kept == []
    assert (office.one(one).state, office.one(one).unsettled) == (MessageState.UNKNOWN, 2)


def test_the_second_copy_is_the_same_mail(office: Office) -> None:  # noqa: F811
    (one,) = cut(office, "a@school.example", template="impact-update-request")
    post = Post()
    with mail_server(post) as port:
        office.server(port)
        assert office.deliver(LATER) == Delivered(sent=1)
    assert office.one(one).header_id.encode() in post.kept[0][2]
    assert (office.one(one).state, office.one(one).unsettled) == (MessageState.SENT, 1)


@pytest.mark.parametrize("template", ["plan-agreed", "support-offered", "digest"])
def test_a_letter_waits_for_a_person(office: Office, template: str) -> None:  # noqa: F811
    (one,) = cut(office, "a@school.example", template=template)
    post = Post()
    with mail_server(post) as port:
        office.server(port)
        assert office.deliver(LATER + timedelta(hours=2)) == Delivered()
        office.change(outbox.send_again, one)
        assert office.deliver(LATER + timedelta(hours=2)) == Delivered(sent=1)


@pytest.mark.parametrize(("second", "resent"), [("impact-update-request", True), ("plan-agreed", False)])
def test_a_digest_goes_again_when_all_in_it_may(office: Office, engine: Engine, second: str, resent: bool) -> None:  # noqa: F811
    (one,) = cut(office, "a@school.example", template="digest")
    with session_factory(engine).begin() as session:
        contact = session.scalars(sa.select(Message.contact_id)).first()
        for n, template in enumerate(("impact-update-nudge", second)):
            session.add(
                Notice(
                    key=f"k{n}",
                    template=template,
                    contact_id=contact,
                    step="x",
                    day=DAY,
                    message_id=one,
                    created_at=NINE,
                )
            )
    post = Post()
    with mail_server(post) as port:
        office.server(port)
        assert office.deliver(LATER).sent == int(resent)


def test_a_worker_whose_lease_ran_out_changes_nothing(office: Office) -> None:  # noqa: F811
    (one,) = office.queue("a@school.example")
    office.change(outbox.claim, day=DAY, now=NINE, worker="slow", limit=10)
    office.change(outbox.mark_sending, [one], worker="slow", now=NINE)
    office.change(outbox.leave_behind, now=LATER)
    late = outbox.Settled(one, MessageState.SENT, "data: 250 kept")
    office.change(outbox.settle, [late], worker="slow", now=LATER)
    assert office.one(one).state is MessageState.UNKNOWN
    (two,) = office.queue("b@school.example")
    office.change(outbox.claim, day=DAY, now=NINE, worker="slow", limit=10)
    with session_factory(office.engine).begin() as session:
        assert outbox.mark_sending(session, [two], worker="slow", now=LATER) == set()
        assert outbox.mark_sending(session, [two], worker="another", now=NINE) == set()


def test_one_claim_each(office: Office) -> None:  # noqa: F811
    ids = office.queue(*(f"p{n}@school.example" for n in range(5)))
    with session_factory(office.engine).begin() as session:
        first = outbox.claim(session, day=DAY, now=NINE, worker="a", limit=3)
    with session_factory(office.engine).begin() as session:
        second = outbox.claim(session, day=DAY, now=NINE, worker="b", limit=3)
        assert [one.id for one in (*first, *second)] == ids
        assert outbox.claim(session, day=DAY, now=NINE, worker="c", limit=3) == []
    with session_factory(office.engine).begin() as session:
        outbox.release(session, [ids[0]], worker="b")  # not its own: nothing
        outbox.release(session, [ids[4]], worker="b")
        assert [one.id for one in outbox.claim(session, day=DAY, now=NINE, worker="c", limit=3)] == [ids[4]]


def test_a_server_that_is_gone_stops_the_delivery_and_says_so_once_a_day(office: Office) -> None:  # noqa: F811
    office.queue(*(f"p{n}@school.example" for n in range(80)))
    office.server(a_port())
    found = office.deliver()
    assert found.stopped_because.startswith("connect: ")
    assert found.retried == 32
    assert office.states() == {"retry": 32, "queued": 48}
    office.deliver(NINE + timedelta(minutes=1))
    with session_factory(office.engine)() as session:
        tasks = session.scalars(sa.select(OfficerTask).where(OfficerTask.kind == "mail-server")).all()
    assert len(tasks) == 1
    post = Post()
    with mail_server(post) as port:
        office.server(port)
        assert office.deliver(NINE + timedelta(hours=1)).sent == 80
    assert len(set(post.recipients)) == len(post.recipients) == 80


def test_officers_are_told_once_a_day_what_did_not_arrive(office: Office, engine: Engine) -> None:  # noqa: F811
    ids = office.queue("no@school.example", "never@school.example", "yes@school.example")
    post = Post(says={("RCPT", "no@school.example"): "550 no such user", ("RCPT", "never@school.example"): "550 gone"})
    with mail_server(post) as port:
        office.server(port)
        office.deliver()
    with session_factory(engine).begin() as session:
        desk = desk_at(session, DAY)
        assert delivery_problems.tell(desk) == 2
        assert delivery_problems.tell(desk) == 0
        composing.compose(desk)
        told = session.scalars(sa.select(Message).where(Message.template == "delivery-problems")).all()
        assert len(told) == 1
        context = context_of(told[0].template, told[0].context)
        assert [line.address for line in context.lines] == ["no@school.example", "never@school.example"]  # type: ignore[attr-defined]
        assert "550 no such user" in context.lines[0].said  # type: ignore[attr-defined]
        # Its own failing is not told by another of its kind.
        outbox.move(session, MessageState.FAILED, [told[0].id], response="rcpt: 550 no")
        session.expire_all()
        assert delivery_problems.tell(desk_at(session, DAY + timedelta(days=1))) == 0
        # Tried again by a person, and failed again: told again.
        outbox.send_again(session, ids[0])
        outbox.move(session, MessageState.FAILED, [ids[0]], response="rcpt: 550 no")
        assert delivery_problems.tell(desk_at(session, DAY + timedelta(days=1))) == 1


def test_many_are_stopped_at_once_or_none(office: Office) -> None:  # noqa: F811
    ids = office.queue("a@school.example", "b@school.example")
    (sent,) = office.queue("c@school.example")
    office.change(outbox.claim, day=DAY, now=NINE, worker="w", limit=10)
    office.change(outbox.mark_sending, [sent], worker="w", now=NINE)
    with pytest.raises(IllegalMessageState, match=f"Message {sent} is sending and cannot become aborted"):
        office.change(outbox.abort, *ids, sent)
    assert office.states() == {"queued": 2, "sending": 1}
    office.change(outbox.abort, *ids)
    assert office.states() == {"aborted": 2, "sending": 1}


def test_addresses_beyond_a_to_z(office: Office) -> None:  # noqa: F811
    post = Post()
    with mail_server(post) as port:
        office.server(port)
        office.queue("head@schüle.example", recipient_name="Zoë Ångström")
        office.queue("leitung.müller@school.example")
        office.queue("a@x.example, b@x.example")
        found = office.deliver()
    assert sorted(post.recipients) == ["head@xn--schle-mva.example", "leitung.müller@school.example"]
    assert (found.sent, found.failed) == (2, 1)  # what is no address fails alone
    post.kept.sort(key=lambda one: one[1])
    assert message_from_bytes(post.kept[0][2], policy=policy.default)["To"].addresses[0].display_name == "Zoë Ångström"
    assert "<leitung.müller@school.example>".encode() in post.kept[1][2]  # RFC 6532


def test_the_time_goes_on_during_a_run(office: Office) -> None:  # noqa: F811
    """A run that begins just before the hours end does not go on past them."""
    office.queue(*(f"p{n}@school.example" for n in range(200)))
    post = Post()
    with mail_server(post) as port:
        office.server(port)
        found = office.deliver(datetime(2025, 11, 12, 15, 59, 59, 900_000, tzinfo=UTC))
    assert found.sent == len(post.kept) < 200
    assert office.states()["queued"] == 200 - found.sent


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_mail_is_signed_where_that_is_set_up(office: Office, tmp_path: Path) -> None:  # noqa: F811
    office.queue("a@school.example")
    key = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(key)
    post = Post()
    with mail_server(post) as port:
        office.server(port, SIB_DKIM_DOMAIN="sib.example", SIB_DKIM_KEY=str(tmp_path / "key.pem"))
        assert office.deliver().sent == 1
    assert post.kept[0][2].startswith(b"DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/simple; d=sib.example; s=sib;")
