"""Referrals: evidence gathered, a letter that a person sends, dates of their own, and never a word of powers."""

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework import referrals
from config.settings import ROOT
from models.board import AgendaItem
from models.commissions import Commission, CommissionState
from models.messages import Message
from models.referrals import Referral, ReferralState
from models.schools import Trust, TrustMembership
from rules.errors import Refused
from rules.regional_director import title_on
from tests.casework.stages import YES, offered
from tests.casework.world import ACADEMY, LONG_AGO, SCHOOLS, START, desk_at, say

NO = {"accept": False, "name": "Priya Shah", "note": "Our trust does it."}
LATER = START + timedelta(days=3)


@pytest.fixture
def referred(session: Session) -> Commission:
    """An academy with a concern that has opted out."""
    session.add(Trust(uid="4229", name="Blackmore Learning Trust", type_name="Multi-academy trust"))
    session.flush()
    session.add(TrustMembership(urn=ACADEMY, uid="4229", starts_on=LONG_AGO))
    case = offered(session, ACADEMY, concern=True)
    say(desk_at(session, START + timedelta(days=2)), "school-offer", case.id, NO)
    assert case.state is CommissionState.OPTED_OUT
    return case


def test_opened_beside_the_case_with_its_evidence_and_on_the_agenda(session: Session, referred: Commission) -> None:
    found = session.scalars(sa.select(Referral)).one()
    assert (found.state, found.opened_on) == (ReferralState.DRAFT, START + timedelta(days=2))
    assert {one["what"]: one["said"] for one in found.evidence} == {
        "because": "The school did not take up the support offered.",
        "figures": referred.priority.sentence if referred.priority else "",
        "offered": START.isoformat(),
        "trust": "Blackmore Learning Trust",
    }
    kinds = session.scalars(sa.select(AgendaItem.kind).where(AgendaItem.settled_on.is_(None))).all()
    assert "referral" in kinds


def test_the_letter_is_a_draft_for_a_person_and_never_in_the_outbox(session: Session, referred: Commission) -> None:
    drafted = referrals.draft_letter(desk_at(session, LATER), referred)
    for words in ("School 3 St Wite’s Primary", str(ACADEMY), "Blackmore Learning Trust", "40%", "Regional Director"):
        assert words in drafted.text + drafted.subject
    templates = set(session.scalars(sa.select(Message.template)))
    assert "referral-to-regional-director" not in templates


def test_its_own_states_and_dates(session: Session, referred: Commission) -> None:
    with pytest.raises(Refused, match="cannot become answered: now draft"):
        referrals.mark_answered(desk_at(session, LATER), referred, "They will visit.")
    with pytest.raises(Refused, match="was opened on"):
        referrals.mark_sent(desk_at(session, START), referred, "The Director")
    sent = referrals.mark_sent(desk_at(session, LATER), referred, "The Director")
    assert (sent.state, sent.sent_on, sent.sent_by) == (ReferralState.SENT, LATER, "The Director")
    with pytest.raises(Refused, match="was sent on"):
        referrals.mark_sent(desk_at(session, LATER), referred, "The Director")
    with pytest.raises(Refused, match="cannot have been answered on"):
        referrals.mark_answered(desk_at(session, LATER - timedelta(days=1)), referred, "They will visit.")
    with pytest.raises(Refused, match="Say what was answered"):
        referrals.mark_answered(desk_at(session, LATER), referred, " ")
    referrals.mark_answered(desk_at(session, LATER + timedelta(days=20)), referred, "They will visit.")
    with pytest.raises(Refused, match="after that day"):
        referrals.close(desk_at(session, LATER + timedelta(days=5)), referred, "Done.")
    closed = referrals.close(desk_at(session, LATER + timedelta(days=60)), referred, "They visited.")
    assert closed.state is ReferralState.CLOSED
    with pytest.raises(Refused, match="now closed"):
        referrals.withdraw(desk_at(session, LATER + timedelta(days=61)), referred, "No.")
    assert referred.state is CommissionState.OPTED_OUT


def test_a_draft_is_withdrawn_when_the_academy_takes_the_support_up(session: Session) -> None:
    case = offered(session, ACADEMY, concern=True)
    silent = desk_at(session, START + timedelta(days=20))
    referrals.open_if_academy_with_concern(silent, case, "The school has not answered the offer of support.")
    say(desk_at(session, START + timedelta(days=21)), "school-offer", case.id, YES)
    assert case.state is CommissionState.BROKERING
    assert session.scalars(sa.select(Referral.state)).one() is ReferralState.WITHDRAWN


def test_a_maintained_school_is_never_referred(session: Session) -> None:
    case = offered(session, SCHOOLS[0], concern=True)
    say(desk_at(session, LATER), "school-offer", case.id, NO)
    assert session.scalars(sa.select(Referral)).all() == []
    with pytest.raises(Refused, match="has no referral"):
        referrals.draft_letter(desk_at(session, LATER), case)


@pytest.mark.parametrize(
    ("day", "title"),
    [
        (date(2018, 10, 17), "Regional Schools Commissioner"),
        (date(2022, 8, 31), "Regional Schools Commissioner"),
        (date(2022, 9, 1), "Regional Director"),
    ],
)
def test_the_office_has_the_name_of_its_day(day: date, title: str) -> None:
    assert title_on(day) == title


def test_no_word_of_powers_that_the_council_has_not() -> None:
    """In whatever a person reads: e-mails, pages, papers, and the sentences and titles that the code holds."""
    words = re.compile(r"\bintervention|\bintervene|\benforce", re.IGNORECASE)
    files = [*(ROOT / "templates").rglob("*.*"), ROOT / "casework" / "referrals.py", ROOT / "cli" / "referrals.py"]
    assert [file.name for file in files if words.search(file.read_text(encoding="utf-8"))] == []
