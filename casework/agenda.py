"""Matters on the Board's agenda, settled by what it decides."""

import sqlalchemy as sa

from casework.desk import Desk
from models.board import AgendaItem, Meeting
from models.commissions import Commission


def settle(desk: Desk, commission: Commission, meeting: Meeting | None, *kinds: str) -> int:
    """Take a case's open matters off the agenda (of these kinds, of all when none is named); how many."""
    conditions = [AgendaItem.commission_id == commission.id, AgendaItem.settled_on.is_(None)]
    if kinds:
        conditions.append(AgendaItem.kind.in_(kinds))
    settled = desk.session.scalars(
        sa.update(AgendaItem)
        .where(*conditions)
        .values(settled_on=desk.as_of, meeting_id=meeting.id if meeting else None)
        .returning(AgendaItem.id)
        .execution_options(synchronize_session=False)
    )
    return len(settled.all())


def settle_item(desk: Desk, item: AgendaItem, meeting: Meeting) -> None:
    """Take one matter off the agenda."""
    item.settled_on, item.meeting_id = desk.as_of, meeting.id
