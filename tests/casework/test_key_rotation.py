"""A new key: links already sent open until the old key's last day, new ones are made with the new key."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework import answers, links
from config.settings import settings
from models.commissions import Commission
from models.links import Link, LinkPurpose
from rules.errors import Refused
from tests.casework.stages import YES, offered
from tests.casework.world import START, desk_at, say

OLD, NEW = "old-" * 10, "new-" * 10
LAST = START + timedelta(days=3)


def keys(monkeypatch: pytest.MonkeyPatch, new: str, old: str = "", until: date | None = None) -> None:
    monkeypatch.setenv("SIB_SECRET_KEY", new)
    monkeypatch.setenv("SIB_OLD_SECRET_KEY", old)
    monkeypatch.setenv("SIB_OLD_SECRET_KEY_UNTIL", until.isoformat() if until else "")
    settings.cache_clear()


@pytest.fixture
def link(session: Session, monkeypatch: pytest.MonkeyPatch) -> Link:
    """The link of an offer, mailed while the old key was the key."""
    keys(monkeypatch, OLD)
    case = offered(session)
    return session.scalars(sa.select(Link).where(Link.commission_id == case.id)).one()


def test_a_link_already_sent_opens_until_the_old_keys_last_day(
    session: Session, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = links.token_of(link.nonce, OLD.encode())
    keys(monkeypatch, NEW, OLD, LAST)
    assert links.find(session, token) == link
    assert links.is_open(link, LAST)
    assert not links.is_open(link, LAST + timedelta(days=1))
    keys(monkeypatch, NEW)
    assert not links.is_open(link, START), "a key that has been taken out opens nothing, on any day"


def test_mail_rendered_after_the_change_carries_the_same_link(link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    before = links.url(link, "https://x.example", OLD.encode())
    keys(monkeypatch, NEW, OLD)
    assert links.url(link, "https://x.example", settings().link_key()) == before


def test_the_next_mail_gets_a_link_of_the_new_key(
    session: Session, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the old one would not live long enough; and the old one still opens meanwhile."""
    keys(monkeypatch, NEW, OLD, LAST)
    desk = desk_at(session, START + timedelta(days=1))
    case = session.get_one(Commission, link.commission_id)
    said = links.issue(
        desk, case, LinkPurpose.SCHOOL_OFFER, subject_id=link.subject_id, contact_id=link.contact_id, last_day=START
    )
    made = session.get_one(Link, int(said.removeprefix("link:")))
    assert made.id != link.id
    assert made.generation == link.generation + 1
    assert links.made_with(made, [NEW.encode()])
    assert links.is_open(link, LAST)
    again = links.issue(
        desk, case, LinkPurpose.SCHOOL_OFFER, subject_id=link.subject_id, contact_id=link.contact_id, last_day=START
    )
    assert again == said, "one change of keys, one new link"


def test_an_answer_by_a_link_of_a_key_taken_out_is_refused_and_changes_nothing(
    session: Session, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys(monkeypatch, NEW, OLD, LAST)
    token = links.token_of(link.nonce, OLD.encode())
    late = desk_at(session, LAST + timedelta(days=1))
    with pytest.raises(Refused):
        answers.answer(late, token, YES)
    answers.answer(desk_at(session, LAST), token, YES)


def test_with_one_key_nothing_is_different(session: Session, link: Link) -> None:
    assert link.commission_id is not None
    say(desk_at(session, START + timedelta(days=1)), "school-offer", link.commission_id, YES)
