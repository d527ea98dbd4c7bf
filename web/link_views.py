"""What a link page shows: plain values of its case, made inside the transaction."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from casework import links
from casework.answers import measures_of
from casework.desk import Desk
from models.commissions import Commission, CommissionState, Offer, OfferState
from models.contacts import Contact
from models.links import Link, LinkPurpose
from models.plans import Objective, Plan, PlanMeasure
from models.providers import Provider
from models.rounds import ImpactUpdate, UpdateFigure, UpdateState
from rules.half_terms import NAMES
from rules.small_numbers import may_show


@dataclass(frozen=True, slots=True)
class MeasureView:
    """A measure of the plan, and what this update last said of it; a baseline of few pupils is for the school alone."""

    id: int
    name: str
    unit: str
    baseline: float | None
    target: float
    target_on: date
    value: str = ""
    cohort: str = ""
    reason: str = ""
    changed: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class LinkView:
    """Everything a link page shows. `is_over`: there is nothing to answer any more; `answered` says what was;
    `own_case` is the address at which the same person sees the whole case.
    """

    reference: str
    school: str
    theme: str
    provider: str
    for_school: bool
    officer: str
    phone: str
    answer_by: date
    evidence: str = ""
    pence: int = 0
    days: int = 0
    half_term: str = ""
    closes_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    objectives: tuple[str, ...] = ()
    measures: tuple[MeasureView, ...] = ()
    is_over: bool = False
    answered: str = ""
    own_case: str = ""


def view_of(desk: Desk, link: Link) -> LinkView:
    """What a live link's page shows."""
    case = desk.session.get_one(Commission, link.commission_id or 0)
    match link.purpose:
        case LinkPurpose.SCHOOL_OFFER | LinkPurpose.PROVIDER_OFFER:
            return _offer(desk, case, desk.session.get_one(Offer, link.subject_id), link)
        case LinkPurpose.PLAN_SCHOOL | LinkPurpose.PLAN_PROVIDER:
            return _plan(desk, case, desk.session.get_one(Plan, link.subject_id), link)
        case _:
            return _update(desk, case, desk.session.get_one(ImpactUpdate, link.subject_id), link)


def _offer(desk: Desk, case: Commission, offer: Offer, link: Link) -> LinkView:
    answered = {
        OfferState.ACCEPTED: "You accepted. Thank you.",
        OfferState.DECLINED: "You declined. Thank you for telling us.",
        OfferState.EXPIRED: "The time to answer has passed, and somebody else has been asked.",
        OfferState.WITHDRAWN: "This offer has been withdrawn.",
        OfferState.PENDING: "",
    }[offer.state]
    if case.state is CommissionState.PAUSED and not answered:
        answered = "This support is paused. We write to you when it goes on."
    return LinkView(
        **_common(desk, case),
        provider=_provider(desk, offer.provider_id),
        for_school=link.purpose is LinkPurpose.SCHOOL_OFFER,
        answer_by=offer.answer_by,
        evidence=case.priority.sentence if case.priority else case.reason,
        pence=case.cost_pence,
        days=desk.policy.usual_days,
        is_over=bool(answered),
        answered=answered,
    )


def _plan(desk: Desk, case: Commission, plan: Plan, link: Link) -> LinkView:
    for_school = link.purpose is LinkPurpose.PLAN_SCHOOL
    agreed = plan.school_agreed_at if for_school else plan.provider_agreed_at
    answered = ""
    if agreed is not None:
        answered = "You have agreed to this plan. Thank you."
    elif case.state is not CommissionState.PLANNING:
        answered = "This plan can no longer be answered."
    return LinkView(
        **_common(desk, case),
        provider=_provider(desk, case.provider_id),
        for_school=for_school,
        answer_by=case.deadline_on or desk.as_of,
        pence=plan.cost_pence,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        objectives=tuple(
            desk.session.scalars(
                sa.select(Objective.text).where(Objective.plan_id == plan.id).order_by(Objective.position)
            )
        ),
        measures=tuple(_measure(one, None, school=for_school) for one in measures_of(desk, case)),
        is_over=bool(answered),
        answered=answered,
    )


def _update(desk: Desk, case: Commission, update: ImpactUpdate, link: Link) -> LinkView:
    said = {
        figure.measure_id: figure
        for figure in desk.session.scalars(
            sa.select(UpdateFigure).where(UpdateFigure.update_id == update.id, UpdateFigure.revision == update.revision)
        )
    }
    over = (
        update.state in (UpdateState.MISSED, UpdateState.CANCELLED)
        or desk.as_of > update.closes_on
        or case.state is not CommissionState.ACTIVE
    )
    answered = "This half term’s round has closed." if over else ""
    if update.state is UpdateState.ANSWERED:
        answered = f"We have the update that {update.answered_by} sent."
    return LinkView(
        **_common(desk, case),
        provider=_provider(desk, case.provider_id),
        for_school=update.party.value == "school",
        answer_by=update.due_on,
        half_term=f"{NAMES[update.round.number - 1].capitalize()} {update.round.academic_year}",
        closes_on=update.closes_on,
        measures=tuple(
            _measure(one, said.get(one.id), school=update.party.value == "school") for one in measures_of(desk, case)
        ),
        is_over=over,
        answered=answered,
        own_case=_own_case(desk, link),
    )


def _own_case(desk: Desk, link: Link) -> str:
    found = desk.session.scalars(
        sa.select(Link)
        .where(
            Link.purpose == LinkPurpose.CASE,
            Link.subject_id == link.commission_id,
            Link.contact_id == link.contact_id,
        )
        .order_by(Link.generation.desc())
        .limit(1)
    ).first()
    return links.url(found, "", desk.link_key) if found and links.is_open(found, desk.as_of) else ""


def _common(desk: Desk, case: Commission) -> dict[str, Any]:
    officer = desk.session.get(Contact, case.officer_id) if case.officer_id else None
    return {
        "reference": case.reference,
        "school": case.school.name,
        "theme": case.theme_row.name,
        "officer": officer.name if officer else f"{desk.council.service} team",
        "phone": officer.phone if officer and officer.phone else desk.council.phone,
    }


def _measure(one: PlanMeasure, said: UpdateFigure | None, *, school: bool) -> MeasureView:
    return MeasureView(
        id=one.id,
        name=one.name,
        unit=one.unit,
        baseline=one.baseline if school or may_show(one.baseline_cohort) else None,
        target=one.target,
        target_on=one.target_on,
        value="" if said is None or said.value is None else f"{said.value:g}",
        cohort="" if said is None or said.cohort is None else str(said.cohort),
        reason="" if said is None else said.rag_reason,
        changed="" if said is None else said.changed,
        next="" if said is None else said.next,
    )


def _provider(desk: Desk, provider_id: int | None) -> str:
    return desk.session.scalar(sa.select(Provider.name).where(Provider.id == provider_id)) or ""
