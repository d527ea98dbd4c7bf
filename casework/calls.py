"""A phone call that an officer has made about a case, kept in its timeline; and a task ticked off."""

import sqlalchemy as sa

from casework import events, notices
from casework.desk import Desk
from models.commissions import Commission
from models.events import Event
from models.officer_tasks import OfficerTask, OfficerTaskState
from rules.errors import Refused

PHONE = "phone"


def record(desk: Desk, commission: Commission, *, spoke_to: str, said: str, settle: bool) -> Event:
    """Keep a phone call: with whom, and what was said. With `settle` the open tasks to phone are done by it."""
    event = events.record(desk, commission, "phone-call", f"Phone call with {spoke_to}: {said}", {"settled": settle})
    if settle:
        notices.settle_tasks(desk, commission, PHONE)
    return event


def finish(desk: Desk, commission: Commission, task_id: int) -> None:
    """Tick off a task of a case by hand.

    Raises:
        Refused: the case has no such open task.
    """
    task = desk.session.scalars(
        sa.select(OfficerTask).where(
            OfficerTask.id == task_id,
            OfficerTask.commission_id == commission.id,
            OfficerTask.state == OfficerTaskState.OPEN,
        )
    ).one_or_none()
    if task is None:
        raise Refused(f"{commission.reference} has no open task number {task_id}.")
    notices.finish_task(desk, task)
    events.record(desk, commission, "task-done", f"Done: {task.text}", {"task": task.id})
