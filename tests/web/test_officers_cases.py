"""What an officer does with a case on its page: each form, its errors, and what the timeline says afterwards."""

import re

import pytest
import sqlalchemy as sa

from config.database import session_factory
from models.commissions import Commission
from models.events import Event
from models.fund import Spend
from tests.casework.stages import confirmed
from tests.casework.world import SCHOOLS
from tests.web.conftest import Site, carry_out

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
FAR = {"review-day": "2", "review-month": "12", "review-year": "2025"}


def case_page(site: Site, stage: str) -> str:
    return site.get(f"/cases/{site.cases[stage]}").text


def do(site: Site, stage: str, form: str, **given: str) -> int:
    return site.fill(f"/cases/{site.cases[stage]}/do/{form}", **given).status_code


def test_a_phone_call_a_payment_and_a_pause_stand_in_the_timeline(site: Site) -> None:
    assert do(site, "active", "call", said="They will answer.") == 422
    assert do(site, "active", "call", spoke_to="Dan Dean", said="Will answer on Friday.", settle="yes") == 303
    assert do(site, "active", "pay", invoice="A-1", pounds="1,200", what_for="Two days") == 303
    assert do(site, "active", "pay", invoice="A-1", pounds="1,200", what_for="Two days") == 422
    assert do(site, "active", "pay", invoice="A-2", pounds="1e9", what_for="Too much") == 422
    assert do(site, "active", "pay", invoice="A-2", pounds="99999", what_for="More than is left") == 422
    assert do(site, "active", "pause", reason="The head is ill.", **FAR) == 303
    paused = case_page(site, "active")
    assert "Phone call with Dan Dean: Will answer on Friday." in paused
    assert "£1,200" in paused
    assert "This case is paused" in paused
    assert do(site, "active", "hold", reason="No.", **{f"until-{k.split('-')[1]}": v for k, v in FAR.items()}) == 422
    assert do(site, "active", "resume", reason="Back.") == 303
    assert site.read(lambda s: s.scalar(sa.select(sa.func.count()).select_from(Spend))) == 1


def test_a_form_with_an_error_keeps_what_was_typed_and_changes_nothing(site: Site) -> None:
    count = sa.select(sa.func.count()).select_from(Event)
    before = site.read(lambda s: s.scalar(count))
    wrong = site.fill(f"/cases/{site.cases['active']}/do/pause", reason="Because", **{**FAR, "review-month": "13"})
    assert wrong.status_code == 422
    assert "must be a real date" in wrong.text
    assert "Because</textarea>" in wrong.text
    assert "<title>Error: " in wrong.text
    past = site.fill(f"/cases/{site.cases['active']}/do/pause", reason="Because", **{**FAR, "review-year": "2024"})
    assert "must be after" in past.text
    assert site.client.post(f"/cases/{site.cases['active']}/do/withdraw", data={"reason": "x"}).status_code == 403
    assert site.get(f"/cases/{site.cases['active']}/do/nothing").status_code == 404
    assert site.read(lambda s: s.scalar(count)) == before


def test_a_plan_that_both_agreed_is_approved_on_its_page(site: Site) -> None:
    assert "Approve the plan" not in case_page(site, "planning")
    site.fill(site.links["school plan"], choice="yes", name="Priya Shah")
    site.fill(site.links["provider plan"], choice="yes", name="Lee Lead")
    assert "Approve the plan" in case_page(site, "planning")
    assert do(site, "planning", "approve", by="Sam Hallett") == 303
    assert "Approved by Sam Hallett." in case_page(site, "planning")


def test_what_a_day_would_send_is_seen_and_nothing_is_kept(site: Site) -> None:
    count = sa.select(sa.func.count()).select_from(Event)
    before = site.read(lambda s: s.scalar(count))
    path = f"/cases/{site.cases['active']}/preview"
    nudge = site.get(f"{path}?day=2025-10-16").text
    assert "•••" in nudge or "Nothing would be sent" in nudge
    found = [site.get(f"{path}?day=2025-10-{day}").text for day in (15, 16, 17, 20, 21, 22)]
    assert any("Impact update" in one and "•••" in one for one in found)
    assert not any(link.rsplit("/", 1)[1] in one for one in found for link in site.links.values())
    next_step = re.search(r"next step ([^.]+)\.", case_page(site, "active"))
    assert next_step is not None
    assert f" {next_step[1]}</h2>" in site.get(path).text, "the next step of the update that is awaited"
    assert site.get(f"{path}?day=2024-01-01").status_code == 422
    assert site.get(f"{path}?day=rubbish").status_code == 422
    assert site.read(lambda s: s.scalar(count)) == before


