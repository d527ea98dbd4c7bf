"""What officers have to do by hand."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.commissions import Commission
from models.officer_tasks import OfficerTask, OfficerTaskState
from models.schools import School


@dataclass(frozen=True, slots=True)
class TaskLine:
    kind: str
    text: str
    raised_on: date
    due_on: date
    reference: str | None
    school: str | None


def open_tasks(session: Session) -> list[TaskLine]:
    """The open tasks, the longest waiting first."""
    rows = session.execute(
        sa.select(OfficerTask, Commission.reference, School.name)
        .outerjoin(Commission, Commission.id == OfficerTask.commission_id)
        .outerjoin(School, School.urn == Commission.urn)
        .where(OfficerTask.state == OfficerTaskState.OPEN)
        .order_by(OfficerTask.due_on, OfficerTask.id)
    )
    return [TaskLine(t.kind, t.text, t.raised_on, t.due_on, reference, school) for t, reference, school in rows]
