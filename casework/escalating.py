"""Escalations: held for a while as they are made, and undone by an officer before they have gone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa

from casework import events, outbox, unsent
from casework.desk import Desk
from casework.holding import all_done
from config import clock
from config.settings import settings
from models.commissions import Commission
from models.messages import Message, MessageState, Notice, NoticeState
from rules.errors import Refused
from rules.escalations import held_until, is_escalation
from rules.message_states import WAITING


class Told(Protocol):
    """A notice, as a row or as plain values."""

    @property
    def template(self) -> str: ...

    @property
    def step(self) -> str: ...


def hold_of(desk: Desk, notices: Sequence[Told]) -> datetime | None:
    """Until when the message that carries these notices is held; None when it may go at once.

    A day that is done over, in a demo or a test, has no minutes to wait for: its hold is over by nine.
    """
    minutes = desk.policy.hold_minutes
    if not minutes or not any(is_escalation(notice.template, notice.step) for notice in notices):
        return None
    opens_at = clock.at(desk.as_of, settings().send_from)
    return held_until(desk.now if desk.as_of == clock.today() else opens_at, opens_at, minutes)


def undo(desk: Desk, message_id: int) -> None:
    """Take back an escalation that has not gone: its timeline says so, and what else the e-mail told goes another day.

    The ladder goes on from where it is: an officer's task still follows a reminder that was undone.

    Raises:
        Refused: there is no such message, it tells of no escalation, or it is being sent or has gone.
    """
    notices = desk.session.scalars(
        sa.select(Notice).where(Notice.message_id == message_id, Notice.state == NoticeState.COMPOSED)
    ).all()
    undone = [notice for notice in notices if is_escalation(notice.template, notice.step)]
    stopped = outbox.move(
        desk.session,
        MessageState.ABORTED,
        [message_id],
        where=(Message.state.in_(WAITING),),
        response="An officer undid it.",
        held_until=None,
    )
    all_done(desk.session, [message_id], stopped, "can no longer be undone")
    if not undone:
        raise Refused(f"Message {message_id} is no escalation: it can be aborted.")
    for notice in undone:
        notice.state = NoticeState.CANCELLED
        notice.reason = "An officer undid it."
    unsent.put_back(desk, Notice.id.in_([notice.id for notice in notices if notice not in undone]))
    for commission_id in dict.fromkeys(notice.commission_id for notice in undone if notice.commission_id):
        events.record(
            desk,
            desk.session.get_one(Commission, commission_id),
            "escalation-undone",
            "An officer undid an escalation before it was sent.",
            {"message": message_id, "steps": sorted({n.step for n in undone if n.commission_id == commission_id})},
        )
