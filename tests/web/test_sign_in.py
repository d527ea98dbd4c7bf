"""Signing in by a one-time link: over real mail, once, in time, and the same to see for an address that nobody has."""

import asyncio
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from casework import sessions
from config import clock
from config.settings import settings
from mail.sink import MailSink
from models.links import Link, LinkPurpose
from models.messages import Message
from models.sign_in import Attempt, StaffSession
from tests.web.conftest import Site
from web.app import app

SAM = "sam.hallett@council.example"
sqlite_is_enough = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For what is not about the database; the others run on both."""


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A mail server on this machine, and mail that may go to anybody."""
    with MailSink(tmp_path / "mail") as sink:
        monkeypatch.setenv("SIB_SMTP_URL", sink.url)
        monkeypatch.setenv("SIB_TRIAL", "false")
        settings.cache_clear()
        yield tmp_path / "mail"


def ask(site: Site, email: str) -> httpx.Response:
    """Ask for a link, and wait for what goes on behind the answer."""
    with site.as_role(None) as browser:
        answered = browser.post("/sign-in", data={"email": email})
    for _ in range(400):
        if not app.state.errands:
            break
        time.sleep(0.02)
    return answered


def links_in(mailbox: Path) -> list[str]:
    mails = [message_from_bytes(file.read_bytes(), policy=default) for file in sorted(mailbox.glob("*.eml"))]
    texts = [mail.get_body(("plain",)).get_content() for mail in mails]  # type: ignore[union-attr]
    return [found for text in texts for found in re.findall(r"http://127\.0\.0\.1:8000(/sign-in/[\w-]{22})", text)]


def confirm(browser: httpx.Client, path: str) -> httpx.Response:
    """Press the button of the page behind a link."""
    token = re.findall(r'name="form_token" value="(\w+)"', browser.get(path).text)[0]
    return browser.post(path, data={"form_token": token})


def test_an_officer_signs_in_by_a_link_at_once_and_once(site: Site, mailbox: Path) -> None:
    answered = ask(site, f"  {SAM.upper()} ")
    assert "Check your e-mail" in answered.text
    (path,) = links_in(mailbox)
    state = site.read(lambda s: s.scalars(sa.select(Message.state).where(Message.template == "sign-in-link")).one())
    assert state == "sent", "at any hour, and not with the next delivery"
    with site.as_role(None) as browser:
        for _ in range(3):  # a scanner that looks, and looks again, uses nothing up
            assert "Sign in as Sam Hallett" in browser.get(path).text
            assert browser.head(path).status_code == 200
        assert browser.post(path).status_code == 403, "a form of another page"
        signed = confirm(browser, path)
        assert signed.status_code == 303
        assert signed.headers["location"] == "/"
        assert "Sign out" in browser.get("/").text
        assert browser.get(path).status_code == 404
    with site.as_role(None) as other:
        assert other.get(path).status_code == 404


@sqlite_is_enough
def test_an_address_that_nobody_has_gets_the_same_answer_and_no_mail(site: Site, mailbox: Path) -> None:
    known, unknown = ask(site, SAM), ask(site, "nobody@council.example")
    head = ask(site, str(site.read(lambda s: s.scalar(sa.text("SELECT email FROM contacts WHERE email LIKE 'head%'")))))
    assert known.status_code == unknown.status_code == head.status_code == 200
    texts = {re.sub(r'nonce="[\w-]+"', "", one.text) for one in (known, unknown, head)}
    assert len(texts) == 1
    assert len(links_in(mailbox)) == 1


