"""What each letter says of a case: plain values out of rows, as the e-mail's typed context (`mail.contexts`)."""

from collections.abc import Callable

from analysis.verdict import Verdict
from casework import measure_lines, notices
from casework.desk import Desk
from casework.notices import Letter, Subject
from mail import contexts as c
from mail.catalogue import letter_of
from models.commissions import Commission, Offer
from models.contacts import Role
from models.fund import Spend
from models.officer_tasks import OfficerTask
from models.plans import Evaluation, Plan
from models.rounds import ImpactUpdate, UpdateParty
from queries import people
from queries.open_updates import OpenUpdate
from queries.people import Person
from rules.half_terms import NAMES
from rules.ladder import Rung

OfferLetter = Callable[[Desk, Commission, Offer, Person, str], Letter]

UPDATE_TEMPLATES = {
    Rung.REQUEST: "impact-update-request",
    Rung.NUDGE: "impact-update-nudge",
    Rung.REMINDER: "impact-update-reminder",
    Rung.SECOND_REMINDER: "impact-update-reminder",
}


def support_offered(desk: Desk, commission: Commission, offer: Offer, person: Person, url: str) -> Letter:
    """Support put to the school."""
    return _letter(
        c.SupportOffered(
            head=head(desk, commission, person),
            case=case(commission),
            evidence=commission.priority.sentence if commission.priority else commission.reason,
            answer_by=offer.answer_by,
            url=url,
        )
    )


def support_offer_reminder(desk: Desk, commission: Commission, offer: Offer, person: Person, url: str) -> Letter:
    """The reminder halfway."""
    return _letter(
        c.SupportOfferReminder(
            head=head(desk, commission, person),
            case=case(commission),
            offered_on=offer.offered_on,
            answer_by=offer.answer_by,
            url=url,
        )
    )


def opt_out_confirmed(desk: Desk, commission: Commission, person: Person) -> Letter:
    """The school's receipt for opting out."""
    return _letter(c.OptOutConfirmed(head=head(desk, commission, person), case=case(commission), on=desk.as_of))


def brokering_offer(desk: Desk, commission: Commission, offer: Offer, person: Person, url: str) -> Letter:
    """Work put to a provider."""
    return _letter(
        c.BrokeringOffer(
            head=head(desk, commission, person),
            case=case(commission),
            provider=provider_name(desk, offer.provider_id),
            evidence=commission.priority.sentence if commission.priority else commission.reason,
            pence=commission.cost_pence,
            days=desk.policy.usual_days,
            answer_by=offer.answer_by,
            url=url,
        )
    )


def brokering_offer_reminder(desk: Desk, commission: Commission, offer: Offer, person: Person, url: str) -> Letter:
    """The reminder halfway."""
    return _letter(
        c.BrokeringOfferReminder(
            head=head(desk, commission, person),
            case=case(commission),
            provider=provider_name(desk, offer.provider_id),
            offered_on=offer.offered_on,
            answer_by=offer.answer_by,
            url=url,
        )
    )


def brokering_offer_expired(desk: Desk, commission: Commission, offer: Offer, person: Person, _url: str) -> Letter:
    """The offer has passed to somebody else: there is nothing left to answer, and no link."""
    return _letter(
        c.BrokeringOfferExpired(
            head=head(desk, commission, person),
            case=case(commission),
            provider=provider_name(desk, offer.provider_id),
            answer_by=offer.answer_by,
        )
    )


def support_brokered(desk: Desk, commission: Commission, person: Person) -> Letter:
    """The school learns who will support it."""
    lead = people.at_providers(desk.session, [commission.provider_id or 0], Role.PROVIDER_LEAD, desk.as_of)
    found = lead.get(commission.provider_id or 0)
    return _letter(
        c.SupportBrokered(
            head=head(desk, commission, person),
            case=case(commission),
            provider=provider_name(desk, commission.provider_id),
            provider_lead=found.name if found else "",
        )
    )


