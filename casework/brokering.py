"""Brokering: providers asked one after the other, the cluster's own TSA and SIP first, each with days to answer."""

import sqlalchemy as sa

from analysis.matching import Ranking, ScoredProvider, Weights, rank_providers
from casework import events, letters, links, notices, planning
from casework.candidates import case_need, options
from casework.desk import Desk
from casework.lifecycle import move
from casework.notices import Subject
from casework.offers import Answer, close_offer
from casework.standing import halfway, wait_on_offer
from models.commissions import Commission, CommissionState, Offer, OfferParty, OfferState
from models.contacts import Role
from models.links import LinkPurpose
from models.providers import Provider, ProviderConflict
from queries import people
from rules.errors import Refused


def ranking(desk: Desk, commission: Commission) -> Ranking:
    """Every provider in the order in which it would be asked for a case today, with reasons.

    The excluded with theirs.
    """
    return rank_providers(
        case_need(desk.session, commission, desk.as_of),
        options(desk.session, desk.as_of, usual_days=desk.policy.usual_days),
        Weights(usual_pence=desk.policy.usual_pence),
    )


def check_wanted(desk: Desk, commission: Commission, wanted: Provider) -> None:
    """Refuse a provider whom an officer wants but who must not or cannot be asked, with the reason."""
    for excluded in ranking(desk, commission).excluded:
        if excluded.code == wanted.code:
            raise Refused(excluded.reason)


def ask_next(desk: Desk, commission: Commission) -> Offer | None:
    """Offer the case to the next provider in order: whom an officer wanted first, then by rank, nobody twice.

    None when the list is used up: the case stays, and goes on the Board's agenda.
    """
    asked = set(
        desk.session.scalars(
            sa.select(Offer.provider_id).where(Offer.commission_id == commission.id, Offer.party == OfferParty.PROVIDER)
        )
    )
    numbers = {code: number for number, (code, _) in desk.known_providers().items()}
    left = [one for one in ranking(desk, commission).ranked if numbers[one.code] not in asked]
    left.sort(key=lambda one: numbers[one.code] != commission.wanted_provider_id)
    if not left or len(asked) >= desk.policy.providers_asked_at_most:
        _used_up(desk, commission, len(asked))
        return None
    calendar = desk.calendar(commission)
    chosen = left[0]
    offer = Offer(
        commission_id=commission.id,
        party=OfferParty.PROVIDER,
        provider_id=numbers[chosen.code],
        position=len(asked) + 1,
        score=chosen.score,
        reasons=list(chosen.reasons),
        offered_on=desk.as_of,
        reminder_on=calendar.add(desk.as_of, halfway(desk.policy.provider_offer_days)),
        answer_by=calendar.add(desk.as_of, desk.policy.provider_offer_days),
    )
    desk.session.add(offer)
    desk.session.flush()
    wait_on_offer(commission, offer)
    _say_asked(desk, commission, offer, chosen)
    _write(desk, commission, offer, "offered", letters.brokering_offer)
    return offer


def provider_answers(desk: Desk, commission: Commission, offer: Offer, answer: Answer) -> None:
    """Take a provider's answer: on to the plan, or the next provider is asked. A declared conflict of interest is a no.

    Raises:
        Refused: the offer has been answered, or its time has passed.
    """
    if answer.accepts and answer.conflict:
        answer = Answer(accepts=False, name=answer.name, note=answer.note, conflict=True)
    close_offer(desk, offer, answer)
    if answer.conflict and offer.provider_id is not None:
        _keep_conflict(desk, commission, offer.provider_id, answer)
    if not answer.accepts:
        events.record(
            desk,
            commission,
            "provider-declined",
            f"{answer.name} declined for the provider.",
            {"offer": offer.id, "conflict": answer.conflict, "note": answer.note},
        )
        ask_next(desk, commission)
        return
    commission.provider_id = offer.provider_id
    move(desk, commission, CommissionState.PLANNING, f"{answer.name} accepted for the provider.", {"offer": offer.id})
    notices.cancel(desk, commission, "The provider has answered.")
    _say_brokered(desk, commission)
    planning.draft(desk, commission)


