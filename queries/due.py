"""What is due on or before a day: ids only, in a stable order; and the next day on which anything will be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.commissions import ENDED, Commission, CommissionState
from models.messages import Notice, NoticeState
from models.priorities import Priority
from models.rounds import ImpactUpdate, UpdateState


@dataclass(frozen=True, slots=True)
class Part:
    """One of several equal parts of the work, numbered from 0: schools by their URN, people by their number."""

    number: int = 0
    of: int = 1

    def holds(self, key: sa.orm.InstrumentedAttribute[int]) -> sa.ColumnElement[bool]:
        """Whether a row belongs to this part."""
        return sa.true() if self.of == 1 else key % self.of == self.number


WHOLE = Part()


def cases_to_advance(session: Session, as_of: date, part: Part = WHOLE) -> Sequence[int]:
    """Cases whose own state asks for something."""
    return session.scalars(
        sa.select(Commission.id)
        .where(Commission.next_due_on <= as_of, Commission.state.not_in(list(ENDED)), part.holds(Commission.urn))
        .order_by(Commission.id)
    ).all()


def rounds_to_open(session: Session, as_of: date, part: Part = WHOLE) -> Sequence[int]:
    """Active cases whose next round opens."""
    return session.scalars(
        sa.select(Commission.id)
        .where(
            Commission.next_round_on <= as_of, Commission.state == CommissionState.ACTIVE, part.holds(Commission.urn)
        )
        .order_by(Commission.id)
    ).all()


def updates_to_chase(session: Session, as_of: date, part: Part = WHOLE) -> Sequence[int]:
    """Awaited updates whose ladder asks for something."""
    due = sa.select(ImpactUpdate.id).where(
        ImpactUpdate.state == UpdateState.AWAITED, ImpactUpdate.next_step_on <= as_of
    )
    if part.of > 1:
        due = due.join(Commission, Commission.id == ImpactUpdate.commission_id).where(part.holds(Commission.urn))
    return session.scalars(due.order_by(ImpactUpdate.id)).all()


def people_to_write_to(session: Session, as_of: date, part: Part = WHOLE) -> Sequence[int]:
    """Contacts with notices that wait to be made into an e-mail."""
    return session.scalars(
        sa.select(Notice.contact_id)
        .where(Notice.state == NoticeState.PENDING, Notice.day <= as_of, part.holds(Notice.contact_id))
        .distinct()
        .order_by(Notice.contact_id)
    ).all()


def confirmed_cases(session: Session) -> Sequence[int]:
    """Confirmed cases that wait for their commissioning run, the worst evidence first; of several authorities the worst
    of each, the highest score first, then the second of each (ADR 18).
    """
    return session.scalars(
        sa.select(Commission.id)
        .outerjoin(Priority, Priority.id == Commission.priority_id)
        .where(Commission.state == CommissionState.CONFIRMED)
        .order_by(Priority.rank.is_(None), Priority.rank, Priority.score.desc().nulls_last(), Commission.id)
    ).all()


def next_due_day(session: Session) -> date | None:
    """The first day on which a tick will find anything to do; None when nothing is waiting."""
    days = [
        session.scalar(sa.select(sa.func.min(Commission.next_due_on)).where(Commission.state.not_in(list(ENDED)))),
        session.scalar(
            sa.select(sa.func.min(Commission.next_round_on)).where(Commission.state == CommissionState.ACTIVE)
        ),
        session.scalar(
            sa.select(sa.func.min(ImpactUpdate.next_step_on)).where(ImpactUpdate.state == UpdateState.AWAITED)
        ),
        session.scalar(sa.select(sa.func.min(Notice.day)).where(Notice.state == NoticeState.PENDING)),
    ]
    return min((day for day in days if day is not None), default=None)
