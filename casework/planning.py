"""The improvement plan: drafted when a provider has accepted, agreed by both, approved by the Board or a delegate
[ToR].
"""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from casework import agenda, decisions_told, events, fund, letters, links, notices, rounds
from casework.desk import Desk
from casework.lifecycle import move
from casework.notices import Subject
from casework.standing import next_day_of
from casework.vat import ruling_of
from models.board import Decision, DecisionState, Meeting
from models.commissions import Commission, CommissionState
from models.events import Event
from models.links import LinkPurpose
from models.plans import Objective, Plan, PlanMeasure, PlanState, VatTreatment
from queries import people
from queries.evidence import baselines
from rules.eligibility import pounds
from rules.errors import Refused
from rules.half_terms import CalendarExhausted
from rules.plan_dates import check_dates, plan_period
from rules.targets import first_target


@dataclass(frozen=True, slots=True)
class MeasureDraft:
    """One measure as people enter it: from a baseline to a target by a date. A percentage is 0 to 100."""

    name: str
    unit: str
    baseline: float
    target: float
    target_on: date
    baseline_cohort: int | None = None
    published: str | None = None
    baseline_year: str | None = None
    higher_is_better: bool = True


def draft(desk: Desk, commission: Commission) -> Plan:
    """Draft the plan from the evidence: one objective and a measure for each published figure of the theme.

    Where nothing is published, an officer is asked to agree a measure with the school: none is made up.
    """
    calendar = desk.calendar(commission)
    starts_on, ends_on = plan_period(calendar, desk.as_of, desk.policy.planning_days)
    theme = commission.theme_row.name.lower()
    vat = ruling_of(desk, commission)
    plan = Plan(
        commission_id=commission.id,
        starts_on=starts_on,
        ends_on=ends_on,
        cost_pence=commission.cost_pence,
        vat=vat.treatment,
        due_diligence={"vat_reason": vat.reason},
    )
    desk.session.add(plan)
    desk.session.flush()
    objective = Objective(plan_id=plan.id, position=1, text=f"Raise standards in {theme} for all pupils.")
    desk.session.add(objective)
    desk.session.flush()
    found = baselines(desk.session, commission.urn, commission.theme)
    drafts = [
        MeasureDraft(
            name=baseline.name,
            unit=baseline.unit,
            baseline=baseline.value,
            target=first_target(baseline.value, baseline.reference, baseline.unit, baseline.higher_is_better),
            target_on=ends_on,
            baseline_cohort=baseline.cohort,
            published=baseline.measure,
            baseline_year=baseline.year,
            higher_is_better=baseline.higher_is_better,
        )
        for baseline in found
    ]
    if drafts:
        set_measures(desk, commission, plan, drafts)
    else:
        notices.ask_officer(
            desk,
            commission,
            "add-measures",
            f"Nothing is published on {theme} for this school: agree a measure with it.",
        )
    _start_wait(desk, commission)
    _ask_both(desk, commission, plan, "to-agree")
    return plan


def set_measures(desk: Desk, commission: Commission, plan: Plan, drafts: list[MeasureDraft]) -> None:
    """Replace the measures of a plan that is not approved; whoever had agreed to the old ones has to agree again.

    Raises:
        Refused: no measure, a percentage outside 0 to 100, a target date outside the plan, or an approved plan.
    """
    if plan.state is PlanState.APPROVED:
        raise Refused(f"The plan of {commission.reference} is approved; its measures can no longer change.")
    if not drafts:
        raise Refused(
            f"The plan of {commission.reference} needs at least one measure with a baseline, a target and a date."
        )
    for measure in drafts:
        if measure.unit == "percent" and not (0 <= measure.baseline <= 100 and 0 <= measure.target <= 100):
            raise Refused(f"{measure.name}: a percentage lies between 0 and 100.")
        if not plan.starts_on <= measure.target_on <= plan.ends_on:
            raise Refused(f"{measure.name}: the target date must lie between the plan's start and its end.")
    desk.session.execute(sa.delete(PlanMeasure).where(PlanMeasure.plan_id == plan.id))
    objective_id = desk.session.scalar(
        sa.select(Objective.id).where(Objective.plan_id == plan.id).order_by(Objective.position)
    )
    for measure in drafts:
        desk.session.add(
            PlanMeasure(
                plan_id=plan.id,
                objective_id=objective_id,
                name=measure.name,
                published=measure.published,
                unit=measure.unit,
                higher_is_better=measure.higher_is_better,
                baseline=measure.baseline,
                baseline_cohort=measure.baseline_cohort,
                baseline_year=measure.baseline_year,
                target=measure.target,
                target_on=measure.target_on,
            )
        )
    plan.state = PlanState.DRAFT
    plan.school_agreed_at = plan.provider_agreed_at = None
    plan.school_agreed_by = plan.provider_agreed_by = None
    desk.session.flush()


