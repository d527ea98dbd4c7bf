"""One case whole, as plain values for pages and the command line."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.commissions import Commission, Offer
from models.contacts import Contact
from models.events import Event
from models.fund import Commitment
from models.plans import Evaluation, Plan, PlanMeasure
from models.priorities import Priority
from models.providers import Provider
from models.rounds import ImpactUpdate, Round, UpdateFigure
from queries.case_line import CaseLine, case_line, lines_of_cases, overdue_on
from queries.closed_cases import later_evaluations
from queries.updates import latest_figures
from rules.half_terms import NAMES
from rules.small_numbers import may_show


@dataclass(frozen=True, slots=True)
class OfferLine:
    party: str
    provider: str | None
    state: str
    offered_on: date
    answer_by: date
    answered_at: datetime | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """A measure with each round's reported value: (half term, value), in order. A figure of fewer than 6 pupils is
    None: it is the school's own.
    """

    name: str
    unit: str
    baseline: float | None
    target: float
    target_on: date
    latest: float | None
    reported: tuple[tuple[str, float | None], ...]


@dataclass(frozen=True, slots=True)
class UpdateLine:
    half_term: str
    party: str
    state: str
    due_on: date
    closes_on: date
    answered_on: date | None
    answered_by: str | None
    last_rung: str | None
    next_step_on: date | None


@dataclass(frozen=True, slots=True)
class EventLine:
    day: date
    kind: str
    reason: str
    from_state: str | None
    to_state: str | None


@dataclass(frozen=True, slots=True)
class LaterLine:
    evaluated_on: date
    verdict: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case whole. `verdict`: how its school compares with similar ones without support by the newest results;
    `figures`: the numbers behind `evaluation`, a measure each; `later`: what was said when more results had come."""

    line: CaseLine
    evidence: str | None
    reason: str
    officer: str | None
    officer_phone: str | None
    held_because: str | None
    review_on: date | None
    starts_on: date | None
    ends_on: date | None
    next_due_on: date | None
    next_round_on: date | None
    plan_state: str | None
    vat: str | None
    spent_pence: int
    released_pence: int
    lessons: str | None
    evaluation: tuple[str, ...]
    verdict: str | None
    figures: tuple[dict[str, Any], ...]
    later: tuple[LaterLine, ...]
    offers: tuple[OfferLine, ...]
    measures: tuple[MeasureLine, ...]
    updates: tuple[UpdateLine, ...]
    timeline: tuple[EventLine, ...]


def case(session: Session, reference: str, as_of: date) -> CaseView | None:
    """One case by its reference; None when there is none."""
    row = session.execute(lines_of_cases(overdue_on(as_of)).where(Commission.reference == reference)).one_or_none()
    if row is None:
        return None
    commission: Commission = row[0]
    officer, evidence, plan, evaluation, commitment = session.execute(
        sa.select(Contact, Priority.sentence, Plan, Evaluation, Commitment)
        .select_from(Commission)
        .outerjoin(Contact, Contact.id == Commission.officer_id)
        .outerjoin(Priority, Priority.id == Commission.priority_id)
        .outerjoin(Plan, Plan.commission_id == Commission.id)
        .outerjoin(Evaluation, Evaluation.commission_id == Commission.id)
        .outerjoin(Commitment, Commitment.commission_id == Commission.id)
        .where(Commission.id == commission.id)
    ).one()
    later = tuple(
        LaterLine(one.evaluated_on, one.verdict, tuple(str(figure["sentence"]) for figure in one.figures))
        for one in later_evaluations(session, commission.id)
    )
    return CaseView(
        line=case_line(*row),
        evidence=evidence,
        reason=commission.reason,
        officer=officer.name if officer else None,
        officer_phone=officer.phone if officer else None,
        held_because=commission.held_because,
        review_on=commission.review_on,
        starts_on=commission.starts_on,
        ends_on=commission.ends_on,
        next_due_on=commission.next_due_on,
        next_round_on=commission.next_round_on,
        plan_state=plan.state.value if plan else None,
        vat=plan.vat.value if plan else None,
        spent_pence=commitment.spent_pence if commitment else 0,
        released_pence=commitment.released_pence if commitment else 0,
        lessons=evaluation.lessons if evaluation else None,
        evaluation=tuple(str(one["sentence"]) for one in evaluation.figures) if evaluation else (),
        verdict=later[0].verdict if later else evaluation.verdict if evaluation else None,
        figures=tuple(dict(one) for one in evaluation.figures) if evaluation else (),
        later=later,
        offers=_offers(session, commission.id),
        measures=_measures(session, commission.id),
        updates=_updates(session, commission.id),
        timeline=_timeline(session, commission.id),
    )


