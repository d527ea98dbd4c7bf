"""Today: what needs an officer, what is overdue, what is paused too long, and what the day's e-mail has done."""

from starlette.requests import Request
from starlette.responses import Response

from queries.case_list import CaseFilter, find_cases, how_many_in_each_state
from queries.outbox import how_many
from queries.tasks import how_many_open, open_tasks
from web.reading import day_shown, read
from web.templating import page

LATE_SHOWN, TASKS_SHOWN = 20, 50


async def today(request: Request) -> Response:
    """What needs an officer today: tasks, and what is overdue."""
    as_of = day_shown()
    tasks = await read(lambda session: open_tasks(session, limit=TASKS_SHOWN))
    many = await read(how_many_open)
    late = await read(
        lambda session: find_cases(session, CaseFilter(overdue=True), as_of, sort="deadline", limit=LATE_SHOWN)
    )
    states = await read(how_many_in_each_state)
    mail = await read(how_many)
    return page(request, "today.html", as_of=as_of, tasks=tasks, many=many, late=late, states=states, mail=mail)
