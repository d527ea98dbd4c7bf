"""A population for `sib sample --load`: active commissions in the loaded area, each with a plan and an open round.

Rows are written as the lifecycle would have left them, in bulk, so that a national-size instance is made in seconds.
The round's request falls on the start day, so that the first tick has a whole round to chase.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import sqlalchemy as sa

from casework import fund
from casework.desk import Desk
from casework.events import START, digest
from models.commissions import Commission, CommissionState, ReferenceCounter
from models.contacts import ContactRole, Role
from models.events import Event
from models.fund import Commitment, FundYear
from models.plans import Objective, Plan, PlanMeasure, PlanState, VatTreatment
from models.providers import Provider
from models.rounds import ImpactUpdate, Round, UpdateParty
from models.schools import School, SchoolStatus
from rules.errors import Refused
from rules.half_terms import HalfTerm
from rules.ladder import rung_days
from rules.references import reference

THEMES = ("reading", "writing", "maths", "attendance", "attainment-gap", "leadership")
COST = 480_000
_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Populated:
    """What was loaded, and the round's own days."""

    active: int
    round_opened_on: date
    due_on: date
    closes_on: date


def populate(desk: Desk, active: int, seed: int) -> Populated:
    """Load `active` commissions in the state `active`, on the desk's day, with school and provider each asked for an
    update.

    Raises:
        Refused: the area has too few schools with a head, or no provider with a lead, or the calendar does not reach.
    """
    calendar = desk.calendars.area
    opened_on = calendar.roll_forward(desk.as_of)
    half_term = _half_term(desk, opened_on)
    closes_on = calendar.last_school_day(half_term)
    due_on = min(calendar.add(opened_on, -desk.policy.ladder.request), closes_on)
    pairs = _pairs(desk, active, seed)
    providers = _providers(desk)
    starts_on = max(calendar.half_terms[0].starts_on, opened_on - timedelta(days=30))
    ends_on = calendar.last_school_day(
        [h for h in calendar.half_terms if h.academic_year == half_term.academic_year][-1]
    )
    year = _fund_year(desk, opened_on, active)
    collection = Round(academic_year=half_term.academic_year, number=half_term.number, opened_on=opened_on)
    desk.session.add(collection)
    desk.session.flush()
    first_step = rung_days(calendar, opened_on, due_on, closes_on, desk.policy.ladder)[0].day
    officer_id = desk.session.scalar(
        sa.select(ContactRole.contact_id).where(ContactRole.role == Role.OFFICER).order_by(ContactRole.contact_id)
    )
    number = 0
    for begin in range(0, len(pairs), _BATCH):
        batch = pairs[begin : begin + _BATCH]
        cases = [
            Commission(
                reference=reference(starts_on.year, number + place),
                urn=urn,
                theme=theme,
                state=CommissionState.ACTIVE,
                state_since=starts_on,
                next_due_on=ends_on + timedelta(days=1),
                next_round_on=closes_on + timedelta(days=1),  # that day's run works out when the next one opens
                reason="An invented case of the sample area.",
                cost_pence=COST,
                officer_id=officer_id,
                provider_id=providers[(number + place) % len(providers)],
                identified_on=starts_on,
                starts_on=starts_on,
                ends_on=ends_on,
            )
            for place, (urn, theme) in enumerate(batch, 1)
        ]
        number += len(batch)
        desk.session.add_all(cases)
        desk.session.flush()
        _plans(desk, cases)
        desk.session.add_all(
            ImpactUpdate(
                round_id=collection.id,
                commission_id=case.id,
                party=party,
                opened_on=opened_on,
                due_on=due_on,
                closes_on=closes_on,
                next_step_on=first_step,
            )
            for case in cases
            for party in UpdateParty
        )
        desk.session.add_all(_first_event(desk, case) for case in cases)
        desk.session.add_all(
            Commitment(fund_year_id=year.id, commission_id=case.id, pence=COST, committed_on=starts_on)
            for case in cases
        )
        desk.session.flush()
        desk.session.expunge_all()
    desk.session.execute(
        sa.update(FundYear)
        .where(FundYear.id == year.id)
        .values(committed_pence=FundYear.committed_pence + COST * len(pairs))
    )
    _keep_counter(desk, starts_on.year, number)
    return Populated(len(pairs), opened_on, due_on, closes_on)


