"""Lists: sorted, filtered and paged in the address, downloaded without formulas, and worked on many at once."""

import csv
import io

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams

from casework.sessions import fingerprint
from config import clock
from config.settings import settings
from models.board import Decision, DecisionState, Meeting
from models.commissions import Commission, CommissionState
from models.contacts import Contact
from models.messages import Message, MessageState
from models.officer_tasks import OfficerTask
from models.priorities import IdentificationRun, Priority
from models.schools import Authority, School
from models.sign_in import StaffSession
from tests.casework.world import SCHOOLS
from tests.web.conftest import TODAY, Site
from web.exports import harmless
from web.listing import Pages, asked_of, within

FORMULA = '=HYPERLINK("http://evil.example","x")'
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def rename(site: Site, urn: int, name: str) -> None:
    with Session(site.engine) as session, session.begin():
        session.execute(sa.update(School).where(School.urn == urn).values(name=name))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_cell_of_a_download_is_a_formula(site: Site, kind: str) -> None:
    rename(site, SCHOOLS[4], FORMULA)
    answered = site.get(f"/cases.{kind}?state=active")
    assert answered.headers["content-disposition"] == f'attachment; filename="cases.{kind}"'
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(answered.content.decode("utf-8-sig"))))
        assert rows[1][2] == f"'{FORMULA}"
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(answered.content)).active
        assert sheet is not None
        cell = sheet["C2"]
        assert (cell.data_type, cell.value) == ("s", f"'{FORMULA}")
    assert site.get("/cases.exe").status_code == 404


def test_cases_are_sorted_both_ways_and_filtered_by_theme(site: Site) -> None:
    rename(site, SCHOOLS[0], "Aardvark Primary")
    rename(site, SCHOOLS[4], "Zebra Primary")
    there = site.get("/cases?sort=school").text
    back = site.get("/cases?sort=school&order=desc").text
    assert there.index("Aardvark") < there.index("Zebra")
    assert back.index("Zebra") < back.index("Aardvark")
    assert 'aria-sort="ascending"' in there
    assert 'aria-sort="descending"' in back
    assert "Zebra" not in site.get("/cases?theme=reading").text
    assert "No case fits" in site.get("/cases?theme=reading").text


def test_what_was_ticked_is_done_to_all_or_to_none(site: Site) -> None:
    both = [site.cases["active"], site.cases["planning"]]
    page = site.get(f"/cases/bulk?case={both[0]}&case={both[1]}").text
    assert all(one in page for one in both)
    token = page.split('name="form_token" value="')[1].split('"')[0]
    day = {"until-day": "20", "until-month": "11", "until-year": "2025"}
    asked = {"form_token": token, "case": both, "do": "hold", "reason": "The head is ill.", **day}
    refused = site.client.post("/cases/bulk", data=asked)
    assert refused.status_code == 422
    assert f"Nothing of {both[1]} is being chased" in refused.text
    assert "Reminders held" not in site.get(f"/cases/{both[0]}").text
    assert site.client.post("/cases/bulk", data={**asked, "case": both[:1]}).status_code == 303
    held = site.get(f"/cases/{both[0]}").text
    assert "Reminders held until 20 November 2025: The head is ill." in held
    assert "Release reminders" in held
    assert site.fill(f"/cases/{both[0]}/do/release").status_code == 303
    assert "Reminders released." in site.get(f"/cases/{both[0]}").text


def test_ticked_messages_are_held_released_and_stopped(site: Site) -> None:
    waiting = site.read(
        lambda s: list(s.scalars(sa.select(Message.id).where(Message.state == MessageState.QUEUED).limit(2)))
    )
    assert isinstance(waiting, list)
    numbers = [str(one) for one in waiting]
    assert numbers

    def do(what: str, status: int = 303) -> None:
        token = site.get("/outbox").text.split('name="form_token" value="')[1].split('"')[0]
        asked = {"form_token": token, "message": numbers, "do": what}
        assert site.client.post("/outbox/do", data=asked).status_code == status

    def states() -> object:
        return site.read(lambda s: set(s.scalars(sa.select(Message.state).where(Message.id.in_(waiting)))))

    do("release", 422)
    do("undo", 422)
    do("hold")
    assert states() == {MessageState.QUEUED}
    page = site.get(f"/outbox/{numbers[0]}").text
    assert "Held until" in page
    assert "Release" in page
    assert "Undo" not in page
    do("release")
    assert "Held until" not in site.get(f"/outbox/{numbers[0]}").text
    do("release", 422)
    do("abort")
    assert states() == {MessageState.ABORTED}
    do("retry")
    assert states() == {MessageState.QUEUED}


