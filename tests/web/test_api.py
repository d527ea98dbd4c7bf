"""The API: roles, problems, commissioning and answers; and everything that its document allows, by schemathesis."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
import schemathesis
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from casework import api_tokens
from config import clock
from models.api_tokens import ApiToken
from models.priorities import IdentificationRun, Priority
from models.read_log import CaseRead
from models.run_requests import RunRequest
from models.staff import StaffRole
from tests.casework.world import SCHOOLS
from tests.web.conftest import TODAY, Site
from web.api.application import document
from web.app import app

sqlite_is_enough = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 12
READ = frozenset(StaffRole)
DESK = frozenset({StaffRole.OFFICER, StaffRole.ADMIN})
MAY = {
    ("GET", "/cases"): READ,
    ("GET", "/cases/SIB-2025-001"): READ,
    ("GET", "/priorities"): READ,
    ("GET", "/fund"): READ,
    ("GET", "/outbox"): DESK,
    ("GET", "/runs/1"): DESK,
    ("POST", "/commissions"): DESK,
    ("POST", "/answers"): DESK,
}


def token(site: Site, role: StaffRole, days: int = 1) -> str:
    with sa.orm.Session(site.engine) as session, session.begin():
        now = clock.now()
        return api_tokens.make(session, f"{role} {days}", role, by="test", now=now, expires_at=now + timedelta(days))


def ask(site: Site, method: str, path: str, bearer: str = "", **more: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    return site.client.request(method, f"/api/v1{path}", headers=headers, **more)


@sqlite_is_enough
def test_each_operation_is_for_the_roles_of_this_table(site: Site) -> None:
    for role in StaffRole:
        bearer = token(site, role)
        for (method, path), roles in MAY.items():
            got = ask(site, method, path, bearer, **({"json": {}} if method == "POST" else {}))
            assert (got.status_code == 403) is (role not in roles), (role, path, got.status_code)
    for method, path in MAY:
        got = ask(site, method, path)  # a session of the pages opens nothing here
        assert got.status_code == 401, path
        assert got.headers["www-authenticate"] == "Bearer"
        assert got.headers["content-type"] == "application/problem+json"
        assert {"title", "status", "detail"} <= set(got.json())


@sqlite_is_enough
def test_a_token_ends_when_it_is_revoked_or_old_and_guessing_is_slowed(site: Site) -> None:
    bearer = token(site, StaffRole.BOARD)
    assert ask(site, "GET", "/cases", bearer).status_code == 200
    assert bearer not in str(site.read(lambda s: list(s.scalars(sa.select(ApiToken.token_sha256)))))
    with sa.orm.Session(site.engine) as session, session.begin():
        api_tokens.revoke(session, 1, now=clock.now())
    assert ask(site, "GET", "/cases", bearer).status_code == 401
    assert ask(site, "GET", "/cases", token(site, StaffRole.CHAIR)).status_code == 200
    assert {ask(site, "GET", "/cases", f"sib_{n}").status_code for n in range(45)} == {401, 429}


def test_cases_are_read_and_who_read_them_is_kept(site: Site) -> None:
    bearer = token(site, StaffRole.FINANCE)
    found = ask(site, "GET", "/cases?state=active", bearer).json()
    assert [one["reference"] for one in found["cases"]] == [site.cases["active"]]
    whole = ask(site, "GET", f"/cases/{site.cases['active']}", bearer).json()
    assert whole["measures"]
    assert whole["timeline"]
    assert ask(site, "GET", "/cases/SIB-1999-001", bearer).status_code == 404
    assert site.read(lambda s: list(s.execute(sa.select(CaseRead.actor, CaseRead.page)).tuples())) == [
        ("api-token:1", "/api/v1/cases/{reference}")
    ]


@sqlite_is_enough
def test_priorities_are_one_authoritys_the_councils_own_unless_said(site: Site) -> None:
    with sa.orm.Session(site.engine) as session, session.begin():
        runs = [
            IdentificationRun(la_code=la, as_of=TODAY, digest="d", run_at=clock.now(), schools=6, findings=5)
            for la in (838, 201)
        ]
        session.add_all(runs)
        session.flush()
        first, *others = session.scalars(sa.select(Priority).order_by(Priority.id))
        first.run_id = runs[1].id
        for one in others:
            one.run_id = runs[0].id
        elsewhere, ours = (first.urn, first.theme), {(one.urn, one.theme) for one in others}
    bearer = token(site, StaffRole.BOARD)

    def found(path: str) -> set[tuple[int, str]]:
        return {(one["urn"], one["theme"]) for one in ask(site, "GET", path, bearer).json()}

    assert found("/priorities") == found("/priorities?la=838") == ours
    assert found("/priorities?la=201") == {elsewhere}
    assert ask(site, "GET", "/priorities?la=2010", bearer).status_code == 422


@sqlite_is_enough
def test_commissioning_is_asked_for_once_and_an_answer_moves_its_case(site: Site) -> None:
    bearer = token(site, StaffRole.OFFICER)
    wanted = {"urn": SCHOOLS[5], "theme": "reading", "pounds": 2500, "reason": "Few read well.", "key": "from-gis-1"}
    first, again = (ask(site, "POST", "/commissions", bearer, json=wanted) for _ in range(2))
    assert (first.status_code, first.json()["state"]) == (202, "waiting")
    assert first.headers["location"] == again.headers["location"] == "/api/v1/runs/1"
    row = site.read(lambda s: s.scalars(sa.select(RunRequest)).one())
    assert isinstance(row, RunRequest)
    assert row.parameters["actor"] == "api-token:1"
    link = site.links["school offer"].rsplit("/", 1)[1]
    taken = ask(
        site, "POST", "/answers", bearer, json={"token": link, "answer": {"accept": True, "name": "Priya Shah"}}
    )
    assert taken.json() == {"reference": site.cases["offered"], "state": "brokering"}
    wrong = ask(site, "POST", "/answers", bearer, json={"token": "A" * 22, "answer": {}})
    assert wrong.status_code == 409
    assert wrong.headers["content-type"] == "application/problem+json"


# ---------------------------------------------------------------- everything that the document allows

SCHEMA = schemathesis.openapi.from_dict(document(app.state.api))
OPERATIONS: dict[str, Any] = {one.ok().label: one.ok() for one in SCHEMA.get_all_operations()}  # type: ignore[union-attr]


@sqlite_is_enough
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["allowed", "not allowed"])
def test_whatever_is_sent_the_api_answers_as_its_document_says(site: Site, mode: GenerationMode) -> None:
    """No server error, and no status, type or shape that the document does not have."""
    assert len(OPERATIONS) == len(MAY)
    headers = {"Authorization": f"Bearer {token(site, StaffRole.ADMIN)}"}

    for operation in OPERATIONS.values():

        @hypothesis_settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask_anything(case: Any) -> None:
            answered = case.call(base_url=f"{site.base}/api/v1", headers=headers, timeout=60)
            case.validate_response(answered, checks=CHECKS)

        try:
            ask_anything()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE, "an operation without parameters can be asked nothing wrong"