@sqlite_is_enough
def test_what_is_done_before_the_answer_is_the_same_for_everybody(
    site: Site, mailbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No timing tells who is known: link and mail are made after the answer, in a thread of their own."""
    from web import sign_in_pages

    seen: list[str] = []
    real = sign_in_pages._send

    def slow(email: str) -> None:
        time.sleep(1.5)
        seen.append(email)
        real(email)

    monkeypatch.setattr(sign_in_pages, "_send", slow)
    with site.as_role(None) as browser:
        browser.post("/sign-in", data={"email": SAM})
        browser.get("/privacy")
        assert seen == [], "the same connection answered again before the errand was done"
    while app.state.errands:
        time.sleep(0.05)
    assert seen == [SAM]


@sqlite_is_enough
def test_a_newer_link_ends_the_one_before(site: Site, mailbox: Path) -> None:
    ask(site, SAM)
    ask(site, SAM)
    first, second = links_in(mailbox)
    with site.as_role(None) as browser:
        assert browser.get(first).status_code == 404
        assert confirm(browser, second).status_code == 303


@sqlite_is_enough
def test_a_link_is_too_old_after_its_minutes(site: Site, mailbox: Path) -> None:
    ask(site, SAM)
    (path,) = links_in(mailbox)
    minutes = settings().sign_in_link_minutes
    with sa.orm.Session(site.engine) as session, session.begin():
        made = session.scalars(sa.select(Link).where(Link.purpose == LinkPurpose.SIGN_IN)).one()
        made.created_at = clock.now() - timedelta(minutes=minutes)
    with site.as_role(None) as browser:
        assert browser.get(path).status_code == 404


def test_of_two_presses_at_once_one_signs_in(site: Site, mailbox: Path) -> None:
    ask(site, SAM)
    (path,) = links_in(mailbox)
    with site.as_role(None) as browser:
        token = re.findall(r'name="form_token" value="(\w+)"', browser.get(path).text)[0]

    async def together() -> list[int]:
        async with httpx.AsyncClient(base_url=site.base) as client:
            presses = [client.post(path, data={"form_token": token}) for _ in range(6)]
            return [one.status_code for one in await asyncio.gather(*presses)]

    assert sorted(asyncio.run(together())) == [303, *[404] * 5]


def test_asking_is_limited_by_address_without_telling_and_by_sender(site: Site, mailbox: Path) -> None:
    answers = [ask(site, SAM) for _ in range(12)]
    assert {one.status_code for one in answers} == {200}
    assert len(links_in(mailbox)) <= 10, "five in a quarter of an hour, of which two may be touched"
    assert [ask(site, f"n{n}@council.example").status_code for n in range(60)][-1] == 429
    kept = site.read(lambda s: [one.who_sha256 for one in s.scalars(sa.select(Attempt))])
    assert not any(SAM in str(one) or "127.0.0.1" in str(one) for one in kept)  # type: ignore[attr-defined]


@sqlite_is_enough
@pytest.mark.parametrize("typed", ["", "sam", "a@b c", "a@b\r\nBcc: x@y.example", "x" * 300 + "@y.example"])
def test_what_is_no_address_is_said(site: Site, typed: str) -> None:
    with site.as_role(None) as browser:
        answered = browser.post("/sign-in", data={"email": typed})
    assert answered.status_code == 422
    assert "Enter your e-mail address" in answered.text


@sqlite_is_enough
def test_in_trial_mode_the_link_is_kept_back_and_an_operator_can_print_one(
    site: Site, mailbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIB_TRIAL", "true")
    settings.cache_clear()
    ask(site, SAM)
    assert links_in(mailbox) == []
    state = site.read(lambda s: s.scalars(sa.select(Message.state).where(Message.template == "sign-in-link")).one())
    assert state == "withheld"


@sqlite_is_enough
def test_a_mail_server_that_is_away_leaves_the_mail_to_the_next_delivery(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIB_SMTP_URL", "smtp://127.0.0.1:1")
    monkeypatch.setenv("SIB_TRIAL", "false")
    settings.cache_clear()
    assert ask(site, SAM).status_code == 200
    state = site.read(lambda s: s.scalars(sa.select(Message.state).where(Message.template == "sign-in-link")).one())
    assert state == "retry"


# ---------------------------------------------------------------- sessions


def test_a_session_is_kept_as_a_hash_and_ends_when_left_idle_or_too_old(site: Site) -> None:
    token = site.sessions["officer"]
    hashes = site.read(lambda s: list(s.scalars(sa.select(StaffSession.token_sha256))))
    assert token not in str(hashes)
    assert sessions.fingerprint(token) in str(hashes)
    assert site.get("/cases").status_code == 200
    idle = timedelta(minutes=settings().session_idle_minutes)
    for change in ({"last_seen_at": clock.now() - idle}, {"created_at": clock.now() - timedelta(hours=13)}):
        with sa.orm.Session(site.engine) as session, session.begin():
            row = session.scalars(
                sa.select(StaffSession).where(StaffSession.token_sha256 == sessions.fingerprint(token))
            ).one()
            before = (row.created_at, row.last_seen_at, row.expires_at)
            for name, value in change.items():
                setattr(row, name, value)
            if "created_at" in change:
                row.expires_at = clock.now()
        assert site.get("/cases").status_code == 303
        with sa.orm.Session(site.engine) as session, session.begin():
            row = session.scalars(
                sa.select(StaffSession).where(StaffSession.token_sha256 == sessions.fingerprint(token))
            ).one()
            row.created_at, row.last_seen_at, row.expires_at = before
        assert site.get("/cases").status_code == 200


@sqlite_is_enough
def test_signing_out_ends_the_session_everywhere(site: Site) -> None:
    assert site.client.post("/sign-out").status_code == 403, "not by a form of another site"
    answered = site.client.post("/sign-out", data={"form_token": site.form_token()})
    assert answered.headers["location"] == "/sign-in"
    with site.as_role("officer") as copied:
        assert copied.get("/cases").status_code == 303


@sqlite_is_enough
def test_the_session_before_ends_with_a_new_one(site: Site) -> None:
    """Nobody can plant a session of their own in somebody's browser and share it afterwards."""
    person = site.read(lambda s: s.scalars(sa.select(StaffSession.contact_id).limit(1)).one())
    with site.as_role("chair") as browser:
        answered = browser.post("/sign-in/demo", data={"person": str(person)})
        assert site.sessions["chair"] not in str(answered.headers.get_list("set-cookie"))
    with site.as_role("chair") as old:
        assert old.get("/cases").status_code == 303


@sqlite_is_enough
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_that_another_site_sends_is_refused_even_with_its_token(site: Site, headers: dict[str, str]) -> None:
    data = {"form_token": site.form_token()}
    assert site.client.post("/sign-out", data=data, headers=headers).status_code == 403
    for path in ("/sign-in", "/sign-in/demo", site.links["school offer"], f"/new-link/{'A' * 22}"):
        assert site.client.post(path, data={"email": SAM, "person": "1"}, headers=headers).status_code == 403
    assert site.get("/cases").status_code == 200


@sqlite_is_enough
@pytest.mark.parametrize("there", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_leads_to_no_other_site(site: Site, there: str) -> None:
    person = site.read(lambda s: s.scalars(sa.select(StaffSession.contact_id).limit(1)).one())
    with site.as_role(None) as browser:
        answered = browser.post("/sign-in/demo", params={"next": there}, data={"person": str(person)})
    assert answered.headers["location"] == "/"


@sqlite_is_enough
@pytest.mark.parametrize("base_url", ["http://127.0.0.1:8000", "https://board.council.example"])
def test_cookies_are_out_of_reach(site: Site, base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIB_BASE_URL", base_url)
    settings.cache_clear()
    person = site.read(lambda s: s.scalars(sa.select(StaffSession.contact_id).limit(1)).one())
    with site.as_role(None) as browser:
        answered = browser.post("/sign-in/demo", data={"person": str(person)})
    (cookie,) = [one for one in answered.headers.get_list("set-cookie") if "Max-Age=43200" in one]
    secure = base_url.startswith("https")
    assert cookie.startswith("__Host-sib=" if secure else "sib=")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert ("Secure" in cookie.split("; ")) is secure
    assert "Domain" not in cookie
    assert ("strict-transport-security" in answered.headers) is secure


@sqlite_is_enough
def test_more_than_a_page_takes_is_refused_whatever_length_it_says(site: Site) -> None:
    much = b"email=" + b"x" * 1_100_000
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert site.client.post("/sign-in", content=much, headers=form).status_code == 413
    pieces = (much[at : at + 50_000] for at in range(0, len(much), 50_000))
    assert site.client.post("/sign-in", content=pieces, headers=form).status_code == 413
