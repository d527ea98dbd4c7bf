"""A case of the small world at each stage of its life."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework import commissioning, composing, opening, outbox, planning
from models.board import Meeting
from models.commissions import Commission
from models.messages import MessageState
from tests.casework.world import SCHOOLS, START, desk_at, make_world, priority, say
from tests.templates import World

Stage = Callable[[Session], Commission]

YES = {"accept": True, "name": "Priya Shah"}


def confirmed(session: Session, urn: int = SCHOOLS[0], *, concern: bool = False, start: date = START) -> Commission:
    """Confirmed by the Board on the first day, `start`."""
    desk = desk_at(session, start, "board")
    case = opening.open_case(desk, urn, "maths", "Maths is low.", priority=priority(session, urn, concern=concern))
    opening.confirm(
        desk, case, "Agreed.", meeting=session.scalars(sa.select(Meeting).where(Meeting.day == START)).one()
    )
    return case


def offered(session: Session, urn: int = SCHOOLS[0], *, concern: bool = False, start: date = START) -> Commission:
    """Commissioned for £4,800 on the first day, and the school told."""
    case = confirmed(session, urn, concern=concern, start=start)
    desk = desk_at(session, start, "officer")
    commissioning.start(desk, case, 480_000)
    composing.compose(desk)
    return case


def brokering(session: Session, urn: int = SCHOOLS[0], start: date = START) -> Commission:
    """The school accepted; the first provider has been asked."""
    case = offered(session, urn, start=start)
    say(desk_at(session, start + timedelta(days=1)), "school-offer", case.id, YES)
    return case


def in_planning(session: Session, urn: int = SCHOOLS[0], start: date = START) -> Commission:
    """A provider accepted; the plan waits for both."""
    case = brokering(session, urn, start)
    say(desk_at(session, start + timedelta(days=2)), "provider-offer", case.id, {**YES, "conflict": False})
    return case


def active(session: Session, urn: int = SCHOOLS[0], start: date = START) -> Commission:
    """Agreed by both, approved, and told."""
    case = in_planning(session, urn, start)
    day = start + timedelta(days=6)
    say(desk_at(session, day), "plan-school", case.id, {"agree": True, "name": "Priya Shah"})
    say(desk_at(session, day), "plan-provider", case.id, {"agree": True, "name": "Lee Lead"})
    desk = desk_at(session, day + timedelta(days=1), "officer")
    planning.approve(desk, case, planning.plan_of(desk, case), "officer")
    composing.compose(desk)
    return case


at_stage = pytest.mark.stage.with_args
"""Marks a test, or as `pytestmark` a module, whose world has a case at a stage: `@at_stage(active)`."""


@lru_cache
def world_with(stage: Stage) -> World:
    """The small world with a case at a stage, whose number it gives: brought there once a worker, not once a test."""

    def written(session: Session) -> int:
        make_world(session)
        return stage(session).id

    return written


def gone(session: Session, day: date) -> None:
    """The e-mails made so far have been sent."""
    outbox.move(session, MessageState.SENDING)
    outbox.move(session, MessageState.SENT, sent_at=desk_at(session, day).now)
    session.expire_all()
