"""Delivering the outbox over real SMTP, on both databases: each message once, whatever a server or a worker does."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy

import pytest
import sqlalchemy as sa
from prefect.logging import disable_run_logger
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from casework import outbox
from config import clock
from config.database import session_factory
from config.settings import settings
from mail.catalogue import letter_of
from mail.return_addresses import message_of
from mail.samples import SAMPLES
from models.contacts import Contact
from models.messages import Message, MessageKind, MessageState
from tasks import deliver
from tasks.deliver import Delivered
from tests.casework.world import make_world
from tests.mail.mail_server import Post, hang_up, mail_server, misbehaving, up_to

DAY = date(2025, 11, 12)
NINE = datetime(2025, 11, 12, 9, 0, tzinfo=UTC)


class Office:
    """The outbox of a small world and a server that it sends to."""

    def __init__(self, engine: Engine, set_env: Callable[[str, str], None]) -> None:
        self.engine = engine
        self._set = set_env

    def server(self, port: int, **more: str) -> None:
        for name, value in {"SIB_SMTP_URL": f"smtp://127.0.0.1:{port}", "SIB_TRIAL": "false", **more}.items():
            self._set(name, value)
        settings.cache_clear()

    def queue(self, *recipients: str, template: str = "case-closed", **more: object) -> list[int]:
        with session_factory(self.engine).begin() as session:
            contact = session.scalars(sa.select(Contact.id).limit(1)).one()
            made = [self._message(contact, one, template, more) for one in recipients]
            session.add_all(made)
            session.flush()
            return [message.id for message in made]

    @staticmethod
    def _message(contact: int, recipient: str, template: str, more: dict[str, object]) -> Message:
        _, context = letter_of(SAMPLES[template])
        values = {
            "kind": MessageKind.REPLY,
            "template": template,
            "contact_id": contact,
            "recipient": recipient,
            "recipient_name": "Alex Marsh",
            "day": DAY,
            "context": context,
            "header_id": f"<{recipient.replace('@', '.')}.{template}@sib.example>",
            "created_at": NINE,
        }
        return Message(**{**values, **more})

    def deliver(self, now: datetime = NINE, limit: int | None = None) -> Delivered:
        with disable_run_logger():
            return deliver.deliver_waiting.fn(now, limit)

    def states(self) -> Counter[str]:
        with session_factory(self.engine)() as session:
            return Counter(state.value for state in session.scalars(sa.select(Message.state)))

    def one(self, message_id: int) -> Message:
        with session_factory(self.engine)() as session:
            return session.get_one(Message, message_id)

    def change(self, what: Callable[..., object], *arguments: object, **named: object) -> None:
        with session_factory(self.engine).begin() as session:
            what(session, *arguments, **named)


@pytest.fixture
def office(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Office:
    with session_factory(engine).begin() as session:
        make_world(session)
    monkeypatch.setenv("SIB_AREA", "838")
    settings.cache_clear()
    return Office(engine, monkeypatch.setenv)


def test_each_message_goes_once_with_an_id_of_its_own(office: Office) -> None:
    people = [f"p{n}@school.example" for n in range(30)]
    ids = office.queue(*people)
    post = Post()
    with mail_server(post) as port:
        office.server(port)
        assert office.deliver() == Delivered(sent=30)
        assert office.deliver() == Delivered()
    assert sorted(post.recipients) == sorted(people)
    assert office.states() == {"sent": 30}
    read = [message_from_bytes(data, policy=policy.default) for _, _, data in post.kept]
    assert {message["Message-ID"] for message in read} == {
        f"<{one.replace('@', '.')}.case-closed@sib.example>" for one in people
    }
    assert len({sender for sender, _, _ in post.kept}) == 30  # a bounce address of each message's own
    found = settings()
    assert {
        message_of(sender, domain=found.bounce_domain, keys=[found.link_key()]) for sender, _, _ in post.kept
    } == set(ids)
    sent_at = office.one(ids[0]).sent_at
    assert sent_at is not None
    assert NINE <= sent_at < NINE + timedelta(minutes=1)


def test_a_limit_is_kept(office: Office) -> None:
    office.queue(*(f"p{n}@school.example" for n in range(20)))
    post = Post()
    with mail_server(post) as port:
        office.server(port)
        assert office.deliver(limit=7).sent == 7
    assert len(post.kept) == 7


def test_two_at_once_share_the_work(office: Office) -> None:
    people = [f"p{n}@school.example" for n in range(60)]
    office.queue(*people)
    post = Post()
    with mail_server(post) as port:
        office.server(port)
        with ThreadPoolExecutor(4) as pool:
            done = [one.result() for one in [pool.submit(office.deliver) for _ in range(4)]]
    assert sum(one.sent for one in done) == 60
    assert sorted(post.recipients) == sorted(people)


@pytest.mark.parametrize(
    "now",
    [
        datetime(2025, 11, 12, 7, 59, tzinfo=UTC),
        datetime(2025, 11, 12, 16, 0, tzinfo=UTC),
        datetime(2025, 11, 15, 9, 0, tzinfo=UTC),
        datetime(2025, 12, 25, 9, 0, tzinfo=UTC),
        datetime(2025, 10, 28, 9, 0, tzinfo=UTC),
        datetime(2031, 3, 3, 9, 0, tzinfo=UTC),
    ],
    ids=["early", "late", "saturday", "bank holiday", "half term's holiday", "past the calendar"],
)
def test_nothing_goes_outside_hours_and_school_days(office: Office, now: datetime) -> None:
    office.queue("a@school.example")
    post = Post()
    with mail_server(post) as port:
        office.server(port)
        found = office.deliver(now)
    assert found.quiet_because
    assert post.kept == []
    assert office.states() == {"queued": 1}


def test_tomorrows_mail_waits_and_yesterdays_goes(office: Office) -> None:
    office.queue("tomorrow@school.example", day=DAY + timedelta(days=1))
    office.queue("yesterday@school.example", day=DAY - timedelta(days=1))
    post = Post()
    with mail_server(post) as port:
        office.server(port)
        office.deliver()
    assert post.recipients == ["yesterday@school.example"]


def test_trial_mode_keeps_back_what_is_not_on_the_list(office: Office) -> None:
    office.queue("head@school.example", "tester@council.example", "friend@allowed.example")
    post = Post()
    with mail_server(post) as port:
        office.server(port, SIB_TRIAL="true", SIB_TRIAL_RECIPIENTS="tester@council.example,@allowed.example")
        assert office.deliver() == Delivered(sent=2, withheld=1)
    assert sorted(post.recipients) == ["friend@allowed.example", "tester@council.example"]


def test_what_is_refused_is_failed_or_tried_again_and_the_rest_goes(office: Office) -> None:
    no, later, yes = office.queue("no@school.example", "later@school.example", "yes@school.example")
    post = Post(says={("RCPT", "no@school.example"): "550 no such user", ("RCPT", "later@school.example"): "450 busy"})
    with mail_server(post) as port:
        office.server(port)
        assert office.deliver() == Delivered(sent=1, retried=1, failed=1)
        assert office.deliver() == Delivered()  # not before its time
        post.says.clear()
        assert office.deliver(NINE + timedelta(minutes=5)) == Delivered(sent=1)
    assert office.one(no).state is MessageState.FAILED
    assert "550" in str(office.one(no).response)
    assert office.one(later).attempts == 2
    assert office.one(yes).attempts == 1


def test_a_message_is_not_tried_for_ever(office: Office) -> None:
    (one,) = office.queue("later@school.example")
    post = Post(says={("RCPT", "later@school.example"): "450 busy"})
    now, tries = NINE, 0
    with mail_server(post) as port:
        office.server(port, SIB_SEND_FROM="00:00", SIB_SEND_UNTIL="23:59", SIB_RETRY_HOURS="24")
        while office.one(one).state in (MessageState.QUEUED, MessageState.RETRY) and tries < 200:
            tries += office.deliver(now).retried
            now += timedelta(minutes=30)
    gone = office.one(one)
    assert gone.state is MessageState.FAILED
    assert gone.first_attempt_at is not None
    assert timedelta(hours=18) < now - gone.first_attempt_at < timedelta(hours=25)  # what is set, less the last wait
    assert 8 < gone.attempts < 20  # and not every half an hour


def test_the_unsettled_moment_is_kept_as_unknown_and_never_sent_again_by_itself(office: Office) -> None:
    (one,) = office.queue("a@school.example")
    with misbehaving(up_to("DOT", hang_up)) as port:
        office.server(port)
        assert office.deliver() == Delivered(unknown=1)
    post = Post()
    with mail_server(post) as port:
        office.server(port)
        assert office.deliver(NINE + timedelta(hours=1)) == Delivered()
        assert post.kept == []
        office.change(outbox.send_again, one)
        assert office.deliver(NINE + timedelta(hours=1)) == Delivered(sent=1)
    assert message_from_bytes(post.kept[0][2])["Message-ID"] == office.one(one).header_id


def test_a_worker_that_dies_leaves_nothing_lost_and_nothing_twice(office: Office) -> None:
    sending, claimed = office.queue("sending@school.example", "claimed@school.example")
    office.change(outbox.claim, day=DAY, now=NINE, worker="dead", limit=10)
    office.change(outbox.mark_sending, [sending], worker="dead", now=NINE)
    post = Post()
    with mail_server(post) as port:
        office.server(port)
        assert office.deliver(NINE + timedelta(minutes=1)) == Delivered()  # its lease still runs
        assert office.deliver(NINE + timedelta(minutes=31)) == Delivered(sent=1)
    assert post.recipients == ["claimed@school.example"]
    assert office.one(sending).state is MessageState.UNKNOWN
    assert office.one(claimed).state is MessageState.SENT


def test_one_that_cannot_be_made_fails_alone(office: Office) -> None:
    (bad,) = office.queue("bad@school.example", context={"nothing": "of use"})
    office.queue("good@school.example")
    post = Post()
    with mail_server(post) as port:
        office.server(port)
        assert office.deliver() == Delivered(sent=1, failed=1)
    assert post.recipients == ["good@school.example"]
    assert "cannot be made" in str(office.one(bad).response)


def test_without_a_mail_server_mail_is_kept(office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    office.queue("a@school.example")
    monkeypatch.setenv("SIB_TRIAL", "false")
    monkeypatch.setenv("SIB_STATE_DIR", str(tmp_path))
    settings.cache_clear()
    assert office.deliver() == Delivered(sent=1)
    assert len(list(settings().outbox_dir.glob("*.eml"))) == 1


def test_a_stopped_message_does_not_go_and_a_sent_one_cannot_be_stopped(office: Office) -> None:
    stopped, sent = office.queue("stopped@school.example", "sent@school.example")
    office.change(outbox.abort, stopped)
    post = Post()
    with mail_server(post) as port:
        office.server(port)
        office.deliver()
    assert post.recipients == ["sent@school.example"]
    from rules.errors import Refused

    with pytest.raises(Refused, match="is sent and cannot become aborted"):
        office.change(outbox.abort, sent)
    with pytest.raises(Refused, match="is sent and cannot become queued"):
        office.change(outbox.send_again, sent)


def test_the_database_allows_one_scheduled_message_a_person_and_day(office: Office) -> None:
    office.queue("a@school.example", kind=MessageKind.SCHEDULED)
    with pytest.raises(IntegrityError):
        office.queue("a@school.example", kind=MessageKind.SCHEDULED, template="digest")
    office.queue("a@school.example", kind=MessageKind.SCHEDULED, template="digest", day=DAY + timedelta(days=1))


def test_hours_are_those_of_london_in_summer_too(office: Office) -> None:
    office.queue("a@school.example", day=date(2026, 6, 10))
    post = Post()
    with mail_server(post) as port:
        office.server(port)
        assert office.deliver(datetime(2026, 6, 10, 6, 59, tzinfo=UTC)).quiet_because
        assert office.deliver(datetime(2026, 6, 10, 7, 0, tzinfo=UTC)).sent == 1
    assert clock.local(datetime(2026, 6, 10, 7, 0, tzinfo=UTC)).hour == 8