def _offers(session: Session, commission_id: int) -> tuple[OfferLine, ...]:
    rows = session.execute(
        sa.select(Offer, Provider.name)
        .outerjoin(Provider, Provider.id == Offer.provider_id)
        .where(Offer.commission_id == commission_id)
        .order_by(Offer.id)
    )
    return tuple(
        OfferLine(
            party=offer.party.value,
            provider=provider,
            state=offer.state.value,
            offered_on=offer.offered_on,
            answer_by=offer.answer_by,
            answered_at=offer.answered_at,
            reasons=tuple(str(reason) for reason in offer.reasons),
        )
        for offer, provider in rows
    )


def _measures(session: Session, commission_id: int) -> tuple[MeasureLine, ...]:
    reported: dict[int, list[tuple[str, float | None]]] = {}
    rows = session.execute(
        sa.select(UpdateFigure.measure_id, Round.number, UpdateFigure.cohort, UpdateFigure.value)
        .join(ImpactUpdate, ImpactUpdate.id == UpdateFigure.update_id)
        .join(Round, Round.id == ImpactUpdate.round_id)
        .join(PlanMeasure, PlanMeasure.id == UpdateFigure.measure_id)
        .where(
            ImpactUpdate.commission_id == commission_id,
            UpdateFigure.revision == ImpactUpdate.revision,
            UpdateFigure.value.is_not(None),
        )
        .order_by(Round.academic_year, Round.number, ImpactUpdate.party)
    )
    for measure_id, number, cohort, value in rows:
        points = reported.setdefault(measure_id, [])
        name = NAMES[number - 1].capitalize()
        points[:] = [point for point in points if point[0] != name]
        points.append((name, _shown(value, cohort)))
    return tuple(
        MeasureLine(
            name=measure.name,
            unit=measure.unit,
            baseline=_shown(measure.baseline, measure.baseline_cohort),
            target=measure.target,
            target_on=measure.target_on,
            latest=_shown(*latest) if latest else None,
            reported=tuple(reported.get(measure.id, ())),
        )
        for measure, latest in latest_figures(session, commission_id)
    )


def _shown(value: float | None, cohort: int | None) -> float | None:
    return value if may_show(cohort) else None


def _updates(session: Session, commission_id: int) -> tuple[UpdateLine, ...]:
    rows = session.execute(
        sa.select(ImpactUpdate, Round)
        .join(Round, Round.id == ImpactUpdate.round_id)
        .where(ImpactUpdate.commission_id == commission_id)
        .order_by(Round.academic_year, Round.number, ImpactUpdate.party.desc())
    )
    return tuple(
        UpdateLine(
            half_term=f"{NAMES[collection.number - 1].capitalize()} {collection.academic_year}",
            party=update.party.value,
            state=update.state.value,
            due_on=update.due_on,
            closes_on=update.closes_on,
            answered_on=update.answered_on,
            answered_by=update.answered_by,
            last_rung=update.last_rung,
            next_step_on=update.next_step_on,
        )
        for update, collection in rows
    )


def _timeline(session: Session, commission_id: int) -> tuple[EventLine, ...]:
    return tuple(
        EventLine(event.day, event.kind, event.reason, event.from_state, event.to_state)
        for event in session.scalars(
            sa.select(Event).where(Event.commission_id == commission_id).order_by(Event.sequence.desc())
        )
    )
