"""The Board's pages: opening one does nothing, a deliberate act does it once, and one click stops the minutes."""

import hashlib
import re
from datetime import time
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from config import clock
from config.database import forget_engine, session_factory
from config.settings import settings
from models.board import AgendaItem, GroupLetter, MeetingReply, Minutes
from models.fund import FundYear
from models.messages import Notice
from models.officer_tasks import OfficerTask
from tasks.deliver import deliver_waiting
from tests.web import board_pages
from tests.web.conftest import Site
from tests.web.test_links import everything

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Where the kind of database makes no difference."""

LINKS = ("invitation", "letter", "stop")
PAGES = (*LINKS, "papers")


@pytest.mark.parametrize("name", PAGES)
def test_opening_changes_nothing(site: Site, name: str) -> None:
    before = everything(site)
    assert site.get(site.links[name]).status_code == 200
    assert site.client.head(site.links[name]).status_code == 200
    assert everything(site) == before


@on_sqlite
@pytest.mark.parametrize("name", LINKS)
def test_a_form_of_another_site_does_nothing(site: Site, name: str) -> None:
    before = everything(site)
    given = {"choice": "send" if name == "letter" else "coming", "form_token": "0" * 64}
    assert site.client.post(site.links[name], data=given).status_code == 403
    assert everything(site) == before


@on_sqlite
def test_a_link_of_one_kind_opens_no_other_page(site: Site) -> None:
    tokens = {name: link.rsplit("/", 1)[1] for name, link in site.links.items()}
    for letter in ("m", "l", "stop", "b", "o", "p", "u"):
        for name, token in tokens.items():
            if not site.links[name].startswith(f"/{letter}/"):
                assert site.client.get(f"/{letter}/{token}", headers={"x": name}).status_code in (404, 429)


def test_a_member_answers_and_changes_the_answer(site: Site) -> None:
    link = site.links["invitation"]
    assert "Su Instead 1 is coming in my place" in site.get(link).text
    assert site.fill(link).status_code == 422
    assert site.fill(link, choice="substitute").status_code == 303
    assert "your substitute is coming" in site.get(f"{link}?sent").text
    assert site.fill(link, choice="apologies", note="<b>At a governors’ meeting</b>").status_code == 303
    replies = site.read(lambda s: s.execute(sa.select(MeetingReply.choice, MeetingReply.note)).tuples().all())
    assert replies == [("apologies", "<b>At a governors’ meeting</b>")]
    assert site.fill(link, choice="perhaps").status_code == 422


def test_the_chair_sends_the_letter_once(site: Site) -> None:
    link = site.links["letter"]
    read = site.get(link).text
    assert "It goes only when you send it" in read
    assert "Thursday 9 October 2025" in read
    assert "We value what your group brings" in read
    assert site.fill(link).status_code == 422
    assert site.read(lambda s: s.scalars(sa.select(GroupLetter.state)).one()) == "draft"
    page = site.get(link).text
    token = page.split('name="form_token" value="')[1].split('"')[0]
    for expected in (303, 422):
        assert site.client.post(link, data={"form_token": token, "choice": "send"}).status_code == expected
    assert site.read(lambda s: s.scalars(sa.select(GroupLetter.state)).one()) == "sent"
    told = site.read(
        lambda s: s.scalars(sa.select(Notice.template).where(Notice.template == "missed-two-meetings")).all()
    )
    assert told == ["missed-two-meetings"]
    assert "The letter was sent" in site.get(link).text


def test_one_click_of_a_mail_program_stops_the_minutes(site: Site) -> None:
    """RFC 8058: a POST with this body, no cookie, no form of ours, and a plain answer."""
    before = site.read(board_pages.on_the_list)
    answered = site.client.post(site.links["stop"], data={"List-Unsubscribe": "One-Click"})
    assert (answered.status_code, answered.text) == (200, "You get no more minutes.")
    assert site.read(board_pages.on_the_list) == int(str(before)) - 1
    assert site.client.post(site.links["stop"], data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert site.read(board_pages.on_the_list) == int(str(before)) - 1
    assert "You get no more minutes" in site.get(site.links["stop"]).text


@on_sqlite
def test_what_is_open_stands_on_the_agenda_of_a_meeting_that_is_to_come_and_of_no_other(site: Site) -> None:
    with session_factory(site.engine).begin() as session:
        session.add(AgendaItem(key="a", kind="carry-over", text="£5 to carry over.", raised_on=board_pages.TODAY))
    coming, held = site.get("/board/2025-26/2").text, site.get("/board/2025-26/1").text
    assert "Money of the Fund to carry over" in coming
    assert "£5 to carry over." in coming
    assert "£5 to carry over." not in held
    assert "4pm" in coming


@on_sqlite
def test_the_fund_begins_with_the_year_that_runs(site: Site) -> None:
    years = re.findall(r'id="y\d">([^<]+)<', site.get("/fund").text)
    assert years[0] == "2025-26"
    assert "2026-27" in years


@on_sqlite
def test_what_a_year_has_to_commission_with_is_the_sum_of_the_lines_above_it(site: Site) -> None:
    with session_factory(site.engine).begin() as session:
        for label, carried in (("2025-26", FundYear.carried_out_pence), ("2026-27", FundYear.carried_in_pence)):
            session.execute(sa.update(FundYear).where(FundYear.label == label).values({carried: 100_050}))
    lists = re.findall(r'<dl class="govuk-summary-list">(.*?)</dl>', site.get("/fund").text, re.DOTALL)
    assert len(lists) == 2
    for one in lists:
        rows = re.findall(r"__key\">([^<]+)</dt><dd [^>]+>(-?)£([\d,.]+)</dd>", one)
        amounts = [round(float(sign + pounds.replace(",", "")) * 100) for _, sign, pounds in rows]
        assert any("Carried over" in name for name, *_ in rows)
        assert sum(amounts[:-1]) == amounts[-1] > 0


@on_sqlite
def test_a_person_stops_them_on_the_page(site: Site) -> None:
    before = site.read(board_pages.on_the_list)
    assert site.fill(site.links["stop"]).status_code == 303
    assert site.read(board_pages.on_the_list) == int(str(before)) - 1


@on_sqlite
def test_published_minutes_are_public_and_their_digest_is_right(site: Site) -> None:
    assert 'href="/minutes/2025-26/0"' in site.get("/minutes").text
    page = site.get("/minutes/2025-26/0").text
    text = site.get("/minutes/2025-26/0.md")
    assert hashlib.sha256(text.content).hexdigest() in page
    assert site.read(lambda s: s.scalars(sa.select(Minutes.markdown)).one()) == text.text
    assert "<h2>Present</h2>" in page
    assert len(re.findall("<h1", page)) == 1
    assert not re.search("St Wite’s", page)
    for missing in ("2025-26/1", "2025-26/0?version=2", "nothing/7", "2025-26/99999999999"):
        assert site.get(f"/minutes/{missing}").status_code == 404, missing


@on_sqlite
def test_a_member_reads_the_papers_on_a_page_and_as_pdf(site: Site) -> None:
    link = site.links["papers"]
    page = site.get(link)
    assert "Confidential: this names schools" in page.text
    assert f"{link}/papers.pdf" in page.text
    nonce = re.search(r"style-src 'self' 'nonce-([^']+)'", page.headers["content-security-policy"])
    assert nonce is not None
    assert f'<style nonce="{nonce.group(1)}">' in page.text
    drawn = site.get(f"{link}/papers.pdf")
    assert drawn.headers["content-type"] == "application/pdf"
    assert drawn.headers["cache-control"] == "no-store"
    assert drawn.content.startswith(b"%PDF-")


@on_sqlite
def test_an_expired_invitation_can_be_asked_for_again(site: Site) -> None:
    token = site.links["invitation"].rsplit("/", 1)[1]
    assert site.client.post(f"/new-link/{token}").status_code == 200
    asked = site.read(lambda s: s.scalars(sa.select(OfficerTask.kind).where(OfficerTask.kind == "new-link")).all())
    assert asked == ["new-link"]


@on_sqlite
def test_the_e_mail_s_own_header_stops_the_minutes(site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """From the delivered message as its receiver has it: List-Unsubscribe, posted to as RFC 8058 says."""
    monkeypatch.setenv("SIB_TRIAL", "false")
    monkeypatch.setenv("SIB_STATE_DIR", str(tmp_path / "kept"))
    monkeypatch.setenv("SIB_SECRET_KEY", settings().link_key().decode())
    settings.cache_clear()
    forget_engine()
    deliver_waiting.fn(clock.at(board_pages.TODAY, time(9)))
    kept = [
        message_from_bytes(file.read_bytes(), policy=policy.default) for file in settings().outbox_dir.rglob("*.eml")
    ]
    (first, *_) = [mail for mail in kept if str(mail["Subject"]).startswith("Minutes of the Board meeting")]
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = urlsplit(str(first["List-Unsubscribe"]).strip("<>"))
    before = int(str(site.read(board_pages.on_the_list)))
    answered = site.client.post(address.path, data={"List-Unsubscribe": "One-Click"})
    assert answered.status_code == 200
    assert site.read(board_pages.on_the_list) == before - 1
    others = [mail for mail in kept if not str(mail["Subject"]).startswith("Minutes of the Board meeting")]
    assert others
    assert all(mail["List-Unsubscribe"] is None for mail in others)
