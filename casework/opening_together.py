"""Opening the cases of many new findings at once: a nation's identification has thousands."""

from collections.abc import Sequence

import sqlalchemy as sa

from casework import events
from casework.desk import Desk
from casework.opening import TO_CONFIRM, Wanted, identified
from models.board import AgendaItem
from models.commissions import Commission, CommissionState
from queries.in_parts import in_parts
from rules import message_keys


def open_together(desk: Desk, wanted: Sequence[Wanted]) -> None:
    """Open these cases in `identified` and put each on the Board's agenda, as `opening.open_case` does for one.

    No two are of the same school and theme, and none has an open case: the database refuses it otherwise.
    """
    for some in in_parts(wanted):
        made = desk.session.execute(
            sa.insert(Commission).returning(Commission.id, Commission.reason), identified(desk, some)
        )
        reasons = dict(sorted(made.tuples()))
        said = {number: (reason, dict[str, object]()) for number, reason in reasons.items()}
        events.record_together(desk, "moved", said, (None, CommissionState.IDENTIFIED))
        desk.session.execute(
            sa.insert(AgendaItem),
            [
                {
                    "key": message_keys.task(TO_CONFIRM, "commission", number),
                    "kind": TO_CONFIRM,
                    "commission_id": number,
                    "raised_on": desk.as_of,
                    "text": reason,
                }
                for number, reason in reasons.items()
            ],
        )
