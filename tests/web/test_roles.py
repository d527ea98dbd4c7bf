"""Every route × method × role against a table that is written down here, by hand, and not read from the code."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from starlette.routing import Mount, Route

from config.settings import settings
from models.contacts import ContactRole, Role
from models.read_log import CaseRead
from tests.web.addresses import address
from tests.web.conftest import TODAY, Site
from web.app import app
from web.routes import RULES, Who

ROLES = ("officer", "chair", "board", "finance", "admin")
ALL, NONE = frozenset(ROLES), frozenset[str]()
DESK = frozenset({"officer", "admin"})
CHAIR = DESK | {"chair"}

READ_AND_ACT: dict[str, tuple[frozenset[str] | None, frozenset[str] | None]] = {
    # path: (who may GET, who may POST); None where there is no such method
    "/": (ALL, None),
    "/cases": (ALL, None),
    "/cases.{kind}": (ALL, None),
    "/cases/bulk": (DESK, DESK),
    "/cases/{reference}": (ALL, None),
    "/cases/{reference}/do/{form}": (DESK, DESK),
    "/cases/{reference}/task": (None, DESK),
    "/cases/{reference}/preview": (DESK, None),
    "/priorities": (ALL, None),
    "/priorities.{kind}": (ALL, None),
    "/priorities/measures/{measure}": (ALL, None),
    "/priorities/measures/{measure}.{kind}": (ALL, None),
    "/schools/{urn:int}": (ALL, None),
    "/schools/{urn:int}.{kind}": (ALL, None),
    "/commission": (DESK, None),
    "/commission/run": (DESK, DESK),
    "/commission/all": (DESK, DESK),
    "/runs/{number:int}": (DESK, None),
    "/commission/{urn:int}": (DESK, DESK),
    "/round": (ALL, None),
    "/round.{kind}": (ALL, None),
    "/calendar": (ALL, None),
    "/calendar.{kind}": (ALL, None),
    "/contacts": (DESK, None),
    "/contacts.{kind}": (DESK, None),
    "/contacts/add": (DESK, DESK),
    "/contacts/{contact:int}": (DESK, DESK),
    "/outbox": (DESK, None),
    "/outbox.{kind}": (DESK, None),
    "/outbox/do": (None, DESK),
    "/outbox/{message:int}/mail": (DESK, None),
    "/outbox/{message:int}": (DESK, None),
    "/fund": (ALL, None),
    "/fund.{kind}": (ALL, None),
    "/fund/{year}/{part}.{kind}": (ALL, None),
    "/board": (ALL, None),
    "/board/decisions": (ALL, None),
    "/board/decisions.{kind}": (ALL, None),
    "/board/attendance": (ALL, None),
    "/board/attendance.{kind}": (ALL, None),
    "/board/minutes": (ALL, None),
    "/board/minutes.{kind}": (ALL, None),
    "/board/meetings.{kind}": (ALL, None),
    "/board/{year}/{number:int}": (ALL, None),
    "/board/{year}/{number:int}/decide": (CHAIR, CHAIR),
    "/board/{year}/{number:int}/attendance": (CHAIR, CHAIR),
    "/board/{year}/{number:int}/papers": (ALL, CHAIR),
    "/board/{year}/{number:int}/minutes": (CHAIR, CHAIR),
    "/impact": (ALL, None),
    "/impact/{by}.{kind}": (ALL, None),
    "/map": (ALL, None),
    "/map.{kind}": (ALL, None),
    "/map/support.{kind}": (ALL, None),
    "/sign-out": (None, ALL),
}
"""The pages for people who are signed in."""

OPEN = {
    "/sign-in": "anybody",
    "/sign-in/demo": "anybody",
    "/openid/start": "anybody",
    "/openid/back": "anybody",
    "/sign-in/{token}": "link",
    "/o/{token}": "link",
    "/p/{token}": "link",
    "/u/{token}": "link",
    "/c/{token}": "link",
    "/new-link/{token}": "link",
    "/m/{token}": "link",
    "/l/{token}": "link",
    "/stop/{token}": "link",
    "/b/{token}": "link",
    "/b/{token}/papers.pdf": "link",
    "/api/v1/openapi.json": "anybody",
    "/api/v1/cases": "api",
    "/api/v1/cases/{reference}": "api",
    "/api/v1/priorities": "api",
    "/api/v1/outbox": "api",
    "/api/v1/fund": "api",
    "/api/v1/runs/{number}": "api",
    "/api/v1/commissions": "api",
    "/api/v1/answers": "api",
    "/minutes": "anybody",
    "/minutes.{kind}": "anybody",
    "/minutes/{year}/{number:int}": "anybody",
    "/minutes/{year}/{number:int}.md": "anybody",
    "/accessibility": "anybody",
    "/privacy": "anybody",
    "/health": "machines",
    "/ready": "machines",
    "/metrics": "machines",
    "/hooks/prefect": "machines",
}
"""The pages for which nobody signs in."""


def test_no_route_stands_outside_the_table() -> None:
    served = {(route.path, frozenset(route.methods or ())) for route in app.routes if isinstance(route, Route)}
    mounts = {route.path: route for route in app.routes if isinstance(route, Mount)}
    assert set(mounts) == {"/static", "/api/v1"}
    below = [route for route in mounts["/api/v1"].routes if isinstance(route, Route)]
    assert len(below) == len(mounts["/api/v1"].routes)
    served |= {(f"/api/v1{route.path}", frozenset(route.methods or ())) for route in below}
    assert served == {(rule.path, frozenset(rule.methods)) for rule in RULES}


def test_every_route_is_in_the_table_that_is_written_here() -> None:
    assert {rule.path for rule in RULES if rule.who is Who.OFFICERS} == set(READ_AND_ACT)
    assert {rule.path: rule.who.value for rule in RULES if rule.who is not Who.OFFICERS} == OPEN


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_route_lets_in_exactly_the_roles_of_the_table(site: Site) -> None:
    wrong = []
    for role in (*ROLES, None):
        for rule in RULES:
            if rule.who is not Who.OFFICERS or rule.path == "/sign-out":
                continue
            path = address(site, rule)
            for method, may in zip(("GET", "POST"), READ_AND_ACT[rule.path], strict=True):
                with site.as_role(role) as browser:
                    data = {"form_token": site.form_token(role)} if role and method == "POST" else None
                    got = browser.request(method, path, data=data)
                expected = _expected(method, may, role)
                let_in = got.status_code not in (303, 401, 403, 405)
                if got.status_code != expected and not (expected == "in" and let_in):
                    wrong.append((role, method, path, got.status_code, expected))
                if expected != "in":
                    assert "SIB-20" not in got.text, (role, method, path)
    assert wrong == []


def _expected(method: str, may: frozenset[str] | None, role: str | None) -> int | str:
    """What the table says: `in`, or the status of a refusal; who is not signed in is sent to sign in."""
    if may is None:
        return 405
    if role is None:
        return 303 if method == "GET" else 401
    return "in" if role in may else 403


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_finance_records_payments_and_does_nothing_else_to_a_case(site: Site) -> None:
    case = f"/cases/{site.cases['active']}/do"
    for role, form, status in (
        ("finance", "pay", 200),
        ("finance", "pause", 403),
        ("officer", "pay", 200),
        ("board", "pay", 403),
        ("chair", "approve", 403),
    ):
        with site.as_role(role) as browser:
            assert browser.get(f"{case}/{form}").status_code == status, (role, form)
            sent = browser.post(f"{case}/{form}", data={"form_token": site.form_token(role)})
            assert (sent.status_code == 403) is (status == 403), (role, form)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_who_is_not_signed_in_goes_to_the_sign_in_page_and_back(site: Site) -> None:
    with site.as_role(None) as browser:
        answered = browser.get("/cases?state=active")
        assert answered.headers["location"] == "/sign-in?next=%2Fcases%3Fstate%3Dactive"
        chosen = browser.post(
            "/sign-in/demo?next=%2Fcases%3Fstate%3Dactive", data={"person": _person(site, Role.OFFICER)}
        )
        assert chosen.headers["location"] == "/cases?state=active"
        assert site.cases["active"] in browser.get("/cases?state=active").text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_head_has_no_way_in(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A contact with a role at a school only is not among the people of the demo, and a chosen id is refused."""
    head = _person(site, Role.HEAD)
    with site.as_role(None) as browser:
        assert browser.post("/sign-in/demo", data={"person": head}).status_code == 422
        monkeypatch.setenv("SIB_DEMO", "false")
        settings.cache_clear()
        assert browser.get("/sign-in/demo").status_code == 404
        assert browser.post("/sign-in/demo", data={"person": _person(site, Role.OFFICER)}).status_code == 404


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_role_that_has_ended_opens_nothing_more(site: Site) -> None:
    with sa.orm.Session(site.engine) as session, session.begin():
        session.execute(
            sa.text("UPDATE contact_roles SET ends_on = :day WHERE role = 'finance'"),
            {"day": TODAY - timedelta(days=1)},
        )
    with site.as_role("finance") as browser:
        assert browser.get("/fund").status_code == 303


def test_every_read_of_a_case_is_kept_with_who_and_where(site: Site) -> None:
    with site.as_role("board") as browser:
        browser.get(f"/cases/{site.cases['active']}")
        browser.head(f"/cases/{site.cases['active']}")
        browser.get("/cases/SIB-1999-001")
        browser.get("/cases")
    with site.as_role(None) as browser:
        browser.get(f"/cases/{site.cases['offered']}")
    kept = site.read(lambda s: [(r.page, r.commission.reference, r.actor) for r in s.scalars(sa.select(CaseRead))])
    assert kept == [("/cases/{reference}", site.cases["active"], f"contact:{_person(site, Role.MEMBER)}")]


def _person(site: Site, role: Role) -> str:
    """The number of the contact who holds a role and no other."""
    wanted = sa.select(ContactRole.contact_id).where(ContactRole.role == role).order_by(ContactRole.id.desc())
    return str(site.read(lambda s: s.scalars(wanted.limit(1)).one()))
