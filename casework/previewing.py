"""What a day would send about one case: the day is done at a desk whose transaction the caller rolls back."""

import sqlalchemy as sa

from casework import chasing, composing, deadlines, rounds
from casework.composing import Draft
from casework.desk import Desk
from models.commissions import ENDED, Commission, CommissionState
from models.messages import Notice
from models.rounds import ImpactUpdate
from queries import open_updates


def would_send(desk: Desk, commission: Commission) -> list[Draft]:
    """The e-mails about a case that the desk's day makes, were it done now. To be rolled back, always."""
    desk.rehearsal = True
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
    made = composing.drafts(desk, sa.select(Notice.contact_id).where(Notice.commission_id == commission.id))
    return [one for one in made if commission.id in one.commissions]


def _chase(desk: Desk, commission: Commission) -> None:
    """The ladder of the case's updates, as a round carries it out: together where it only writes, else one by one."""
    updates = open_updates.lock_due(desk.session, commission.id, desk.as_of)
    if not updates:
        return
    to = chasing.recipients(desk, updates)
    _, left = chasing.chase_together(desk, updates, to)
    if left:
        wanted = sa.select(ImpactUpdate).where(ImpactUpdate.id.in_(left)).order_by(ImpactUpdate.id)
        for update in desk.session.scalars(wanted).all():
            chasing.chase(desk, update, to)
