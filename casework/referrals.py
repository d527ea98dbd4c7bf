"""Referring a concern about an academy to the regional director [1.6].

Beside the case, with evidence gathered when it is opened, as a draft that a person sends; its dates and states are its
own. The council has no statutory powers over an academy: what it does is to refer.
"""

from datetime import date
from typing import Any

import sqlalchemy as sa

from casework import events, letters, notices
from casework.board_states import move
from casework.desk import Desk
from mail import board_contexts as b
from mail.rendering import Rendered, render
from models.commissions import Commission, Offer, OfferParty
from models.referrals import Referral, ReferralState
from models.schools import Trust, TrustMembership
from queries.people import Person
from rules.errors import Refused
from rules.regional_director import title_on


def open_if_academy_with_concern(desk: Desk, commission: Commission, because: str) -> Referral | None:
    """Open a referral when the school is an academy and the evidence makes it a cause for concern; once a case."""
    priority = commission.priority
    if not commission.school.is_academy or priority is None or not priority.is_concern:
        return None
    if desk.session.scalar(sa.select(Referral.id).where(Referral.commission_id == commission.id)) is not None:
        return None
    made = Referral(
        commission_id=commission.id,
        opened_on=desk.as_of,
        concern=f"{because} {priority.sentence}",
        evidence=_evidence(desk, commission, because),
    )
    desk.session.add(made)
    desk.session.flush()
    events.record(desk, commission, "referral-opened", because, {"referral": made.id})
    notices.ask_officer(
        desk, commission, "send-referral", "A draft letter to the regional director waits for a person to send it."
    )
    notices.put_on_agenda(
        desk, commission, "referral", f"{because} A letter to the regional director is drafted, for a person to send."
    )
    return made


def draft_letter(desk: Desk, commission: Commission) -> Rendered:
    """The letter as a person may send it; never sent by the system.

    Raises:
        Refused: the case has no referral.
    """
    referral = of(desk, commission)
    facts = {str(one["what"]): one["said"] for one in referral.evidence}
    priority = commission.priority
    return render(
        b.ReferralToRegionalDirector(
            head=letters.head(desk, commission, _office(desk)),
            school=commission.school.name,
            urn=commission.urn,
            school_type=commission.school.type_name,
            trust=str(facts.get("trust", "")),
            theme=commission.theme_row.name,
            evidence=priority.sentence if priority else referral.concern,
            offered_on=date.fromisoformat(str(facts["offered"])) if facts.get("offered") else None,
            because=str(facts.get("because") or referral.concern),
        )
    )


def mark_sent(desk: Desk, commission: Commission, by: str) -> Referral:
    """Record that a person has sent the letter.

    Raises:
        Refused: the case has no referral, or its letter went already.
    """
    found = of(desk, commission)
    if found.state is not ReferralState.DRAFT:
        raise Refused(f"The referral of {commission.reference} was {found.state.value} on {found.sent_on}.")
    if desk.as_of < found.opened_on:
        raise Refused(f"The referral of {commission.reference} was opened on {found.opened_on}, after that day.")
    move(found, ReferralState.SENT, f"The referral of {commission.reference}")
    found.sent_on, found.sent_by = desk.as_of, by
    events.record(desk, commission, "referral-sent", "The letter to the regional director was sent by a person.")
    notices.settle_tasks(desk, commission, "send-referral")
    return found


def mark_answered(desk: Desk, commission: Commission, answer: str) -> Referral:
    """Record what came back.

    Raises:
        Refused: nothing was sent, an answer is there, the day is before the letter's, or nothing is said.
    """
    found = of(desk, commission)
    if not answer.strip():
        raise Refused("Say what was answered.")
    if found.sent_on is not None and desk.as_of < found.sent_on:
        raise Refused(f"The letter went on {found.sent_on}; it cannot have been answered on {desk.as_of}.")
    move(found, ReferralState.ANSWERED, f"The referral of {commission.reference}")
    found.answered_on, found.answer = desk.as_of, answer
    events.record(desk, commission, "referral-answered", answer)
    return found


def close(desk: Desk, commission: Commission, reason: str) -> Referral:
    """Close a referral that was sent, answered or not, with the reason.

    Raises:
        Refused: nothing was sent, it is closed, the day is before its last, or no reason is given.
    """
    found = of(desk, commission)
    _ends(desk, commission, found, reason)
    move(found, ReferralState.CLOSED, f"The referral of {commission.reference}")
    found.closed_on = desk.as_of
    events.record(desk, commission, "referral-closed", reason)
    return found


def withdraw(desk: Desk, commission: Commission, reason: str) -> Referral:
    """Withdraw a draft that is not needed any more, such as when the academy takes the support up after all.

    Raises:
        Refused: it was sent, or no reason is given.
    """
    found = of(desk, commission)
    _ends(desk, commission, found, reason)
    move(found, ReferralState.WITHDRAWN, f"The referral of {commission.reference}")
    found.closed_on = desk.as_of
    events.record(desk, commission, "referral-withdrawn", reason)
    notices.settle_tasks(desk, commission, "send-referral", lapsed=True)
    return found


def withdraw_draft_if_any(desk: Desk, commission: Commission, reason: str) -> None:
    """The academy takes the support up: a letter that has not gone is not needed."""
    state = desk.session.scalar(sa.select(Referral.state).where(Referral.commission_id == commission.id))
    if state is ReferralState.DRAFT:
        withdraw(desk, commission, reason)


def of(desk: Desk, commission: Commission) -> Referral:
    """The referral of a case.

    Raises:
        Refused: it has none.
    """
    found = desk.session.scalars(sa.select(Referral).where(Referral.commission_id == commission.id)).one_or_none()
    if found is None:
        raise Refused(f"{commission.reference} has no referral.")
    return found


def _ends(desk: Desk, commission: Commission, found: Referral, reason: str) -> None:
    if not reason.strip():
        raise Refused("Say why.")
    last = found.answered_on or found.sent_on or found.opened_on
    if desk.as_of < last:
        raise Refused(f"The referral of {commission.reference} was {found.state.value} until {last}, after that day.")


def _office(desk: Desk) -> Person:
    title = title_on(desk.as_of)
    return Person(contact_id=0, name=title, first_name=title, email="", phone=None)


def _evidence(desk: Desk, commission: Commission, because: str) -> list[Any]:
    """What is known of the concern on the day, a line each: figures, what was offered, what became of it."""
    priority = commission.priority
    offered = desk.session.scalar(
        sa.select(sa.func.min(Offer.offered_on)).where(
            Offer.commission_id == commission.id, Offer.party == OfferParty.SCHOOL
        )
    )
    trust = desk.session.scalar(
        sa.select(Trust.name)
        .join(TrustMembership, TrustMembership.uid == Trust.uid)
        .where(TrustMembership.urn == commission.urn, TrustMembership.ends_on.is_(None))
        .order_by(Trust.uid)
        .limit(1)
    )
    found: list[Any] = [{"what": "because", "said": because}]
    if priority is not None:
        found.append({"what": "figures", "said": priority.sentence})
    if offered is not None:
        found.append({"what": "offered", "said": offered.isoformat()})
    if trust is not None:
        found.append({"what": "trust", "said": trust})
    return found