def brokering_confirmed(desk: Desk, commission: Commission, person: Person) -> Letter:
    """The provider learns whom to talk to."""
    found = people.at_schools(desk.session, [commission.urn], Role.HEAD, desk.as_of).get(commission.urn)
    return _letter(
        c.BrokeringConfirmed(
            head=head(desk, commission, person),
            case=case(commission),
            provider=provider_name(desk, commission.provider_id),
            school_lead=found.name if found else "",
            pence=commission.cost_pence,
        )
    )


def plan_to_agree(desk: Desk, commission: Commission, plan: Plan, person: Person, url: str, *, school: bool) -> Letter:
    """The plan, put to one party."""
    return _letter(
        c.PlanToAgree(
            head=head(desk, commission, person),
            case=case(commission),
            provider=provider_name(desk, commission.provider_id),
            for_school=school,
            measures=measure_lines.of_plan(plan, school=school),
            starts_on=plan.starts_on,
            ends_on=plan.ends_on,
            answer_by=commission.deadline_on or desk.as_of,
            url=url,
        )
    )


def plan_agreed(desk: Desk, commission: Commission, plan: Plan, person: Person, url: str, *, school: bool) -> Letter:
    """The plan is approved and support begins; `url` leads to the reader's own case, to look at."""
    return _letter(
        c.PlanAgreed(
            head=head(desk, commission, person),
            case=case(commission),
            provider=provider_name(desk, commission.provider_id),
            for_school=school,
            measures=measure_lines.of_plan(plan, school=school),
            starts_on=plan.starts_on,
            ends_on=plan.ends_on,
            url=url,
        )
    )


def impact_update(
    desk: Desk,
    update: OpenUpdate,
    rung: Rung,
    person: Person,
    url: str,
    *,
    copied: bool,
    measures: tuple[c.MeasureLine, ...] = (),
) -> Letter:
    """A rung of the ladder that writes to a party, with what was last reported on its measures."""
    kind = {
        Rung.REQUEST: c.ImpactUpdateRequest,
        Rung.NUDGE: c.ImpactUpdateNudge,
        Rung.REMINDER: c.ImpactUpdateReminder,
        Rung.SECOND_REMINDER: c.ImpactUpdateReminder,
    }[rung]
    return _letter(
        kind(
            head=_head(desk, person, update.reference, update.officer, update.officer_phone),
            case=c.Case(school=update.school, theme=update.theme),
            provider=update.provider,
            for_school=update.party is UpdateParty.SCHOOL,
            half_term=f"{NAMES[update.number - 1]} of {update.academic_year}",
            due_on=update.due_on,
            days_overdue=max((desk.as_of - update.due_on).days, 0),
            copied=copied,
            url=url,
            measures=measures,
        )
    )


def update_received(desk: Desk, update: ImpactUpdate, person: Person) -> Letter:
    """The receipt of an impact update, for both sides."""
    commission = update.commission
    return _letter(
        c.ImpactUpdateReceived(
            head=head(desk, commission, person),
            case=case(commission),
            answered_by=update.answered_by or "",
            party="school" if update.party is UpdateParty.SCHOOL else "provider",
            half_term=f"{NAMES[update.round.number - 1]} of {update.round.academic_year}",
            answered_on=desk.as_of,
            may_change_until=update.closes_on,
        )
    )


def impact_evaluated(desk: Desk, commission: Commission, evaluation: Evaluation, person: Person) -> Letter:
    """What the figures said at the end."""
    return _letter(
        c.ImpactEvaluated(
            head=head(desk, commission, person),
            case=case(commission),
            outcome=(evaluation.outcome or evaluation.proposed).value,
            sentences=tuple(str(figure["sentence"]) for figure in evaluation.figures),
            verdict=evaluation.verdict or Verdict.CANNOT_TELL.value,
        )
    )


def case_closed(desk: Desk, commission: Commission, evaluation: Evaluation, person: Person) -> Letter:
    """The case is over."""
    return _letter(
        c.CaseClosed(
            head=head(desk, commission, person),
            case=case(commission),
            outcome=(evaluation.outcome or evaluation.proposed).value,
            closed_on=desk.as_of,
            lessons=evaluation.lessons or "",
        )
    )


