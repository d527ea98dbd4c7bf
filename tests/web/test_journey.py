"""One case from an officer's first sign-in to published minutes, in a real browser; pictures kept in .pictures/."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, ViewportSize

from casework import chasing, composing, rounds
from config.database import session_factory
from config.settings import ROOT, settings
from models.commissions import Commission
from tests.casework.world import SCHOOLS, desk_at, token_for
from tests.web.conftest import TODAY, Site, carry_out
from tests.web.test_browser import browser as browser  # noqa: PLC0414  the same Chromium as the other tests
from tests.web.test_sign_in import SAM, links_in
from tests.web.test_sign_in import mailbox as mailbox  # noqa: PLC0414  and the same mail server
from web.app import app

PICTURES = ROOT / ".pictures"
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 900}


@pytest.fixture
def officer(browser: Browser) -> Iterator[Page]:
    """The officer's browser, without scripts: the pages need none."""
    context = browser.new_context(java_script_enabled=False, viewport=DESK)
    yield context.new_page()
    context.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A head teacher's phone."""
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    yield context.new_page()
    context.close()


def snap(page: Page, name: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


def link(site: Site, purpose: str, letter: str, reference: str, day: date) -> str:
    """The address of the newest link of a case, as its e-mail carries it."""
    with session_factory(site.engine).begin() as session:
        case = session.scalars(sa.select(Commission).where(Commission.reference == reference)).one()
        return f"{site.base}/{letter}/{token_for(desk_at(session, day), purpose, case.id)}"


def open_round(site: Site, reference: str, day: date) -> None:
    """The day on which the case's update is asked for."""
    with session_factory(site.engine).begin() as session:
        desk = desk_at(session, day)
        case = session.scalars(sa.select(Commission).where(Commission.reference == reference)).one()
        for update in rounds.open_round(desk, case):
            chasing.chase(desk, update, chasing.recipients(desk, [case]))
        composing.compose(desk)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_from_sign_in_to_published_minutes(
    site: Site, mailbox: Path, officer: Page, phone: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    def go_to(day: date) -> None:
        monkeypatch.setenv("SIB_TODAY", day.isoformat())
        settings.cache_clear()

    # The officer signs in by the link in an e-mail.
    officer.goto(f"{site.base}/cases")
    officer.get_by_label("Your e-mail address").fill(SAM)
    officer.get_by_role("button", name="Send me a link").click()
    while app.state.errands:
        officer.wait_for_timeout(20)
    officer.goto(site.base + links_in(mailbox)[-1])
    officer.get_by_role("button", name="Sign in").click()

    # Finds the school, reads why, sees who would be asked, and commissions support.
    officer.goto(f"{site.base}/commission")
    officer.get_by_label("Find the school").fill("School 6")
    officer.get_by_role("button", name="Find").click()
    officer.get_by_role("link", name=re.compile("School 6")).click()
    officer.get_by_label("Maths", exact=True).check()
    officer.get_by_role("button", name="Continue").click()
    officer.get_by_label("In the order of the ranking").check()
    officer.get_by_label("Why").fill("Maths is low, and the school asks for help.")
    snap(officer, "1-providers-ranked")
    officer.get_by_role("button", name="Continue").click()
    officer.get_by_role("button", name="Commission support").click()
    carry_out(site)
    reference = str(
        site.read(lambda s: s.scalars(sa.select(Commission.reference).where(Commission.urn == SCHOOLS[5])).one())
    )
    officer.goto(f"{site.base}/cases/{reference}")
    snap(officer, "2-commissioned")

    # The school and then the provider accept, on a phone.
    phone.goto(link(site, "school-offer", "o", reference, TODAY))
    phone.get_by_label("Yes, accept").check()
    phone.get_by_label("Your full name").fill("Priya Shah")
    snap(phone, "3-school-is-offered-support")
    phone.get_by_role("button", name="Send answer").click()
    phone.goto(link(site, "provider-offer", "o", reference, TODAY))
    phone.get_by_label("Yes, accept").check()
    phone.get_by_label("No", exact=True).check()
    phone.get_by_label("Your full name").fill("Lee Lead")
    phone.get_by_role("button", name="Send answer").click()

    # Both agree the plan; the officer approves it.
    for purpose, name in (("plan-school", "Priya Shah"), ("plan-provider", "Lee Lead")):
        phone.goto(link(site, purpose, "p", reference, TODAY))
        phone.get_by_label("Yes, agree").check()
        phone.get_by_label("Your full name").fill(name)
        phone.get_by_role("button", name="Send answer").click()
    snap(phone, "4-plan-agreed")

    # The Board meets: who came, and the plan approved with votes.
    meeting = f"{site.base}/board/2025-26/1"
    officer.goto(f"{meeting}/attendance")
    for one in officer.get_by_role("radio", name="Present").all():
        one.check()
    officer.get_by_role("button", name="Record who came").click()
    officer.goto(f"{meeting}/decide?case={reference}")
    officer.get_by_label("What for").select_option("approve-plan")
    officer.get_by_label("What is decided").fill("The Board supports the plan and thanks the school.")
    officer.get_by_label("Moved by").select_option(index=1)
    for one in officer.get_by_role("radio", name="For", exact=True).all():
        one.check()
    officer.get_by_role("button", name="Record the decision").click()
    assert "The decision is recorded" in officer.content()
    officer.goto(f"{site.base}/cases/{reference}")
    assert "Active" in officer.inner_text("dl.govuk-summary-list >> nth=0")

    # Later in the term the school answers its update on a phone.
    later = site.read(
        lambda s: s.scalars(sa.select(Commission.next_round_on).where(Commission.reference == reference)).one()
    )
    assert isinstance(later, date)
    go_to(later)
    open_round(site, reference, later)
    phone.goto(link(site, "update", "u", reference, later))
    for field in phone.locator("input[name$='-value']").all():
        field.fill("51")
    for field in phone.locator("input[name$='-cohort']").all():
        field.fill("30")
    for field in phone.get_by_label("Amber: at risk").all():
        field.check()
    for field in phone.get_by_label("Why", exact=True).all():
        field.fill("Two new teachers started.")
    phone.get_by_label("Your full name").fill("Lee Lead")
    snap(phone, "5-update-on-a-phone")
    phone.get_by_role("button", name="Send update").click()
    assert phone.get_by_role("heading", level=1).inner_text() == "We have your answer"
    officer.goto(f"{site.base}/cases/{reference}")
    assert "51" in officer.content()
    snap(officer, "6-case-with-its-update")

    # The minutes: drafted from what was recorded, agreed, published, read by anybody.
    officer.goto(f"{meeting}/minutes")
    officer.get_by_role("button", name="Draft the minutes").click()
    officer.get_by_label("Agreed by").fill("the Board")
    officer.get_by_role("button", name="The minutes are agreed").click()
    officer.get_by_role("button", name="Publish for good").click()
    phone.goto(f"{site.base}/minutes/2025-26/1")
    assert "9 October 2025" in phone.get_by_role("heading", level=1).inner_text()
    assert "SHA-256" in phone.content()
    snap(phone, "7-minutes-published")
