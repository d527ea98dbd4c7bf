"""What a day would send about one case: the day is done at a desk whose transaction the caller rolls back."""

import sqlalchemy as sa

from casework import chasing, composing, deadlines, rounds
from casework.desk import Desk
from models.commissions import ENDED, Commission, CommissionState
from models.messages import Message, Notice
from models.rounds import ImpactUpdate, UpdateState
from queries import open_updates


def would_send(desk: Desk, commission: Commission) -> list[Message]:
    """The e-mails about a case that the desk's day makes, were it done now. To be rolled back, always."""
    before = desk.session.scalar(sa.select(sa.func.max(Message.id))) or 0
    ended = commission.state in ENDED
    if not ended and commission.next_due_on is not None and commission.next_due_on <= desk.as_of:
        deadlines.advance(desk, commission)
        desk.session.flush()
    if commission.state is CommissionState.ACTIVE and commission.next_round_on is not None:
        if commission.next_round_on <= desk.as_of:
            rounds.open_round(desk, commission)
        desk.session.flush()
        _chase(desk, commission)
    desk.session.flush()
    contacts = desk.session.scalars(
        sa.select(Notice.contact_id).where(Notice.commission_id == commission.id).distinct()
    ).all()
    composing.compose(desk, contacts)
    about = sa.select(Notice.message_id).where(Notice.commission_id == commission.id)
    return list(
        desk.session.scalars(sa.select(Message).where(Message.id > before, Message.id.in_(about)).order_by(Message.id))
    )


def _chase(desk: Desk, commission: Commission) -> None:
    """The ladder of the case's updates, as a round carries it out: together where it only writes, else one by one."""
    due = desk.session.scalars(
        sa.select(ImpactUpdate.id).where(
            ImpactUpdate.commission_id == commission.id,
            ImpactUpdate.state == UpdateState.AWAITED,
            ImpactUpdate.next_step_on <= desk.as_of,
        )
    ).all()
    if not due:
        return
    updates = open_updates.lock(desk.session, due)
    to = chasing.recipients(desk, updates)
    _, left = chasing.chase_together(desk, updates, to)
    for one in left:
        chasing.chase(desk, desk.session.get_one(ImpactUpdate, one), to)
