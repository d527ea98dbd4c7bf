"""A bounded sample of `make chaos`, and that its checks see what is wrong."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from chaos.faults import killed_while_deciding
from chaos.invariants import breaches
from chaos.world import World, Worlds
from config.database import session_factory
from config.settings import settings
from mail.sink import MailSink
from models.commissions import Commission
from models.messages import Message
from tests.casework.stages import active, offered
from tests.casework.world import SCHOOLS, make_world

pytestmark = pytest.mark.timeout(400)


@pytest.fixture
def world(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A small world, its mail not yet sent, on either database."""
    with MailSink(tmp_path / "mail") as sink:
        made = World(database, tmp_path, sink)
        engine = made.engine()
        with session_factory(engine).begin() as session:
            make_world(session)
            active(session)
            offered(session, SCHOOLS[1])
        engine.dispose()
        yield made
    settings.cache_clear()


def change(world: World, statement: sa.Executable) -> None:
    engine = world.engine()
    with session_factory(engine).begin() as session:
        session.execute(statement)
    engine.dispose()


def test_a_world_that_nothing_happened_to_has_no_breach(world: World) -> None:
    assert breaches(world) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (sa.update(Commission).values(state="withdrawn"), "its last event says"),
        (sa.update(Message).where(Message.id == 1).values(state="sent", sent_at=sa.func.now()), "never arrived"),
        (sa.text("UPDATE fund_years SET committed_pence = committed_pence - 1 WHERE id = 1"), "its holds come to"),
    ],
    ids=["state", "mail", "money"],
)
def test_a_breach_is_seen(world: World, statement: sa.Executable, said: str) -> None:
    change(world, statement)
    assert any(said in one for one in breaches(world)), breaches(world)


def test_mail_that_arrives_twice_or_from_nowhere_is_seen(world: World) -> None:
    engine = world.engine()
    with session_factory(engine)() as session:
        known = session.scalars(sa.select(Message.header_id).where(Message.state == "queued").limit(1)).one()
    engine.dispose()
    for name, header_id in (("1", known), ("2", known), ("3", "<nobody@knows>")):
        (world.mailbox / f"{name}.eml").write_text(f"Message-ID: {header_id}\nTo: a@b.example\n\nx")
    found = breaches(world)
    assert any("arrived 2 times" in one for one in found)
    assert any("no row knows" in one for one in found)
    assert any("is queued and has arrived" in one for one in found)


def test_a_sample_of_faults(tmp_path: Path) -> None:
    assert killed_while_deciding(Worlds(tmp_path), random.Random(2018)) == []