def case_paused(desk: Desk, commission: Commission, person: Person, reason: str) -> Letter:
    """The case stands still for a while."""
    return _letter(
        c.CasePaused(
            head=head(desk, commission, person),
            case=case(commission),
            reason=reason,
            review_on=commission.review_on or desk.as_of,
        )
    )


def spend_to_confirm(desk: Desk, commission: Commission, spend: Spend, person: Person) -> Letter:
    """A payment that the provider is asked to check."""
    return _letter(
        c.SpendToConfirm(
            head=head(desk, commission, person),
            case=case(commission),
            pence=spend.pence,
            what_for=spend.what_for,
            spent_on=spend.spent_on,
        )
    )


def tell_chair(desk: Desk, commission: Commission, subject: Subject, step: str, said: str) -> None:
    """A line in the Chair's digest; without a Chair, an officer's task."""
    chairs = people.with_role(desk.session, Role.CHAIR, desk.as_of)
    line = c.DigestLine(commission.reference, commission.school.name, said)
    if not chairs:
        notices.ask_officer(desk, commission, f"no-chair-{step}", f"There is no Chair to tell: {said}", subject=subject)
    for chair in chairs:
        notices.tell(
            desk,
            chair,
            subject,
            f"chair-{step}",
            lambda person: _letter(c.OverdueDigest(head=head(desk, commission, person), lines=(line,))),
            commission=commission,
            calendar=desk.calendars.area,
        )


def tell_officer(desk: Desk, task: OfficerTask, commission: Commission | None, officer: Person | None) -> None:
    """A line in the officer's digest of tasks."""
    if officer is None:
        return
    line = c.DigestLine(
        commission.reference if commission else "", commission.school.name if commission else "", task.text
    )
    notices.tell(
        desk,
        officer,
        Subject("task", task.id),
        "raised",
        lambda person: _letter(
            c.TaskDigest(head=head(desk, commission, person), lines=(line,), url=f"{desk.council.base_url}/")
        ),
        commission=commission,
        calendar=desk.calendars.area,
    )


def tell_finance_of_vat(desk: Desk, commission: Commission, plan: Plan) -> None:
    """Finance is asked how VAT falls on spending for an academy [Budget]."""
    for person in people.with_role(desk.session, Role.FINANCE, desk.as_of):
        notices.tell(
            desk,
            person,
            Subject("plan", plan.id),
            "vat-to-check",
            lambda one: _letter(
                c.VatToCheck(
                    head=head(desk, commission, one),
                    case=case(commission),
                    provider=provider_name(desk, commission.provider_id),
                    school_type=commission.school.type_name,
                    pence=plan.cost_pence,
                )
            ),
            commission=commission,
            calendar=desk.calendars.area,
        )


def head(desk: Desk, commission: Commission | None, person: Person) -> c.Letterhead:
    """Who writes to whom: the same at the top and the foot of every e-mail."""
    officer = commission.officer if commission is not None else None
    return _head(
        desk,
        person,
        commission.reference if commission is not None else "",
        officer.name if officer is not None else None,
        officer.phone if officer is not None else None,
    )


def _head(desk: Desk, person: Person, reference: str, officer: str | None, phone: str | None) -> c.Letterhead:
    return c.Letterhead(
        council=desk.council.name,
        service=desk.council.service,
        brand_colour=desk.council.brand_colour,
        recipient=person.name,
        instead_of=person.instead_of or "",
        officer=officer or f"{desk.council.service} team",
        phone=phone or desk.council.phone,
        reply_to=desk.council.reply_to,
        reference=reference,
    )


def case(commission: Commission) -> c.Case:
    """The school and theme that every letter names."""
    return c.Case(school=commission.school.name, theme=commission.theme_row.name)


def _letter(context: c.Context) -> Letter:
    template, values = letter_of(context)
    return Letter(template, values)


def provider_name(desk: Desk, provider_id: int | None) -> str:
    """A provider by its name; nothing for none. Asked once by a desk."""
    known = desk.known_providers() if provider_id is not None else {}
    return known[provider_id][1] if provider_id in known else ""
