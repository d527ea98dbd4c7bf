"""What is due on or before a day: ids only, in a stable order; and the next day on which anything will be."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.commissions import ENDED, Commission, CommissionState
from models.messages import Notice, NoticeState
from models.priorities import Priority
from models.rounds import ImpactUpdate, UpdateState


def cases_to_advance(session: Session, as_of: date) -> Sequence[int]:
    """Cases whose own state asks for something."""
    return session.scalars(
        sa.select(Commission.id)
        .where(Commission.next_due_on <= as_of, Commission.state.not_in(list(ENDED)))
        .order_by(Commission.id)
    ).all()


def rounds_to_open(session: Session, as_of: date) -> Sequence[int]:
    """Active cases whose next round opens."""
    return session.scalars(
        sa.select(Commission.id)
        .where(Commission.next_round_on <= as_of, Commission.state == CommissionState.ACTIVE)
        .order_by(Commission.id)
    ).all()


def updates_to_chase(session: Session, as_of: date) -> Sequence[int]:
    """Awaited updates whose ladder asks for something."""
    return session.scalars(
        sa.select(ImpactUpdate.id)
        .where(ImpactUpdate.state == UpdateState.AWAITED, ImpactUpdate.next_step_on <= as_of)
        .order_by(ImpactUpdate.id)
    ).all()


def people_to_write_to(session: Session, as_of: date) -> Sequence[int]:
    """Contacts with notices that wait to be made into an e-mail."""
    return session.scalars(
        sa.select(Notice.contact_id)
        .where(Notice.state == NoticeState.PENDING, Notice.day <= as_of)
        .distinct()
        .order_by(Notice.contact_id)
    ).all()


def confirmed_cases(session: Session) -> Sequence[int]:
    """Confirmed cases that wait for their commissioning run, the worst evidence first."""
    return session.scalars(
        sa.select(Commission.id)
        .outerjoin(Priority, Priority.id == Commission.priority_id)
        .where(Commission.state == CommissionState.CONFIRMED)
        .order_by(Priority.rank.is_(None), Priority.rank, Commission.id)
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
