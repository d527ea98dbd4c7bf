"""A commissioning run: eligibility, money reserved, support offered to the school."""

from dataclasses import replace

import sqlalchemy as sa

from casework import brokering, fund, letters, links, notices, referrals
from casework.desk import Desk
from casework.ending import end
from casework.lifecycle import move
from casework.notices import Subject
from casework.offers import Answer, close_offer
from casework.standing import halfway, wait_on_offer
from models.commissions import ENDED, Commission, CommissionState, Offer, OfferParty
from models.contacts import Role
from models.links import LinkPurpose
from models.messages import MessageKind
from models.providers import Provider
from models.schools import SchoolOptOut
from models.themes import Theme
from queries import people
from rules.eligibility import EligibilityFacts, objections
from rules.errors import Refused


def start(desk: Desk, commission: Commission, pence: int, *, wanted: Provider | None = None) -> Offer:
    """Reserve the money and offer the school support. `wanted` is the provider an officer has chosen to ask first.

    Raises:
        Refused: with every objection of `rules.eligibility`; nothing has changed.
    """
    found = objections(_facts(desk, commission, pence))
    if found:
        raise Refused(" ".join(found))
    if wanted is not None:
        brokering.check_wanted(desk, commission, wanted)
    calendar = desk.calendar(commission)
    answer_by = calendar.add(desk.as_of, desk.policy.school_offer_days)
    fund.reserve(desk, commission, pence)
    commission.wanted_provider_id = wanted.id if wanted else None
    move(
        desk,
        commission,
        CommissionState.OFFERED,
        "Support offered to the school.",
        {"answer_by": answer_by.isoformat()},
    )
    notices.settle_tasks(desk, commission, "start-run")
    offer = Offer(
        commission_id=commission.id,
        party=OfferParty.SCHOOL,
        position=1,
        offered_on=desk.as_of,
        reminder_on=calendar.add(desk.as_of, halfway(desk.policy.school_offer_days)),
        answer_by=answer_by,
    )
    desk.session.add(offer)
    desk.session.flush()
    wait_on_offer(commission, offer)
    _write_to_school(desk, commission, offer, "offered", letters.support_offered)
    return offer


def remind_school(desk: Desk, commission: Commission, offer: Offer) -> None:
    """The reminder halfway."""
    offer.reminded_on = desk.as_of
    _write_to_school(desk, commission, offer, "reminder", letters.support_offer_reminder)
    wait_on_offer(commission, offer)


def school_silent(desk: Desk, commission: Commission, offer: Offer) -> None:
    """No answer by the last day: the Chair is told, and of an academy with a concern a referral is opened beside the
    case.
    """
    offer.escalated_on = desk.as_of
    letters.tell_chair(
        desk,
        commission,
        Subject("offer", offer.id),
        "school-silent",
        "The school has not answered the offer of support.",
    )
    referrals.open_if_academy_with_concern(desk, commission, "The school has not answered the offer of support.")
    wait_on_offer(commission, offer)


def school_answers(desk: Desk, commission: Commission, offer: Offer, answer: Answer) -> None:
    """Take the school's answer: on to brokering, or opted out with the money given back.

    Raises:
        Refused: the offer has been answered otherwise, or is no longer open.
    """
    close_offer(desk, offer, answer)
    who = f"{answer.name} answered for the school."
    if answer.accepts:
        move(desk, commission, CommissionState.BROKERING, who, {"note": answer.note})
        referrals.withdraw_draft_if_any(desk, commission, "The academy took the support up.")
        brokering.ask_next(desk, commission)
        return
    move(desk, commission, CommissionState.OPTED_OUT, who, {"note": answer.note})
    end(desk, commission, "The school opted out.")
    contact = people.at_schools(desk.session, [commission.urn], Role.HEAD, desk.as_of).get(commission.urn)
    notices.tell(
        desk,
        contact,
        Subject("offer", offer.id),
        "opt-out-confirmed",
        lambda person: letters.opt_out_confirmed(desk, commission, person),
        commission=commission,
        calendar=desk.calendar(commission),
        kind=MessageKind.REPLY,
    )
    referrals.open_if_academy_with_concern(desk, commission, "The school did not take up the support offered.")


def _write_to_school(desk: Desk, commission: Commission, offer: Offer, step: str, letter: letters.OfferLetter) -> None:
    contact = people.at_schools(desk.session, [commission.urn], Role.HEAD, desk.as_of).get(commission.urn)

    def write(person: people.Person) -> notices.Letter:
        placeholder = links.issue(
            desk,
            commission,
            LinkPurpose.SCHOOL_OFFER,
            subject_id=offer.id,
            contact_id=person.contact_id,
            last_day=offer.answer_by,
        )
        return letter(desk, commission, offer, person, placeholder)

    notices.tell(
        desk,
        contact,
        Subject("offer", offer.id),
        step,
        write,
        commission=commission,
        calendar=desk.calendar(commission),
    )


def free_pence(desk: Desk) -> int:
    """What the Fund has free on the desk's day; nothing when no year is open."""
    year = fund.year_of(desk.session, desk.as_of)
    return year.free_pence if year else 0


def objections_to(desk: Desk, commission: Commission, pence: int, left: int) -> list[str]:
    """Why a case could not start now if the Fund had `left` pence free; empty when it could. Changes nothing."""
    facts = _facts(desk, commission, pence)
    return list(objections(replace(facts, free_pence=left if facts.free_pence is not None else None)))


def _facts(desk: Desk, commission: Commission, pence: int) -> EligibilityFacts:
    school = commission.school
    theme = desk.session.get_one(Theme, commission.theme)
    year = fund.year_of(desk.session, desk.as_of)
    other = desk.session.scalar(
        sa.select(Commission.reference).where(
            Commission.urn == commission.urn,
            Commission.theme == commission.theme,
            Commission.id != commission.id,
            Commission.state.not_in(list(ENDED)),
        )
    )
    opted_out = desk.session.scalar(
        sa.select(SchoolOptOut.id).where(
            SchoolOptOut.urn == commission.urn,
            SchoolOptOut.starts_on <= desk.as_of,
            sa.or_(SchoolOptOut.ends_on.is_(None), SchoolOptOut.ends_on >= desk.as_of),
        )
    )
    return EligibilityFacts(
        school=school.name,
        status=school.status,
        opted_out=opted_out is not None,
        open_case=other,
        theme_active=theme.active,
        cost_pence=pence,
        free_pence=year.free_pence if year else None,
        has_contact=commission.urn in people.at_schools(desk.session, [commission.urn], Role.HEAD, desk.as_of),
    )