def test_support_is_commissioned_after_a_look_at_providers_and_a_check(site: Site) -> None:
    path = f"/commission/{SCHOOLS[5]}?theme=maths"
    unsaid = site.get(f"/commission/{SCHOOLS[5]}?go=on")
    assert unsaid.status_code == 422
    assert "Select what the support is about" in unsaid.text
    assert str(SCHOOLS[5]) in site.get("/commission?search=School 6").text
    shown = site.get(path).text
    assert "TSA1" in shown
    given = {"provider": "NLE1", "pounds": "4,000", "reason": "Maths is low."}
    assert site.fill(path, **{**given, "pounds": "lots"}).status_code == 422
    check = site.fill(path, **given)
    assert "Check before you commission" in check.text
    cases = sa.select(sa.func.count()).select_from(Commission).where(Commission.urn == SCHOOLS[5])
    assert site.read(lambda s: s.scalar(cases)) == 0
    asked = site.fill(path, **given, confirmed="yes", key="first")
    assert asked.status_code == 303
    carry_out(site)
    done = site.get(asked.headers["location"])
    assert "offered the support" in site.get(done.headers["location"]).text
    again = site.fill(path, **given, confirmed="yes", key="second")
    case = site.get(done.headers["location"].partition("?")[0]).text
    assert "Waits for the engine" in case
    assert case.index("Number 2") < case.index("Number 1"), "the newest run of the case first"
    carry_out(site)
    assert "already has an open case" in site.get(again.headers["location"]).text
    assert site.read(lambda s: s.scalar(cases)) == 1


def test_a_run_over_many_asks_who_would_be_asked_first_then_starts_them(site: Site) -> None:
    with_identified = site.fill(f"/commission/{SCHOOLS[5]}?theme=reading", provider="as-ranked", pounds="1", reason="R")
    assert with_identified.status_code == 200
    nothing = site.get("/commission/run").text
    assert "No confirmed priority waits" in nothing
    with session_factory(site.engine).begin() as session:
        reference = confirmed(session, SCHOOLS[5]).reference
    assert reference in site.get("/commission/run").text
    asked = site.fill("/commission/run", case=reference, pounds="4,800")
    assert "Check the run" in asked.text
    code = asked.text.split(f'name="provider-{reference}" value="')[1].split('"')[0]
    assert code
    too_dear = {"case": reference, "pounds": "99,900", "confirmed": "yes", "key": "dear"}
    dear = site.fill("/commission/run", **too_dear, **{f"provider-{reference}": code}).headers["location"]
    carry_out(site)
    said = site.get(dear).text
    assert "0 of 1 confirmed case started" in said
    assert "99,900 is asked for" in said
    wanted = {"case": reference, "pounds": "4,800", "confirmed": "yes", "key": "k", f"provider-{reference}": code}
    done = site.fill("/commission/run", **wanted)
    assert site.fill("/commission/run", **wanted).headers["location"] == done.headers["location"], "asked for once"
    assert "Waits for the engine" in site.get(f"/cases/{reference}").text
    carry_out(site)
    said = site.get(done.headers["location"]).text
    assert "1 of 1 confirmed case started" in said
    assert f'/cases/{reference}"' in said
    case = site.get(f"/cases/{reference}").text
    assert "Waits for the engine" not in case
    with site.as_role("admin") as admin:
        assert "/runs/" in admin.get(f"/cases/{reference}").text
    again = site.client.post("/commission/run", data={"case": reference, "pounds": "4800", "confirmed": "yes"})
    assert again.status_code == 403


def test_the_boards_work_from_who_came_to_published_minutes(site: Site) -> None:
    meeting = "/board/2025-26/1"
    assert site.get(f"{meeting}/attendance").status_code == 200
    page = site.get(f"{meeting}/attendance").text
    names = {part.split('"')[0] for part in page.split('name="m')[1:]}
    came = {f"m{one}": "present" for one in names}
    assert site.fill(f"{meeting}/attendance").status_code == 422
    assert site.fill(f"{meeting}/attendance", **came).status_code == 303
    decide = site.get(f"{meeting}/decide").text
    voters = {part.split('"')[0] for part in decide.split('name="v')[1:]}
    votes = {f"v{one}": "for" for one in voters}
    given = {"kind": "note", "text": "The Board thanks the schools.", "mover": min(voters)}
    assert site.fill(f"{meeting}/decide", **given).status_code == 422
    assert site.fill(f"{meeting}/decide", **given, **votes).status_code == 303
    assert "<strong>Noted</strong><br>The Board thanks the schools." in site.get("/board/decisions").text
    minutes = f"{meeting}/minutes"
    assert site.fill(minutes, do="draft").status_code == 303
    assert site.fill(minutes, do="agree").status_code == 422
    text = site.get(minutes).text
    assert "The Board thanks the schools" in text
    assert site.fill(minutes, do="edit", text="# Minutes\n\nAll was well.").status_code == 303
    assert site.fill(minutes, do="agree", by="the Board").status_code == 303
    assert site.fill(minutes, do="publish").status_code == 303
    assert "All was well." in site.get("/minutes/2025-26/1").text
    assert site.fill(minutes, do="edit", text="Changed").status_code == 422
    assert site.fill(minutes, do="correct", why="A name was wrong.").status_code == 303
