"""Rate limits hold for all workers of one database together: on both databases, over real SMTP."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from config.database import session_factory
from models.messages import MailPace, MessageState
from tasks.at_once import deliver_at_once
from tasks.deliver import Delivered
from tests.mail.mail_server import Post, mail_server
from tests.tasks.test_deliver import NINE, Office, office  # noqa: F401  a fixture

SLOW = "12"
"""A minute: two in the ten seconds that a bucket holds, then one every five seconds."""


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No waiting for what a limit holds back: it is left to the next run."""
    monkeypatch.setattr("tasks.deliver.WAITS_FOR", 0.0)


def people(domains: int, each: int) -> list[str]:
    return [f"p{n}@school{domain}.example" for n in range(each) for domain in range(domains)]


def paces(office: Office) -> set[str]:  # noqa: F811
    with session_factory(office.engine)() as session:
        return set(session.scalars(sa.select(MailPace.name)))


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("setting", "most", "kept"),
    [
        ("SIB_MAIL_PER_MINUTE", 2, {"*"}),
        ("SIB_MAIL_PER_MINUTE_PER_DOMAIN", 6, {f"school{n}.example" for n in range(3)}),
    ],
)
def test_workers_share_a_limit(office: Office, setting: str, most: int, kept: set[str]) -> None:  # noqa: F811
    office.queue(*people(3, 20))
    post, began = Post(), time.monotonic()
    with mail_server(post) as port:
        office.server(port, **{setting: SLOW})
        with ThreadPoolExecutor(2) as workers:
            done = [one.result() for one in [workers.submit(office.deliver) for _ in range(2)]]
        # Whoever is slow gets one more of each bucket every five seconds.
        allowed = most + most // 2 * int((time.monotonic() - began) / 5)
        assert most <= len(post.kept) <= allowed
        assert sum(one.sent for one in done) == len(post.kept)
        assert paces(office) == kept
        assert set(office.states()) == {"sent", "queued"}
        assert office.deliver(NINE + timedelta(hours=1)).sent >= most


@pytest.mark.usefixtures("impatient")
def test_one_full_domain_holds_up_no_other(office: Office) -> None:  # noqa: F811
    office.queue(*people(1, 20), "one@other.example")
    post = Post()
    with mail_server(post) as port:
        office.server(port, SIB_MAIL_PER_MINUTE_PER_DOMAIN=SLOW)
        office.deliver()
    by_domain = Counter(one.partition("@")[2] for one in post.recipients)
    assert by_domain["other.example"] == 1
    assert by_domain["school0.example"] < 20


def test_a_run_goes_on_when_the_next_may_go_and_workers_send_all(office: Office) -> None:  # noqa: F811
    everyone = people(2, 30)
    office.queue(*everyone)
    post = Post()
    with mail_server(post) as port:
        office.server(port, SIB_MAIL_PER_MINUTE_PER_DOMAIN="120", SIB_MAIL_PER_MINUTE="2400")
        with ThreadPoolExecutor(2) as workers:
            done = [one.result() for one in [workers.submit(office.deliver) for _ in range(2)]]
    assert sum(one.sent for one in done) == len(everyone)
    assert sorted(post.recipients) == sorted(everyone)


@pytest.mark.usefixtures("impatient")
def test_what_trial_mode_keeps_back_uses_nothing_up(office: Office) -> None:  # noqa: F811
    office.queue(*people(1, 30))
    (wanted,) = office.queue("me@council.example")
    post = Post()
    with mail_server(post) as port:
        office.server(port, SIB_TRIAL="true", SIB_TRIAL_RECIPIENTS="me@council.example", SIB_MAIL_PER_MINUTE=SLOW)
        assert office.deliver() == Delivered(sent=1, withheld=30)
    assert office.one(wanted).state is MessageState.SENT


@pytest.mark.usefixtures("impatient")
def test_a_link_that_somebody_waits_for_is_counted_and_not_held_back(office: Office) -> None:  # noqa: F811
    links = office.queue("a@council.example", "b@council.example", "c@council.example")
    post = Post()
    with mail_server(post) as port:
        office.server(port, SIB_MAIL_PER_MINUTE=SLOW)
        assert [deliver_at_once(one, NINE) for one in links] == [MessageState.SENT] * 3
        (waits,) = office.queue("head@school.example")
        assert office.deliver() == Delivered()
        again = office.one(waits).next_attempt_at
        assert again is not None
        assert NINE < again <= NINE + timedelta(seconds=10)
        assert office.deliver(NINE + timedelta(minutes=2)) == Delivered(sent=1)


@pytest.mark.usefixtures("impatient")
def test_domains_that_nobody_writes_to_are_forgotten(office: Office) -> None:  # noqa: F811
    office.queue("a@x.example")
    with mail_server(Post()) as port:
        office.server(port, SIB_MAIL_PER_MINUTE_PER_DOMAIN=SLOW)
        assert office.deliver().sent == 1
        assert paces(office) == {"x.example"}
        office.deliver(NINE + timedelta(days=2))
    assert paces(office) == set()
