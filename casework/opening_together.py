"""Opening the cases of many new findings at once: a nation's identification has thousands."""

from collections.abc import Sequence

import sqlalchemy as sa

from casework import events, notices
from casework.desk import Desk
from casework.notices import Subject
from casework.opening import TO_CONFIRM, Wanted, identified
from models.board import AgendaItem
from models.commissions import Commission, CommissionState
from queries.in_parts import in_parts


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
                notices.agenda_line(desk, TO_CONFIRM, reason, number, Subject("commission", number))
                for number, reason in reasons.items()
            ],
        )