def revise(desk: Desk, commission: Commission, plan: Plan, drafts: list[MeasureDraft]) -> None:
    """Mend a plan that was sent back, and ask both to agree to it as it is now."""
    set_measures(desk, commission, plan, drafts)
    times = desk.session.scalar(
        sa.select(sa.func.count())
        .select_from(Event)
        .where(Event.commission_id == commission.id, Event.kind == "plan-sent-back")
    )
    notices.settle_tasks(desk, commission, "mend-plan", "add-measures")
    _ask_both(desk, commission, plan, f"to-agree-again-{times}")


def set_period(commission: Commission, plan: Plan, starts_on: date, ends_on: date) -> None:
    """Change when the support runs. Measures keep their dates and must fit.

    Raises:
        Refused: dates out of order across the case.
    """
    if plan.state is PlanState.APPROVED:
        raise Refused(f"The plan of {commission.reference} is approved; its dates can no longer change.")
    check_dates(commission.reference, offered_on=commission.identified_on, starts_on=starts_on, ends_on=ends_on)
    plan.starts_on, plan.ends_on = starts_on, ends_on


def agree(desk: Desk, commission: Commission, plan: Plan, *, school: bool, name: str) -> None:
    """One party agrees. When both have, the plan is agreed and waits for approval. Agreeing twice changes nothing.

    Raises:
        Refused: the case is not at the planning stage.
    """
    if commission.state is not CommissionState.PLANNING:
        raise Refused(f"The plan of {commission.reference} can no longer be agreed: the case has moved on.")
    if not plan.measures:
        raise Refused(
            f"The plan of {commission.reference} has no measure yet; the school improvement team will add one with you."
        )
    if school and plan.school_agreed_at is None:
        plan.school_agreed_at, plan.school_agreed_by = desk.now, name
    elif not school and plan.provider_agreed_at is None:
        plan.provider_agreed_at, plan.provider_agreed_by = desk.now, name
    else:
        return
    events.record(desk, commission, "plan-agreed-by", f"{name} agreed for the {'school' if school else 'provider'}.")
    if plan.school_agreed_at and plan.provider_agreed_at:
        plan.state = PlanState.AGREED
        what = f"The plan is agreed by school and provider and costs {pounds(plan.cost_pence)}: approve it."
        if plan.cost_pence <= desk.policy.delegated_pence:
            notices.ask_officer(desk, commission, "approve-plan", what)
        notices.put_on_agenda(desk, commission, "approve-plan", what)


def send_back(desk: Desk, commission: Commission, plan: Plan, *, school: bool, name: str, note: str) -> None:
    """One party wants the plan changed: an officer is asked to mend it with them.

    Nobody's agreement stands meanwhile.
    """
    plan.state = PlanState.DRAFT
    plan.school_agreed_at = plan.provider_agreed_at = None
    plan.school_agreed_by = plan.provider_agreed_by = None
    who = "school" if school else "provider"
    event = events.record(
        desk, commission, "plan-sent-back", f"{name} asked for changes for the {who}.", {"note": note}
    )
    notices.ask_officer(
        desk,
        commission,
        "mend-plan",
        f"The {who} asks for changes to the plan: {note}",
        subject=Subject("event", event.id),
    )


def approve(desk: Desk, commission: Commission, plan: Plan, by: str, *, meeting: Meeting | None = None) -> Decision:
    """Approve an agreed plan: money committed, the case active, its first round set.

    Raises:
        Refused: the plan is not agreed by both, has no measure, costs more than a delegate may approve, alone or with
        what is not ratified yet, or the money is not there.
    """
    if plan.state is not PlanState.AGREED:
        raise Refused(f"The plan of {commission.reference} is not agreed by both school and provider.")
    if not plan.measures:
        raise Refused(f"The plan of {commission.reference} has no measure.")
    if meeting is None and plan.cost_pence > desk.policy.delegated_pence:
        raise Refused(
            f"The plan of {commission.reference} costs {pounds(plan.cost_pence)}; more than "
            f"{pounds(desk.policy.delegated_pence)} is for the Board to approve."
        )
    plan.starts_on = max(plan.starts_on, desk.as_of)
    check_dates(
        commission.reference, offered_on=commission.identified_on, starts_on=plan.starts_on, ends_on=plan.ends_on
    )
    plan.state = PlanState.APPROVED
    plan.approved_at, plan.approved_by = desk.now, by
    plan.due_diligence = {
        **plan.due_diligence, "vat": plan.vat.value, "conflict_checked": True, "funds_checked": True
    }  # fmt: skip
    fund.commit(desk, commission, plan.cost_pence)
    if meeting is None:
        _within_delegated_total(desk, commission, plan.cost_pence)  # after the year's row is locked by the commitment
    move(desk, commission, CommissionState.ACTIVE, "The plan was approved.", {"plan": plan.id})
    commission.starts_on, commission.ends_on = plan.starts_on, plan.ends_on
    commission.next_due_on = next_day_of(plan.ends_on)
    decision = Decision(
        meeting_id=meeting.id if meeting else None,
        commission_id=commission.id,
        kind="approve-plan",
        state=DecisionState.DECIDED if meeting else DecisionState.DELEGATED,
        decided_on=desk.as_of,
        decided_by=desk.actor,
        text=f"Plan of {commission.reference} approved at {pounds(plan.cost_pence)}.",
        facts={"pence": plan.cost_pence},
    )
    desk.session.add(decision)
    agenda.settle(desk, commission, meeting, "approve-plan")
    if meeting is None:
        notices.put_on_agenda(desk, commission, "ratify-approve-plan", decision.text)
        decisions_told.tell(desk, decision, commission)
    notices.settle_tasks(desk, commission, "approve-plan", "mend-plan", "add-measures")
    try:
        rounds.set_next_round(desk, commission)
    except CalendarExhausted as error:
        desk.hold(commission, error)
    school, provider = people.parties(desk.session, commission.urn, commission.provider_id, desk.as_of)
    _tell_party(desk, commission, plan, school, school=True, step="agreed")
    _tell_party(desk, commission, plan, provider, school=False, step="agreed")
    if plan.vat is VatTreatment.TO_CHECK:
        letters.tell_finance_of_vat(desk, commission, plan)
    return decision


