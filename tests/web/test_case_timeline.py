"""The timeline of a case's page: e-mails among what happened, and no notes of the desk to itself."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from config import clock
from models.messages import Message, MessageState
from queries.cases import EventLine
from queries.outbox import MessageLine
from tests.web.conftest import Site
from web.case_timeline import timeline

FIRST, NEXT = date(2026, 1, 8), date(2026, 1, 19)


def mail(number: int, template: str, day: date, state: str) -> MessageLine:
    to = ("ursula@legg.example", "Ursula Legg")
    return MessageLine(number, "scheduled", template, *to, day, state, "<x>", None, 1, None, None)


def test_what_went_stands_above_what_it_tells_of_the_newest_first() -> None:
    events = [EventLine(FIRST, "round-opened", "Updates were asked for.", None, None)]
    mails = [
        mail(5, "digest", NEXT, "bounced"),
        mail(4, "impact-update-nudge", NEXT, "queued"),
        mail(3, "task-digest", NEXT, "sent"),
        mail(2, "impact-update-request", FIRST, "sent"),
    ]
    assert [(one.day, one.called, one.said, one.message) for one in timeline(events, mails)] == [
        (NEXT, "E-mail about several matters", "to Ursula Legg came back.", 5),
        (FIRST, "Request for an impact update", "sent to Ursula Legg.", 2),
        (FIRST, "", "Updates were asked for.", None),
    ]


def test_a_move_says_the_state_it_came_to_and_a_beginning_does_not() -> None:
    events = [
        EventLine(NEXT, "moved", "The plan was approved.", "planning", "active"),
        EventLine(FIRST, "opened", "Identified.", None, "identified"),
    ]
    assert [one.now for one in timeline(events, [])] == ["active", None]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_page_leads_from_its_timeline_to_the_e_mail_for_who_may_read_it(site: Site) -> None:
    address = f"/cases/{site.cases['active']}"
    shown = site.get(address).text.split("Timeline</h2>")[1]
    assert "sib-timeline__mail" not in shown, "what waits in the outbox has not happened"
    with Session(site.engine) as session, session.begin():
        session.execute(sa.update(Message).values(state=MessageState.SENT, sent_at=clock.now()))
    shown = site.get(address).text.split("Timeline</h2>")[1]
    assert 'href="/outbox/' in shown
    assert " sent to " in shown
    with site.as_role("board") as member:
        shown = member.get(address).text.split("Timeline</h2>")[1]
    assert " sent to " in shown
    assert 'href="/outbox/' not in shown