def _half_term(desk: Desk, day: date) -> HalfTerm:
    found = desk.calendars.area.half_term_of(day)
    if found is None:
        raise Refused(f"{day.isoformat()} lies in no half term.")
    return found


def _pairs(desk: Desk, active: int, seed: int) -> list[tuple[int, str]]:
    """As many pairs of school and theme as are wanted, a school's second theme only when every school has one."""
    urns = list(
        desk.session.scalars(
            sa.select(School.urn)
            .join(ContactRole, ContactRole.urn == School.urn)
            .where(School.status == SchoolStatus.OPEN, ContactRole.role == Role.HEAD)
            .distinct()
            .order_by(School.urn)
        )
    )
    if active > len(urns) * len(THEMES):
        raise Refused(
            f"{len(urns)} schools can have at most {len(urns) * len(THEMES)} active commissions, {active} asked for."
        )
    Random(seed).shuffle(urns)
    return [(urns[n % len(urns)], THEMES[(n + n // len(urns)) % len(THEMES)]) for n in range(active)]


def _providers(desk: Desk) -> list[int]:
    found = list(
        desk.session.scalars(
            sa.select(Provider.id)
            .join(ContactRole, ContactRole.provider_id == Provider.id)
            .where(ContactRole.role == Role.PROVIDER_LEAD)
            .distinct()
            .order_by(Provider.id)
        )
    )
    if not found:
        raise Refused("The area has no provider with a lead to write to.")
    return found


def _fund_year(desk: Desk, day: date, active: int) -> FundYear:
    year = fund.year_of(desk.session, day)
    if year is None:
        first = day.year if day.month >= 4 else day.year - 1
        year = fund.open_year(desk.session, first, max(10_000_000, 2 * COST * active), 450_000)
    return year


def _plans(desk: Desk, cases: list[Commission]) -> None:
    plans = [
        Plan(
            commission_id=case.id,
            state=PlanState.APPROVED,
            starts_on=case.starts_on or desk.as_of,
            ends_on=case.ends_on or desk.as_of,
            cost_pence=COST,
            vat=VatTreatment.RECOVERABLE,
            due_diligence={"vat": "recoverable", "conflict_checked": True, "funds_checked": True},
            school_agreed_at=desk.now,
            school_agreed_by="sample",
            provider_agreed_at=desk.now,
            provider_agreed_by="sample",
            approved_at=desk.now,
            approved_by="sample",
        )
        for case in cases
    ]
    desk.session.add_all(plans)
    desk.session.flush()
    for plan, case in zip(plans, cases, strict=True):
        desk.session.add(Objective(plan_id=plan.id, position=1, text=f"Raise standards in {case.theme}."))
        desk.session.add(
            PlanMeasure(
                plan_id=plan.id,
                name=f"Pupils on track in {case.theme}",
                unit="percent",
                baseline=52.0,
                baseline_cohort=30,
                target=65.0,
                target_on=plan.ends_on,
            )
        )


def _first_event(desk: Desk, case: Commission) -> Event:
    event = Event(
        chain=f"commission:{case.id}",
        sequence=1,
        commission_id=case.id,
        kind="moved",
        day=case.state_since,
        at=desk.now,
        actor=desk.actor,
        from_state=None,
        to_state=case.state.value,
        reason="Loaded as part of the sample area.",
        facts={},
        previous_hash=START,
        hash="",
    )
    event.hash = digest(event)
    return event


def _keep_counter(desk: Desk, year: int, last: int) -> None:
    desk.session.merge(ReferenceCounter(year=year, last=last))