def test_a_person_away_is_stood_in_for_from_a_day_to_a_day(site: Site) -> None:
    head = site.read(
        lambda s: s.scalars(sa.select(Contact.id).where(Contact.email.contains(str(SCHOOLS[4]))).limit(1)).one()
    )
    path = f"/contacts/{head}"
    days = {"starts-day": "1", "starts-month": "10", "starts-year": "2025"}
    wrong = site.fill(path, email="nobody@nowhere.example", reason="Leave", **days)
    assert wrong.status_code == 422
    assert 'value="Leave"' in wrong.text
    assert site.fill(path, email="sam.hallett@council.example", reason="Leave", **days).status_code == 303
    assert "Sam Hallett" in site.get(path).text
    assert "Sam Hallett stands in" in site.get("/contacts?trouble=away").text
    again = site.fill(path, email="fay.money@council.example", reason="Leave", **days)
    assert "stands in for" in again.text
    number = site.get(path).text.split('name="end" value="')[1].split('"')[0]
    assert site.fill(path, end=number).status_code == 303
    assert "Nobody fits" in site.get("/contacts?trouble=away").text


def test_a_head_teacher_is_added_and_takes_over(site: Site) -> None:
    who = {"first_name": "Nia", "surname": "New", "email": "nia@school.example", "role": "head"}
    assert "Enter the URN" in site.fill("/contacts/add", **who).text
    assert "There is no school" in site.fill("/contacts/add", **who, urn="999999").text
    assert "like name@school.example" in site.fill("/contacts/add", **{**who, "email": "x@y"}, urn=str(SCHOOLS[1])).text
    assert site.fill("/contacts/add", **who, urn=str(SCHOOLS[1])).status_code == 303
    assert "Nia New" in site.get(f"/schools/{SCHOOLS[1]}").text


def test_a_case_is_given_to_another_officer(site: Site) -> None:
    reference = site.cases["active"]
    page = site.get(f"/cases/bulk?case={reference}").text
    officer = page.split('id="to"')[1].split("</select>")[0].split('value="')[2].split('"')[0]
    given = {"case": reference, "do": "hand-over", "to": officer, "reason": "Sam is on leave."}
    assert site.fill(f"/cases/bulk?case={reference}", **given).status_code == 303
    found = site.read(
        lambda s: s.scalars(sa.select(Commission.officer_id).where(Commission.reference == reference)).one()
    )
    assert str(found) == officer


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "＝1", "\u202e=1"])
def test_text_that_starts_a_formula_is_made_harmless(text: str, database: str) -> None:
    assert harmless(text).startswith("'")
    assert (harmless("Fee 3 = 4"), harmless(12), harmless(None)) == ("Fee 3 = 4", 12, None)


def test_an_address_of_a_list_is_never_an_error(database: str) -> None:
    asked = asked_of(
        "/cases", QueryParams("page=99999999999&sort=evil&order=desc&search= x "), ("search",), ("a",), "a"
    )
    assert (asked.number, asked.sort, asked.get("search")) == (1, "a", "x")
    assert asked.address(page=3) == "/cases?search=x&sort=a&order=desc&page=3"
    pages = Pages(within(asked_of("/c", QueryParams("page=9"), (), ("a",), "a"), 120), 120)
    assert (pages.count, pages.asked.number, pages.first, pages.last) == (3, 3, 101, 120)
    far = Pages(asked_of("/c", QueryParams("page=10"), (), ("a",), "a"), 24_000)
    assert far.numbers == [1, None, 9, 10, 11, None, 480]


def test_a_list_of_cases_says_when_an_update_is_due(site: Site) -> None:
    assert "Update due 17 Oct" in site.get("/cases?state=active").text
    assert "Update due" not in site.get("/cases?state=planning").text


def test_decisions_are_found_by_their_words_and_state_and_taken_along(site: Site) -> None:
    with Session(site.engine) as session, session.begin():
        board = session.scalars(sa.select(Meeting).where(Meeting.number == 0)).one()
        for state, text in ((DecisionState.DECIDED, FORMULA), (DecisionState.LOST, "Another matter, 100%.")):
            session.add(
                Decision(
                    kind="note",
                    text=text,
                    state=state,
                    decided_on=board.day,
                    decided_by="the Board",
                    meeting_id=board.id,
                )
            )
    assert "Another matter" in site.get("/board/decisions?search=another").text
    assert "Another matter" in site.get("/board/decisions?search=100%25").text
    assert "Another matter" not in site.get("/board/decisions?search=1%25%25").text
    assert "Another matter" not in site.get("/board/decisions?state=decided").text
    assert "No decision fits" in site.get("/board/decisions?search=zzzz").text
    rows = list(csv.reader(io.StringIO(site.get("/board/decisions.csv?state=decided").content.decode("utf-8-sig"))))
    assert [row[2] for row in rows if row[1] == "Noted"] == [f"'{FORMULA}"]
    assert {row[4] for row in rows[1:]} == {"Decided"}
    assert site.get("/board/decisions.exe").status_code == 404


