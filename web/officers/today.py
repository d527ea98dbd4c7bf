"""Today: what needs this officer, what waits for colleagues, what is overdue, and what the day's e-mail has done."""

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
    mine = await read(lambda session: open_tasks(session, officer=me.contact_id, limit=TASKS_SHOWN))
    how_many_mine = await read(lambda session: how_many_open(session, officer=me.contact_id))
    others = await read(lambda session: open_tasks(session, but_not=me.contact_id, limit=TASKS_SHOWN))
    how_many_others = await read(how_many_open) - how_many_mine
    late = await read(
        lambda session: find_cases(session, CaseFilter(overdue=True), as_of, sort="deadline", limit=LATE_SHOWN)
    )
    states = await read(how_many_in_each_state)
    mail = await read(how_many)
    return page(
        request,
        "today.html",
        as_of=as_of,
        works_on_tasks=me.is_any(OFFICERS),
        mine=(mine, how_many_mine),
        others=(others, how_many_others),
        late=late,
        states=states,
        mail=mail,
    )
