"""The one function that moves a case from state to state."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from casework import events
from casework.desk import Desk
from models.commissions import ENDED, Commission, CommissionState
from rules import lifecycle
from rules.errors import Refused

IN_LETTERS = (Commission.school, Commission.theme_row, Commission.officer, Commission.provider, Commission.priority)


def move(
    desk: Desk, commission: Commission, to: CommissionState, reason: str, facts: dict[str, Any] | None = None
) -> None:
    """Move a case, write the event, and clear what belonged to the state it leaves.

    Raises:
        IllegalTransition: the table does not let `to` follow; both states are named and nothing has changed.
        Refused: a day before the case's last move.
    """
    before = commission.state
    lifecycle.check(commission.reference, before, to, commission.paused_from)
    if desk.as_of < commission.state_since:
        raise Refused(
            f"{commission.reference} has been {lifecycle.words(before)} since {commission.state_since.isoformat()}; "
            f"it cannot become {lifecycle.words(to)} on {desk.as_of.isoformat()}, before that."
        )
    commission.state = to
    commission.state_since = desk.as_of
    commission.next_due_on = None
    commission.deadline_on = None
    commission.held_because = None
    pausing = to is CommissionState.PAUSED
    commission.paused_from = before if pausing else None
    commission.paused_on = desk.as_of if pausing else None
    commission.review_on = None
    if to in ENDED:
        commission.ended_on = desk.as_of
        commission.next_round_on = None
    events.record(desk, commission, "moved", reason, facts, moved=(before, to))


def locked(desk: Desk, commission_id: int) -> Commission:
    """The case, locked until the transaction ends, as it stands now and not as it stood when it was chosen.

    With what letters about it say: its school, theme, officer, provider and priority. PostgreSQL locks the case's row
    alone; on SQLite the writing transaction itself is the lock.
    """
    found = desk.session.scalars(
        sa.select(Commission)
        .options(*(joinedload(one) for one in IN_LETTERS))
        .where(Commission.id == commission_id)
        .with_for_update(of=Commission)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise Refused(f"There is no case number {commission_id}.")
    return found
