"""What officers have to do by hand."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.commissions import Commission
from models.officer_tasks import OfficerTask, OfficerTaskState
from models.schools import School


@dataclass(frozen=True, slots=True)
class TaskLine:
    id: int
    kind: str
    text: str
    raised_on: date
    due_on: date
    reference: str | None
    school: str | None


def open_tasks(
    session: Session,
    *,
    officer: int | None = None,
    but_not: int | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> list[TaskLine]:
    """The open tasks of everybody, of one officer, or of everybody but one; the longest waiting first."""
    wanted = (
        sa.select(OfficerTask, Commission.reference, School.name)
        .outerjoin(Commission, Commission.id == OfficerTask.commission_id)
        .outerjoin(School, School.urn == Commission.urn)
        .order_by(OfficerTask.due_on, OfficerTask.id)
        .limit(limit)
        .offset(offset)
    )
    return [
        TaskLine(t.id, t.kind, t.text, t.raised_on, t.due_on, reference, school)
        for t, reference, school in session.execute(_open(wanted, officer, but_not))
    ]


def how_many_open(session: Session, officer: int) -> tuple[int, int]:
    """How many tasks are open: an officer's own, and everybody else's."""
    theirs = sa.func.count().filter(OfficerTask.officer_id == officer)
    mine, every = session.execute(
        sa.select(theirs, sa.func.count()).where(OfficerTask.state == OfficerTaskState.OPEN)
    ).one()
    return mine, every - mine


def _open(asked: sa.Select[Any], officer: int | None, but_not: int | None) -> sa.Select[Any]:
    asked = asked.where(OfficerTask.state == OfficerTaskState.OPEN)
    if but_not is not None:
        asked = asked.where(OfficerTask.officer_id.is_distinct_from(but_not))
    return asked if officer is None else asked.where(OfficerTask.officer_id == officer)
