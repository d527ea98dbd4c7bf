"""`sib session` and `sib api-token`, as commands: who may come in, seen and taken away again."""

from datetime import timedelta

from casework import sessions
from config import clock
from config.database import create_engine, session_factory
from models.contacts import Contact, ContactRole, Role
from models.sign_in import SignInBy
from tests.casework.world import LONG_AGO
from tests.cli.conftest import Sib


def test_sessions_are_listed_and_ended(on_sqlite: Sib) -> None:
    on_sqlite.done("db", "upgrade")
    made = create_engine(on_sqlite.env["SIB_DATABASE_URL"])
    with session_factory(made).begin() as session:
        for name in ("ann", "bob"):
            person = Contact(email=f"{name}@council.example", first_name=name.capitalize(), surname="Lee")
            session.add(person)
            session.flush()
            session.add(ContactRole(contact_id=person.id, role=Role.OFFICER, starts_on=LONG_AGO))
            for _ in range(2):
                lasts = timedelta(hours=1)
                sessions.open_session(session, person.id, SignInBy.LINK, now=clock.now(), lasts=lasts)
    made.dispose()
    assert len(on_sqlite.done("session", "list", "--json").json) == 4
    assert "Ann Lee" in on_sqlite.done("session", "list").out
    assert on_sqlite.done("session", "revoke", "1").out == "1 session ended.\n"
    assert on_sqlite.done("session", "revoke", "--email", "bob@council.example").out == "2 sessions ended.\n"
    assert [one["name"] for one in on_sqlite.done("session", "list", "--json").json] == ["Ann Lee"]
    assert len(on_sqlite.done("session", "list", "--all", "--json").json) == 4
    assert on_sqlite("session", "revoke").code == on_sqlite("session", "revoke", "1", "--all").code == 2
    assert on_sqlite.done("session", "link", "ann@council.example").out.startswith("http")
    on_sqlite.refused("session", "link", "eve@evil.example")


def test_api_tokens_are_made_once_listed_without_themselves_and_revoked(on_sqlite: Sib) -> None:
    on_sqlite.done("db", "upgrade")
    token = on_sqlite.done("api-token", "make", "gis", "--role", "board").out.strip()
    assert token.startswith("sib_")
    listed = on_sqlite.done("api-token", "list", "--json")
    assert token not in listed.out
    (one,) = listed.json
    assert (one["number"], one["name"], one["role"], one["revoked_at"]) == (1, "gis", "board", None)
    assert on_sqlite.done("api-token", "revoke", "1").out == "Token 1 is out of use.\n"
    assert on_sqlite.done("api-token", "list", "--json").json[0]["revoked_at"] is not None
    assert "gis" in on_sqlite.done("api-token", "list").out
    on_sqlite.refused("api-token", "revoke", "7")
