"""A population for `sib sample --load`: active commissions in the loaded area, each with a plan and an open round.

Rows are written as the lifecycle would have left them, in bulk, so that a national-size instance is made in seconds.
The round's request falls on the start day, so that the first tick has a whole round to chase.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from casework import events, fund
from casework.desk import Desk
from models.commissions import Commission, CommissionState, ReferenceCounter
from models.contacts import ContactRole, Role
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
    for begin in range(0, len(pairs), _BATCH):
        cases = [
            {
                "reference": reference(starts_on.year, place),
                "urn": urn,
                "theme": theme,
                "state": CommissionState.ACTIVE,
                "state_since": starts_on,
                "next_due_on": ends_on + timedelta(days=1),
                "next_round_on": closes_on + timedelta(days=1),  # that day's run works out when the next one opens
                "reason": "An invented case of the sample area.",
                "cost_pence": COST,
                "officer_id": officer_id,
                "provider_id": providers[place % len(providers)],
                "identified_on": starts_on,
                "starts_on": starts_on,
                "ends_on": ends_on,
            }
            for place, (urn, theme) in enumerate(pairs[begin : begin + _BATCH], begin + 1)
        ]
        made = desk.session.execute(sa.insert(Commission).returning(Commission.id, Commission.theme), cases)
        themes = dict(sorted(made.tuples()))
        _plans(desk, themes, starts_on, ends_on)
        updates = {
            "round_id": collection.id,
            "opened_on": opened_on,
            "due_on": due_on,
            "closes_on": closes_on,
            "next_step_on": first_step,
        }
        desk.session.execute(
            sa.insert(ImpactUpdate),
            [{"commission_id": number, "party": party, **updates} for number in themes for party in UpdateParty],
        )
        said = {number: ("Loaded as part of the sample area.", dict[str, Any]()) for number in themes}
        events.record_together(replace(desk, as_of=starts_on), "moved", said, (None, CommissionState.ACTIVE))
        desk.session.execute(
            sa.insert(Commitment),
            [
                {"fund_year_id": year.id, "commission_id": number, "pence": COST, "committed_on": starts_on}
                for number in themes
            ],
        )
    desk.session.execute(
        sa.update(FundYear)
        .where(FundYear.id == year.id)
        .values(committed_pence=FundYear.committed_pence + COST * len(pairs))
    )
    _keep_counter(desk, starts_on.year, len(pairs))
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


def _plans(desk: Desk, themes: Mapping[int, str], starts_on: date, ends_on: date) -> None:
    """An approved plan with an objective and a measure for each case, by its number and theme."""
    plan = {
        "state": PlanState.APPROVED,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "cost_pence": COST,
        "vat": VatTreatment.RECOVERABLE,
        "due_diligence": {"vat": "recoverable", "conflict_checked": True, "funds_checked": True},
        "school_agreed_at": desk.now,
        "school_agreed_by": "sample",
        "provider_agreed_at": desk.now,
        "provider_agreed_by": "sample",
        "approved_at": desk.now,
        "approved_by": "sample",
    }
    made = desk.session.execute(
        sa.insert(Plan).returning(Plan.id, Plan.commission_id), [{"commission_id": number, **plan} for number in themes]
    )
    plans = [(plan_id, themes[number]) for plan_id, number in made]
    measure = {
        "unit": "percent",
        "baseline": 52.0,
        "baseline_cohort": 30,
        "target": 65.0,
        "target_on": ends_on,
    }
    desk.session.execute(
        sa.insert(Objective),
        [{"plan_id": plan_id, "position": 1, "text": f"Raise standards in {theme}."} for plan_id, theme in plans],
    )
    desk.session.execute(
        sa.insert(PlanMeasure),
        [{"plan_id": plan_id, "name": f"Pupils on track in {theme}", **measure} for plan_id, theme in plans],
    )


def _keep_counter(desk: Desk, year: int, last: int) -> None:
    desk.session.merge(ReferenceCounter(year=year, last=last))
