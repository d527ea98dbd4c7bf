"""What a day asks of a case by its own state: reminders, silence, escalation, the plan's end, the review of a pause."""

from collections.abc import Callable

from casework import brokering, commissioning, evaluation, letters, notices, pausing, planning
from casework.desk import Desk
from casework.notices import Subject
from casework.standing import pending_offer
from models.commissions import ENDED, Commission, CommissionState
from rules.half_terms import CalendarExhausted


def advance(desk: Desk, commission: Commission) -> bool:
    """Do what the case's state asks for on or before this day; whether anything was done.

    Waits that end in a holiday have rolled forward already; a step that writes to people waits for their school day.
    A case whose dates lie past the calendar is held, and said loudly.
    """
    if commission.state in ENDED or commission.next_due_on is None or commission.next_due_on > desk.as_of:
        return False
    try:
        commission.held_because = None
        if commission.state in _WRITES:
            today = desk.calendar(commission).roll_forward(desk.as_of)
            if today != desk.as_of:
                commission.next_due_on = today
                return False
        _STEPS[commission.state](desk, commission)
    except CalendarExhausted as error:
        desk.hold(commission, error)
        return False
    return True


def _confirmed(desk: Desk, commission: Commission) -> None:
    notices.ask_officer(desk, commission, "start-run", "The priority is confirmed and waits for its commissioning run.")
    commission.next_due_on = None


def _identified(desk: Desk, commission: Commission) -> None:
    letters.tell_chair(
        desk,
        commission,
        Subject("commission", commission.id),
        "carried-over",
        f"The priority has been carried over {desk.policy.carried_over_meetings} times without a decision.",
    )
    commission.next_due_on = None


def _offered(desk: Desk, commission: Commission) -> None:
    offer = pending_offer(desk, commission)
    if offer is None:
        commission.next_due_on = None
    elif desk.as_of > offer.answer_by:
        # The latest step due is enough: a reminder that a missed run left behind is not sent beside the escalation.
        offer.reminded_on = offer.reminded_on or desk.as_of
        commissioning.school_silent(desk, commission, offer)
    else:
        commissioning.remind_school(desk, commission, offer)


def _brokering(desk: Desk, commission: Commission) -> None:
    offer = pending_offer(desk, commission)
    if offer is None:
        brokering.ask_next(desk, commission)
    elif desk.as_of > offer.answer_by:
        brokering.provider_silent(desk, commission, offer)
    else:
        brokering.remind_provider(desk, commission, offer)


def _planning(desk: Desk, commission: Commission) -> None:
    plan = planning.plan_of(desk, commission)
    if commission.deadline_on is not None and desk.as_of > commission.deadline_on:
        planning.overdue(desk, commission, plan)
    else:
        planning.remind(desk, commission, plan)


_STEPS: dict[CommissionState, Callable[[Desk, Commission], None]] = {
    CommissionState.IDENTIFIED: _identified,
    CommissionState.CONFIRMED: _confirmed,
    CommissionState.OFFERED: _offered,
    CommissionState.BROKERING: _brokering,
    CommissionState.PLANNING: _planning,
    CommissionState.ACTIVE: evaluation.begin,
    CommissionState.EVALUATING: evaluation.overdue,
    CommissionState.PAUSED: pausing.review_due,
}
_WRITES = frozenset({CommissionState.OFFERED, CommissionState.BROKERING, CommissionState.PLANNING})
