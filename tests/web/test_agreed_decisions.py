"""A decision that was agreed: everybody present votes for it unless said, and nobody does who has an interest."""

import re
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.board import BoardMember, Decision, DecisionState, MemberInterest, Vote
from models.commissions import Commission
from tests.casework.world import LONG_AGO
from tests.web.conftest import Site

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
DECIDE = "/board/2025-26/1/decide"


def voters(site: Site) -> list[str]:
    """Who is named on the form: those present, and nobody else."""
    return list(dict.fromkeys(re.findall(r'name="v(\d+)"', site.get(DECIDE).text)))


def votes_of(site: Site, text: str) -> dict[str, tuple[str, str | None]]:
    """Each member's vote on the decision with a text, and why it was none."""
    with Session(site.engine) as session:
        wanted = sa.select(Vote).join(Decision, Decision.id == Vote.decision_id).where(Decision.text == text)
        return {str(one.member_id): (one.choice.value, one.conflict) for one in session.scalars(wanted)}


def has_an_interest(site: Site, member: str, reference: str) -> None:
    with Session(site.engine) as session, session.begin():
        contact = session.get_one(BoardMember, int(member)).contact_id
        urn = session.scalars(sa.select(Commission.urn).where(Commission.reference == reference)).one()
        session.add(MemberInterest(contact_id=contact, urn=urn, reason="Governor", starts_on=LONG_AGO))


def test_who_has_an_interest_does_not_vote_and_who_is_said_to_vote_otherwise_does(site: Site) -> None:
    mover, against, governor, declared, *rest = voters(site)
    reference = site.cases["active"]
    has_an_interest(site, governor, reference)
    given = {"kind": "note", "reference": reference, "text": "It goes well.", "mover": mover, "agreed": "yes"}
    said = {f"v{against}": "against", f"v{declared}": "conflicted"}
    assert site.fill(DECIDE, **given, **said).status_code == 303
    votes = votes_of(site, "It goes well.")
    assert len(rest) > 1
    assert {votes.pop(one) for one in (mover, *rest)} == {("for", None)}
    assert votes.pop(against) == ("against", None)
    assert votes.pop(declared) == ("conflicted", "declared at the meeting")
    choice, why = votes.pop(governor)
    assert choice == "conflicted"
    assert why
    assert votes == {}, "who was not there has no vote"


def test_without_the_tick_every_vote_is_said(site: Site) -> None:
    mover, *others = voters(site)
    given = {"kind": "note", "text": "Noted without a tick.", "mover": mover, f"v{mover}": "for"}
    refused = site.fill(DECIDE, **given)
    assert refused.status_code == 422
    assert refused.text.count('class="govuk-error-message"') == len(others)
    assert votes_of(site, "Noted without a tick.") == {}


def test_a_tick_says_nothing_for_a_vote_that_there_is_not_or_for_one_with_an_interest(site: Site) -> None:
    mover, other, *_ = voters(site)
    given = {"kind": "note", "text": "A matter.", "mover": mover, "agreed": "yes"}
    odd = site.fill(DECIDE, **given, **{f"v{other}": "twice"})
    assert odd.status_code == 422
    assert 'value="yes" checked' in odd.text
    reference = site.cases["active"]
    has_an_interest(site, other, reference)
    about = {**given, "reference": reference}
    assert "does not vote on it" in site.fill(DECIDE, **about, **{f"v{other}": "for"}).text
    assert "cannot move or second this" in site.fill(DECIDE, **{**about, "mover": other}).text
    assert votes_of(site, "A matter.") == {}


def test_a_delegated_decision_is_ratified_by_the_same_tick(site: Site) -> None:
    with Session(site.engine) as session, session.begin():
        made = Decision(
            kind="note",
            text="Between meetings.",
            state=DecisionState.DELEGATED,
            decided_on=date(2025, 10, 1),
            decided_by="an officer",
        )
        session.add(made)
        session.flush()
        number = made.id
    mover, *others = voters(site)
    given = {"kind": f"ratify:{number}", "text": "Ratified.", "mover": mover, "agreed": "yes"}
    assert site.fill(DECIDE, **given).status_code == 303
    with Session(site.engine) as session:
        assert session.get_one(Decision, number).state is DecisionState.RATIFIED
    assert votes_of(site, "Between meetings.") == dict.fromkeys((mover, *others), ("for", None))