def test_a_priority_is_found_by_its_school(site: Site) -> None:
    with Session(site.engine) as session, session.begin():
        run = IdentificationRun(la_code=838, as_of=TODAY, digest="d", run_at=clock.now(), schools=6, findings=5)
        session.add(run)
        session.flush()
        session.execute(sa.update(Priority).values(run_id=run.id))
        urn = session.scalars(sa.select(Priority.urn).order_by(Priority.id)).first() or 0
    rename(site, urn, "Aardvark Primary")
    for asked in ("aardvark", str(urn)):
        text = site.get(f"/priorities?search={asked}").text
        assert "Aardvark Primary" in text
        assert text.count('href="/schools/') == 1
    assert "Nothing fits" in site.get("/priorities?search=zzzz").text
    rows = list(csv.reader(io.StringIO(site.get("/priorities.csv?search=aardvark").content.decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == ["Aardvark Primary"]


def test_a_board_for_several_authorities_chooses_whose_priorities_it_sees(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 'name="area"' not in site.get("/priorities").text
    with Session(site.engine) as session, session.begin():
        run = IdentificationRun(la_code=201, as_of=TODAY, digest="d", run_at=clock.now(), schools=6, findings=5)
        session.add(run)
        session.flush()
        session.execute(sa.update(Priority).values(run_id=run.id))
        session.execute(sa.update(School).values(la_code=201))
        session.add(Authority(code=201, name="City of <Wimbury>"))
        urn = session.scalars(sa.select(Priority.urn).order_by(Priority.id)).first() or 0
    monkeypatch.setenv("SIB_OTHER_AREAS", "201")
    settings.cache_clear()
    assert f'href="/schools/{urn}"' not in site.get("/priorities").text
    page = site.get("/priorities?area=201").text
    assert '<option value="838">838 (our own)</option>' in page
    assert f'href="/schools/{urn}"' in page
    assert '<option value="201" selected>City of &lt;Wimbury&gt;</option>' in page
    assert 'href="/priorities.csv?area=201' in page
    assert f",{urn}," in site.get("/priorities.csv?area=201").text
    assert f",{urn}," not in site.get("/priorities.csv").text
    assert 'href="/priorities?area=201">Clear</a>' in site.get("/priorities?area=201&level=watch").text
    assert ">Clear</a>" not in page
    for not_served in ("999", "x", "838"):
        assert f'href="/schools/{urn}"' not in site.get(f"/priorities?area={not_served}").text


def test_an_officer_who_ticked_nothing_is_led_back_and_not_told_to_phone(site: Site) -> None:
    refused = site.client.post("/outbox/do", data={"form_token": site.form_token(), "do": "retry"})
    assert refused.status_code == 422
    assert 'href="/outbox">Back to Outbox</a>' in refused.text
    assert "Or phone us" not in refused.text
    assert "Or phone us" in site.as_role(None).get(f"/o/{'A' * 22}").text


def test_a_map_without_support_says_where_what_it_did_is(site: Site) -> None:
    assert "Nobody is supported today" not in site.get("/map").text
    with Session(site.engine) as session, session.begin():
        session.execute(sa.update(Commission).values(state=CommissionState.WITHDRAWN))
        run = IdentificationRun(la_code=838, as_of=TODAY, digest="d", run_at=clock.now(), schools=6, findings=5)
        session.add(run)
        session.flush()
        session.execute(sa.update(Priority).values(run_id=run.id))
    assert "Nobody is supported today" in site.get("/map").text


def test_the_cases_that_an_e_mail_names_are_linked_from_it(site: Site) -> None:
    number = site.read(
        lambda s: s.scalars(sa.select(Message.id).where(Message.reference == site.cases["active"])).first()
    )
    assert f'href="/cases/{site.cases["active"]}">' in site.get(f"/outbox/{number}").text


def test_today_has_ones_own_tasks_before_those_of_colleagues_and_none_for_who_only_reads(site: Site) -> None:
    with Session(site.engine) as session, session.begin():
        case = session.scalars(sa.select(Commission).where(Commission.reference == site.cases["active"])).one()
        me = session.scalars(
            sa.select(StaffSession.contact_id).where(StaffSession.token_sha256 == fingerprint(site.sessions["officer"]))
        ).one()
        raised = {"commission_id": case.id, "kind": "phone", "raised_on": TODAY, "due_on": TODAY}
        session.add(OfficerTask(key="mine", officer_id=me, text="Phone the first.", **raised))
        session.add(OfficerTask(key="nobodys", officer_id=None, text="Phone the second.", **raised))
    mine, others = site.get("/").text.split("For your colleagues to do")
    assert "Phone the first." in mine
    assert "Phone the second." in others
    assert "Phone the second." not in mine
    read_only = site.as_role("board").get("/").text
    assert "For the officers to do" in read_only
    assert "For you to do" not in read_only
    assert "Phone the first." in read_only