def remind_provider(desk: Desk, commission: Commission, offer: Offer) -> None:
    """The reminder halfway."""
    offer.reminded_on = desk.as_of
    _write(desk, commission, offer, "reminder", letters.brokering_offer_reminder)
    wait_on_offer(commission, offer)


def provider_silent(desk: Desk, commission: Commission, offer: Offer) -> None:
    """Silence is a no: the offer expires, the officer is told, the next provider is asked."""
    offer.state = OfferState.EXPIRED
    desk.session.flush()
    events.record(desk, commission, "offer-expired", "The provider did not answer in time.", {"offer": offer.id})
    _write(desk, commission, offer, "expired", letters.brokering_offer_expired)
    name = letters.provider_name(desk, offer.provider_id)
    notices.ask_officer(
        desk,
        commission,
        "provider-silent",
        f"{name} did not answer the offer in time; the next provider is asked.",
        subject=Subject("offer", offer.id),
    )
    ask_next(desk, commission)


def _used_up(desk: Desk, commission: Commission, asked: int) -> None:
    commission.deadline_on = None
    commission.next_due_on = None
    text = f"No provider could be found: {asked} asked, none accepted."
    subject = Subject(f"commission-after-{asked}", commission.id)
    if notices.put_on_agenda(desk, commission, "brokering-failed", text, subject=subject) is not None:
        events.record(desk, commission, "brokering-failed", text)
        notices.ask_officer(desk, commission, "brokering-failed", text, subject=subject)


def _say_asked(desk: Desk, commission: Commission, offer: Offer, chosen: ScoredProvider) -> None:
    events.record(
        desk,
        commission,
        "provider-asked",
        f"{chosen.name} was asked.",
        {"offer": offer.id, "score": round(chosen.score, 1), "reasons": list(chosen.reasons)},
    )


def _keep_conflict(desk: Desk, commission: Commission, provider_id: int, answer: Answer) -> None:
    known = desk.session.scalar(
        sa.select(ProviderConflict.id).where(
            ProviderConflict.provider_id == provider_id, ProviderConflict.urn == commission.urn
        )
    )
    if known is None:
        reason = answer.note or "Declared when support was offered."
        desk.session.add(ProviderConflict(provider_id=provider_id, urn=commission.urn, reason=reason))


def _say_brokered(desk: Desk, commission: Commission) -> None:
    school, provider = people.parties(desk.session, commission.urn, commission.provider_id, desk.as_of)
    subject = Subject("commission", commission.id)
    notices.tell(
        desk,
        school,
        subject,
        "support-brokered",
        lambda person: letters.support_brokered(desk, commission, person),
        commission=commission,
        calendar=desk.calendar(commission),
    )
    notices.tell(
        desk,
        provider,
        subject,
        "brokering-confirmed",
        lambda person: letters.brokering_confirmed(desk, commission, person),
        commission=commission,
        calendar=desk.calendars.area,
    )


def _write(desk: Desk, commission: Commission, offer: Offer, step: str, letter: letters.OfferLetter) -> None:
    provider_id = offer.provider_id or 0
    contact = people.at_providers(desk.session, [provider_id], Role.PROVIDER_LEAD, desk.as_of).get(provider_id)

    def write(person: people.Person) -> notices.Letter:
        placeholder = links.issue(
            desk,
            commission,
            LinkPurpose.PROVIDER_OFFER,
            subject_id=offer.id,
            contact_id=person.contact_id,
            last_day=offer.answer_by,
        )
        return letter(desk, commission, offer, person, placeholder)

    notices.tell(
        desk, contact, Subject("offer", offer.id), step, write, commission=commission, calendar=desk.calendars.area
    )
