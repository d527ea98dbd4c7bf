"""What an operator watches: numbers by state, what is overdue, how old the outbox is, when each flow last ran.

Numbers and names of flows only: whoever may see a graph may not therefore see a person.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.commissions import ENDED, Commission
from models.messages import Message, MessageState
from models.officer_tasks import OfficerTask, OfficerTaskState
from models.rounds import ImpactUpdate, UpdateState
from models.runs import RunReport

WAITING = (MessageState.QUEUED, MessageState.RETRY)


@dataclass(frozen=True, slots=True)
class LastRun:
    """The newest report of one flow."""

    flow: str
    as_of: date
    finished_at: datetime
    failed_checks: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How the service stands at one moment."""

    cases: dict[str, int] = field(default_factory=dict)
    overdue_cases: int = 0
    held_cases: int = 0
    updates: dict[str, int] = field(default_factory=dict)
    overdue_updates: int = 0
    messages: dict[str, int] = field(default_factory=dict)
    oldest_waiting_at: datetime | None = None
    stale_leases: int = 0
    open_tasks: dict[str, int] = field(default_factory=dict)
    last_runs: tuple[LastRun, ...] = ()


def standing(session: Session, now: datetime, today: date) -> Standing:
    """Count everything, in a fixed number of queries whatever the size."""
    overdue_updates = sa.and_(ImpactUpdate.state == UpdateState.AWAITED, ImpactUpdate.due_on < today)
    return Standing(
        cases=_by(session, Commission.state),
        overdue_cases=_count(session, Commission.deadline_on < today, Commission.state.not_in(list(ENDED))),
        held_cases=_count(session, Commission.held_because.is_not(None), Commission.state.not_in(list(ENDED))),
        updates=_by(session, ImpactUpdate.state),
        overdue_updates=_count(session, overdue_updates),
        messages=_by(session, Message.state),
        oldest_waiting_at=session.scalar(
            sa.select(sa.func.min(Message.created_at)).where(Message.state.in_(WAITING), Message.day <= today)
        ),
        stale_leases=stale_leases(session, now),
        open_tasks=_by(session, OfficerTask.kind, OfficerTask.state == OfficerTaskState.OPEN),
        last_runs=last_runs(session),
    )


def stale_leases(session: Session, now: datetime) -> int:
    """Messages that a worker took and neither sent nor gave back before its lease ended."""
    held = (*WAITING, MessageState.SENDING)
    return _count(session, Message.state.in_(held), Message.lease_until < now)


def last_runs(session: Session) -> tuple[LastRun, ...]:
    """The newest report of each flow, by the flow's name."""
    newest = sa.select(sa.func.max(RunReport.id)).group_by(RunReport.flow).scalar_subquery()
    rows = session.scalars(sa.select(RunReport).where(RunReport.id.in_(newest)).order_by(RunReport.flow))
    return tuple(LastRun(one.flow, one.as_of, one.finished_at, len(one.failed_checks)) for one in rows)


def _by(session: Session, column: sa.orm.InstrumentedAttribute[str], *where: sa.ColumnElement[bool]) -> dict[str, int]:
    rows = session.execute(sa.select(column, sa.func.count()).where(*where).group_by(column).order_by(column))
    return {str(value): number for value, number in rows}


def _count(session: Session, *where: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count()).where(*where)) or 0
