"""Opening a case from evidence, and the decision that confirms or rejects it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from casework import agenda, decisions_told, events, links, notices
from casework.desk import Desk
from casework.lifecycle import move
from casework.standing import next_day_of
from models.board import Decision, DecisionState, Meeting, MeetingState
from models.commissions import ENDED, Commission, CommissionState, ReferenceCounter
from models.contacts import Role
from models.priorities import Priority
from models.schools import School
from queries import people
from rules.errors import Refused
from rules.half_terms import CalendarExhausted
from rules.references import reference

TO_CONFIRM = "confirm-priority"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A case that is to be opened: its school and theme, why, and the priority that it comes from."""

    urn: int
    theme: str
    reason: str
    priority_id: int | None


def open_case(
    desk: Desk, urn: int, theme: str, reason: str, *, priority: Priority | None, predecessor: Commission | None = None
) -> Commission:
    """Open a case in `identified` and put it on the Board's agenda.

    Raises:
        Refused: an unknown school, a school with an open case for the theme, or a predecessor that has not ended.
    """
    school = desk.session.get(School, urn)
    if school is None:
        raise Refused(f"There is no school with URN {urn}.")
    if (open_now := open_case_of(desk, urn, theme)) is not None:
        raise Refused(f"{school.name} already has an open case for {theme}, {open_now.reference}.")
    if predecessor is not None and predecessor.state not in ENDED:
        raise Refused(f"{predecessor.reference} has not ended, so nothing can follow it yet.")
    (values,) = identified(desk, [Wanted(urn, theme, reason, priority.id if priority else None)])
    made = Commission(**values, predecessor_id=predecessor.id if predecessor else None)
    desk.session.add(made)
    desk.session.flush()
    events.record(desk, made, "moved", reason, moved=(None, CommissionState.IDENTIFIED))
    notices.put_on_agenda(desk, made, TO_CONFIRM, reason)
    return made


def identified(desk: Desk, wanted: Sequence[Wanted]) -> list[dict[str, Any]]:
    """The rows of new cases, with the next references and shared out among the officers."""
    officers = people.with_role(desk.session, Role.OFFICER, desk.as_of)
    due = carried_over_on(desk, desk.as_of)
    return [
        {
            "reference": number,
            "urn": one.urn,
            "theme": one.theme,
            "state": CommissionState.IDENTIFIED,
            "state_since": desk.as_of,
            "reason": one.reason,
            "priority_id": one.priority_id,
            "officer_id": officers[one.urn % len(officers)].contact_id if officers else None,
            "identified_on": desk.as_of,
            "next_due_on": due,
        }
        for one, number in zip(wanted, _next_references(desk, len(wanted)), strict=True)
    ]


def open_case_of(desk: Desk, urn: int, theme: str) -> Commission | None:
    """The case of a school and theme that has not ended, if there is one."""
    return desk.session.scalars(
        sa.select(Commission).where(
            Commission.urn == urn, Commission.theme == theme, Commission.state.not_in(list(ENDED))
        )
    ).one_or_none()


def confirm(desk: Desk, commission: Commission, reason: str, *, meeting: Meeting | None = None) -> Decision:
    """Confirm a priority: by the Board at a meeting, or by an officer under delegated authority, to be ratified at
    the next.
    """
    move(desk, commission, CommissionState.CONFIRMED, reason)
    _start_wait(desk, commission)
    return _decide(desk, commission, "confirm-priority", reason, meeting)


def reject(desk: Desk, commission: Commission, reason: str, *, meeting: Meeting | None = None) -> Decision:
    """Reject a priority, with the reason."""
    move(desk, commission, CommissionState.REJECTED, reason)
    links.revoke(desk, commission)
    return _decide(desk, commission, "reject-priority", reason, meeting)


def _start_wait(desk: Desk, commission: Commission) -> None:
    try:
        commission.deadline_on = desk.calendar(commission).add(desk.as_of, desk.policy.confirmed_days)
        commission.next_due_on = next_day_of(commission.deadline_on)
    except CalendarExhausted as error:
        desk.hold(commission, error)


def _decide(desk: Desk, commission: Commission, kind: str, reason: str, meeting: Meeting | None) -> Decision:
    made = Decision(
        meeting_id=meeting.id if meeting else None,
        commission_id=commission.id,
        kind=kind,
        state=DecisionState.DECIDED if meeting else DecisionState.DELEGATED,
        decided_on=desk.as_of,
        decided_by=desk.actor,
        text=reason,
    )
    desk.session.add(made)
    agenda.settle(desk, commission, meeting)
    if meeting is None:
        notices.put_on_agenda(desk, commission, f"ratify-{kind}", reason)
        decisions_told.tell(desk, made, commission)
    return made


def carried_over_on(desk: Desk, identified_on: date) -> date | None:
    """The day on which a priority will have been carried over too often; None while the meetings are not planned."""
    days = desk.session.scalars(
        sa.select(Meeting.day)
        .where(Meeting.day > identified_on, Meeting.state != MeetingState.CANCELLED)
        .order_by(Meeting.day)
        .limit(desk.policy.carried_over_meetings)
    ).all()
    return next_day_of(days[-1]) if len(days) == desk.policy.carried_over_meetings else None


def _next_references(desk: Desk, count: int) -> list[str]:
    """The next numbers of the calendar year; the row is locked, so two officers never get the same."""
    year = desk.as_of.year
    if desk.session.get(ReferenceCounter, year) is None:
        try:
            with desk.session.begin_nested():
                desk.session.add(ReferenceCounter(year=year, last=0))
        except IntegrityError:
            pass  # another officer opened the year's first case at the same moment
    last = desk.session.execute(
        sa.update(ReferenceCounter)
        .where(ReferenceCounter.year == year)
        .values(last=ReferenceCounter.last + count)
        .returning(ReferenceCounter.last)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    return [reference(year, number) for number in range(last - count + 1, last + 1)]
