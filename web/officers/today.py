"""Today: what needs this officer, what waits for colleagues, what is overdue, and what the day's e-mail has done."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from queries.case_list import CaseFilter, find_cases, how_many_in_each_state
from queries.outbox import how_many
from queries.tasks import how_many_open, open_tasks
from rules.staff import OFFICERS
from web.reading import day_shown, read
from web.templating import page
from web.visitors import signed_in

LATE_SHOWN, TASKS_SHOWN = 20, 50


async def today(request: Request) -> Response:
    """What needs this officer today, their own tasks first; whoever has none of them sees what the officers have."""
    as_of = day_shown()
    me = signed_in(request)
    found = await read(lambda session: _found(session, me.contact_id, as_of))
    return page(request, "today.html", as_of=as_of, works_on_tasks=me.is_any(OFFICERS), **found)


def _found(session: Session, me: int, as_of: date) -> dict[str, Any]:
    """What the page shows, each list of tasks with how many there are."""
    mine, others = how_many_open(session, me)
    return {
        "mine": (open_tasks(session, officer=me, limit=TASKS_SHOWN), mine),
        "others": (open_tasks(session, but_not=me, limit=TASKS_SHOWN), others),
        "late": find_cases(session, CaseFilter(overdue=True), as_of, sort="deadline", limit=LATE_SHOWN),
        "states": how_many_in_each_state(session),
        "mail": how_many(session),
    }
