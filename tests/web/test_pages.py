"""Every page: who may have it, what it carries, and that nothing strange breaks it."""

import re

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.web.addresses import address
from tests.web.conftest import Site
from web.routes import RULES, Who

OFFICERS = (
    "/",
    "/cases",
    "/priorities",
    "/outbox",
    "/fund",
    "/round",
    "/contacts",
    "/commission",
    "/calendar",
    "/impact",
    "/map",
)
ASKED = ("state", "search", "page", "overdue", "sort", "theme", "before", "officer")
UNASKED = {
    "operating_pages.prefect_hook": 403,
    "sign_in_pages.by_link": 404,
    "openid_pages.start": 404,
    "openid_pages.back": 403,
    "officers.runs.run_request": 404,
    "sign_in_pages.sign_out": 303,
    "officers.board.papers": 404,
    "officers.one_case.finish_task": 422,
    "officers.outbox.outbox_do": 422,
}
"""Pages that take a form alone, and what they say to an empty one; and what a wrong link is told."""


def test_every_page_answers_and_says_how_it_may_be_used(site: Site) -> None:
    for rule in RULES:
        if rule.who is Who.API:
            continue
        path = address(site, rule)
        data = {"form_token": site.form_token()} if rule.who is Who.OFFICERS and "GET" not in rule.methods else None
        answered = site.client.request("GET" if "GET" in rule.methods else "POST", path, data=data)
        assert answered.status_code == UNASKED.get(rule.page, 200), path
        if rule.path == "/sign-out":
            site.client.cookies.clear()
            site.client.cookies.set("sib", site.sessions["admin"])
        assert answered.headers["cache-control"] == "no-store"
        assert answered.headers["x-robots-tag"] == "noindex"
        assert answered.headers["referrer-policy"] == "same-origin"
        assert answered.headers["x-content-type-options"] == "nosniff"
        policy = answered.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        # An e-mail is shown in a frame of its own message's page, and in no other's.
        framed = "'self'" if rule.page == "officers.outbox.message_as_read" else "'none'"
        assert f"frame-ancestors {framed}" in policy
        assert "script-src" not in policy
        assert "<script" not in answered.text
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(rule.methods):
            no_such = 404 if rule.path.startswith("/api/") else 405  # the API below answers for what is not the page's
            assert site.client.request(method, path).status_code == no_such, (method, path)


def test_a_link_reaches_its_own_case_only(site: Site) -> None:
    for name, stage in (("school offer", "offered"), ("provider offer", "brokering"), ("update", "active")):
        page = site.get(site.links[name]).text
        assert set(re.findall(r"SIB-\d{4}-\d{3}", page)) == {site.cases[stage]}


def test_another_host_is_not_served(site: Site) -> None:
    assert site.client.get("/health", headers={"Host": "evil.example"}).status_code == 400


def test_an_email_is_shown_without_its_links(site: Site) -> None:
    page = site.get("/outbox/1").text
    assert "•••" in page
    assert not any(link.rsplit("/", 1)[1] in page for link in site.links.values())


def test_nobody_can_read_a_token_anywhere_among_the_officers_pages(site: Site) -> None:
    tokens = [link.rsplit("/", 1)[1] for link in site.links.values()]
    for path in [*OFFICERS, *(f"/cases/{reference}" for reference in site.cases.values())]:
        text = site.get(path).text
        assert not any(token in text for token in tokens)


@pytest.mark.parametrize("path", ["/cases/nothing", "/outbox/999999", "/outbox/99999999999999999999999", "/nothing"])
def test_what_is_not_there_is_said_plainly(site: Site, path: str) -> None:
    answered = site.get(path)
    assert answered.status_code == 404
    assert "not found" in answered.text.lower()


def test_cases_are_searched_and_filtered(site: Site) -> None:
    everything = site.get("/cases").text
    assert all(reference in everything for reference in site.cases.values())
    active = site.get("/cases?state=active").text
    assert site.cases["active"] in active
    assert site.cases["offered"] not in active
    assert site.cases["planning"] in site.get(f"/cases?search={site.cases['planning']}").text
    nothing = site.get("/cases?search=zzzz").text
    assert not any(reference in nothing for reference in site.cases.values())


@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(OFFICERS),
    asked=st.dictionaries(st.sampled_from(ASKED), st.text(max_size=40)),
)
def test_any_question_in_the_address_is_answered(site: Site, path: str, asked: dict[str, str]) -> None:
    answered = site.client.get(path, params={key: text.encode("utf-8", "replace") for key, text in asked.items()})
    assert answered.status_code == 200
    assert "<script" not in answered.text


def test_styles_are_kept_by_browsers_and_change_their_address(site: Site) -> None:
    sheet = re.findall(r'href="(/static/[^"]+)"', site.get("/").text)
    assert len(sheet) == 2
    for one in sheet:
        answered = site.get(one)
        assert answered.status_code == 200
        assert "immutable" in answered.headers["cache-control"]
        assert "@font-face" not in answered.text
        assert "gds transport" not in answered.text.lower()
