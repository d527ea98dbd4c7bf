"""What a preview says of a day is what the day then sends."""

import json
import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework.lifecycle import locked
from casework.previewing import would_send
from models.commissions import Commission
from models.contacts import Role
from models.events import Event
from models.messages import Message, Notice
from models.officer_tasks import OfficerTask
from queries import people
from tests.casework.stages import Stage, active, at_stage, brokering, gone, in_planning, offered
from tests.casework.test_one_case import day_of_work
from tests.casework.world import START, desk_at

STAGES = [pytest.param(stage, marks=at_stage(stage)) for stage in (offered, brokering, in_planning, active)]
DAYS = 62
"""From the first day past the end of the first round, so that nudges, reminders, a close and a new round are in it."""


def as_said(template: str, recipient: str, context: object) -> tuple[str, str, str]:
    """An e-mail as what is compared: a digest's items in any order, its links without their numbers, which a sequence
    gives anew.
    """
    if isinstance(context, dict) and (items := context.get("items")):
        context = {**context, "items": sorted(items, key=json.dumps)}
    return recipient, template, re.sub(r"link:\d+", "link", json.dumps(context, sort_keys=True))


@pytest.mark.parametrize("stage", STAGES)
def test_a_day_sends_what_its_preview_said(session: Session, case: Commission, stage: Stage) -> None:
    officers = {one.email for one in people.with_role(session, Role.OFFICER, START)}
    sent = 0
    for day in (START + timedelta(days=one) for one in range(8, DAYS) if one % 7 not in (3, 4)):
        gone(session, day)
        before = session.scalar(sa.select(sa.func.max(Message.id))) or 0
        told = _rehearsed(session, case.id, day)
        day_of_work(session, day)
        about = sa.select(Notice.message_id).where(Notice.commission_id == case.id)
        made = session.scalars(sa.select(Message).where(Message.id > before, Message.id.in_(about))).all()
        real = {as_said(m.template, m.recipient, m.context) for m in made if m.recipient not in officers}
        assert told == real, (stage, day)
        sent += len(real)
    assert sent >= 2, "a silent school or provider is written to at least twice"


def _rehearsed(session: Session, case_id: int, day: date) -> set[tuple[str, str, str]]:
    kept = sa.select(
        sa.select(sa.func.count(Event.id)).scalar_subquery(), sa.select(sa.func.count(OfficerTask.id)).scalar_subquery()
    )
    before = session.execute(kept).one()
    rehearsal = session.begin_nested()
    desk = desk_at(session, day)
    made = [one.message for one in would_send(desk, locked(desk, case_id))]
    assert session.execute(kept).one() == before, "a rehearsal writes neither the event log nor tasks"
    rehearsal.rollback()
    session.expire_all()
    return {as_said(one["template"], one["recipient"], one["context"]) for one in made}
