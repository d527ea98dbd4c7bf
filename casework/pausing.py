"""Pausing a case (timers frozen, with a reason and a review date), resuming it to where it was, and withdrawing it."""

from datetime import date

import sqlalchemy as sa

from casework import events, letters, notices, rounds
from casework.desk import Desk
from casework.ending import end
from casework.lifecycle import move
from casework.notices import Subject
from casework.standing import next_day_of, pending_offer, wait_on_offer
from models.commissions import Commission, CommissionState
from models.rounds import ImpactUpdate, UpdateState
from queries import people
from rules.errors import Refused


def pause(desk: Desk, commission: Commission, reason: str, review_on: date) -> None:
    """Pause a case until it is resumed; on the review date an officer is asked.

    Raises:
        IllegalTransition: the case is not under way. Refused: the review date is not after today.
    """
    if review_on <= desk.as_of:
        raise Refused(f"The review of {commission.reference} must be after {desk.as_of.isoformat()}.")
    before, deadline = commission.state, commission.deadline_on
    move(desk, commission, CommissionState.PAUSED, reason, {"review_on": review_on.isoformat()})
    commission.deadline_on = deadline
    commission.review_on = review_on
    commission.next_due_on = review_on
    notices.cancel(desk, commission, "The case was paused.")
    desk.session.flush()
    if before in (CommissionState.PLANNING, CommissionState.ACTIVE, CommissionState.EVALUATING):
        _tell_both(desk, commission, reason)


def resume(desk: Desk, commission: Commission, reason: str) -> None:
    """Take a case up where it was: each wait goes on with the school days that were left of it.

    Raises:
        Refused: the case is not paused. CalendarExhausted: the shifted dates lie past the calendar; nothing has
        changed.
    """
    if commission.state is not CommissionState.PAUSED or commission.paused_from is None or commission.paused_on is None:
        raise Refused(f"{commission.reference} is not paused.")
    back_to, paused_on, deadline = commission.paused_from, commission.paused_on, commission.deadline_on
    calendar = desk.calendar(commission)

    def shifted(day: date) -> date:
        return calendar.add(desk.as_of, max(calendar.between(paused_on, day), 0))

    new_deadline = shifted(deadline) if deadline else None
    move(desk, commission, back_to, reason)
    commission.deadline_on = new_deadline
    commission.next_due_on = next_day_of(new_deadline) if new_deadline else None
    offer = pending_offer(desk, commission)
    if offer is not None:
        offer.answer_by = new_deadline or shifted(offer.answer_by)
        if offer.reminder_on is not None and offer.reminded_on is None:
            offer.reminder_on = min(shifted(offer.reminder_on), offer.answer_by)
        wait_on_offer(commission, offer)
    if back_to is CommissionState.ACTIVE and commission.ends_on is not None:
        commission.next_due_on = next_day_of(max(commission.ends_on, desk.as_of))
        _take_up_updates(desk, commission)
        rounds.set_next_round(desk, commission)
    notices.settle_tasks(desk, commission, "review-pause")


def withdraw(desk: Desk, commission: Commission, reason: str) -> None:
    """End a case before its time, with the reason; the money goes back."""
    move(desk, commission, CommissionState.WITHDRAWN, reason)
    end(desk, commission, "The case was withdrawn.")


def review_due(desk: Desk, commission: Commission) -> None:
    """The review date has come: the officer is asked whether to resume or to withdraw."""
    notices.ask_officer(
        desk,
        commission,
        "review-pause",
        "The pause is due for review: resume the case or withdraw it.",
        subject=Subject(f"pause:{commission.paused_on}", commission.id),
    )
    commission.next_due_on = None


def _take_up_updates(desk: Desk, commission: Commission) -> None:
    """Updates whose round closed meanwhile are cancelled, not missed: nobody was asked. The others go on from today."""
    for update in desk.session.scalars(
        sa.select(ImpactUpdate).where(
            ImpactUpdate.commission_id == commission.id, ImpactUpdate.state == UpdateState.AWAITED
        )
    ):
        if update.closes_on < desk.as_of:
            update.state = UpdateState.CANCELLED
            update.next_step_on = None
            events.record(
                desk,
                commission,
                "update-cancelled",
                "The round closed while the case was paused.",
                {"update": update.id},
            )
        else:
            update.next_step_on = desk.as_of


def _tell_both(desk: Desk, commission: Commission, reason: str) -> None:
    school, provider = people.parties(desk.session, commission.urn, commission.provider_id, desk.as_of)
    subject = Subject(f"pause-{commission.paused_on}", commission.id)
    for contact, calendar in ((school, desk.calendar(commission)), (provider, desk.calendars.area)):
        notices.tell(
            desk,
            contact,
            subject,
            "paused",
            lambda person: letters.case_paused(desk, commission, person, reason),
            commission=commission,
            calendar=calendar,
        )
