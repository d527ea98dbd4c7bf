"""What every end of a case has in common."""

import sqlalchemy as sa

from casework import fund, links, notices
from casework.desk import Desk
from models.commissions import Commission, Offer, OfferState
from models.rounds import ImpactUpdate, UpdateState


def end(desk: Desk, commission: Commission, reason: str) -> None:
    """Money back, offers, updates and links closed, nothing more to be told or chased.

    The state has been moved before.
    """
    fund.release(desk, commission)
    desk.session.execute(
        sa.update(Offer)
        .where(Offer.commission_id == commission.id, Offer.state == OfferState.PENDING)
        .values(state=OfferState.WITHDRAWN)
        .execution_options(synchronize_session="fetch")
    )
    desk.session.execute(
        sa.update(ImpactUpdate)
        .where(ImpactUpdate.commission_id == commission.id, ImpactUpdate.state == UpdateState.AWAITED)
        .values(state=UpdateState.CANCELLED, next_step_on=None)
        .execution_options(synchronize_session="fetch")
    )
    notices.cancel(desk, commission, reason)
    notices.settle_tasks(desk, commission, lapsed=True)
    links.revoke(desk, commission)