def _within_delegated_total(desk: Desk, commission: Commission, pence: int) -> None:
    waiting = desk.session.scalars(
        sa.select(Decision.facts).where(
            Decision.state == DecisionState.DELEGATED,
            Decision.kind == "approve-plan",
            Decision.commission_id != commission.id,
        )
    )
    before = sum(int(facts.get("pence", 0)) for facts in waiting)
    if before + pence > desk.policy.delegated_total_pence:
        raise Refused(
            f"Plans for {pounds(before)} wait to be ratified; with {commission.reference} they would pass the "
            f"{pounds(desk.policy.delegated_total_pence)} that may be approved between meetings."
        )


def remind(desk: Desk, commission: Commission, plan: Plan) -> None:
    """The reminder to whoever has not agreed."""
    _ask_both(desk, commission, plan, "to-agree-reminder")
    commission.next_due_on = next_day_of(commission.deadline_on) if commission.deadline_on else None


def overdue(desk: Desk, commission: Commission, plan: Plan) -> None:
    """The wait is over: the Chair is told."""
    letters.tell_chair(
        desk,
        commission,
        Subject("plan", plan.id),
        "plan-overdue",
        "School and provider have not agreed a plan in time.",
    )
    commission.next_due_on = None


def plan_of(desk: Desk, commission: Commission) -> Plan:
    """The plan of a case.

    Raises:
        Refused: it has none yet.
    """
    found = desk.session.scalars(sa.select(Plan).where(Plan.commission_id == commission.id)).one_or_none()
    if found is None:
        raise Refused(f"{commission.reference} has no plan yet.")
    return found


def _start_wait(desk: Desk, commission: Commission) -> None:
    calendar = desk.calendar(commission)
    commission.deadline_on = calendar.add(desk.as_of, desk.policy.planning_days)
    commission.next_due_on = calendar.add(desk.as_of, desk.policy.planning_reminder_days)


def _ask_both(desk: Desk, commission: Commission, plan: Plan, step: str) -> None:
    school, provider = people.parties(desk.session, commission.urn, commission.provider_id, desk.as_of)
    if plan.school_agreed_at is None:
        _tell_party(desk, commission, plan, school, school=True, step=step)
    if plan.provider_agreed_at is None:
        _tell_party(desk, commission, plan, provider, school=False, step=step)


def _tell_party(
    desk: Desk, commission: Commission, plan: Plan, contact: people.Person | None, *, school: bool, step: str
) -> None:
    calendar = desk.calendar(commission) if school else desk.calendars.area

    def write(person: people.Person) -> notices.Letter:
        if step == "agreed":
            own_case = links.issue(
                desk,
                commission,
                LinkPurpose.CASE,
                subject_id=commission.id,
                contact_id=person.contact_id,
                last_day=plan.ends_on,
            )
            return letters.plan_agreed(desk, commission, plan, person, own_case, school=school)
        placeholder = links.issue(
            desk,
            commission,
            LinkPurpose.PLAN_SCHOOL if school else LinkPurpose.PLAN_PROVIDER,
            subject_id=plan.id,
            contact_id=person.contact_id,
            last_day=commission.deadline_on or desk.as_of,
        )
        return letters.plan_to_agree(desk, commission, plan, person, placeholder, school=school)

    side = "school" if school else "provider"
    notices.tell(
        desk, contact, Subject("plan", plan.id), f"{step}-{side}", write, commission=commission, calendar=calendar
    )
