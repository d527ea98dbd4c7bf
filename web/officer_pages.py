"""The officer's view: today, cases, one case, priorities, the outbox, the Fund.

Read only, and open in a demo alone: sign-in comes with a later version.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from config.database import reading_scope
from config.settings import settings
from mail.catalogue import context_of, links_in, with_links
from mail.rendering import render
from models.commissions import CommissionState
from models.messages import MessageState
from queries.cases import case as case_of
from queries.cases import cases
from queries.money import fund_years
from queries.outbox import message, outbox
from queries.priorities import priorities
from queries.tasks import open_tasks
from web.charts import chart_of
from web.link_pages import today as day_shown
from web.templating import page

T = TypeVar("T")
A_PAGE = 50


async def today(request: Request) -> Response:
    """What needs an officer today: tasks, and what is overdue."""
    as_of = day_shown()
    tasks = await _read(open_tasks)
    late = await _read(lambda session: cases(session, as_of=as_of, overdue=True))
    return page(request, "today.html", as_of=as_of, tasks=tasks, late=late)


async def case_list(request: Request) -> Response:
    """Cases, with search, filters and paging in the address."""
    asked = request.query_params
    state = asked.get("state") if asked.get("state") in [s.value for s in CommissionState] else None
    found = await _read(
        lambda session: cases(
            session,
            as_of=day_shown(),
            state=state,
            overdue=asked.get("overdue") == "yes",
            search=asked.get("search") or None,
        )
    )
    number = _page_number(asked.get("page"), len(found))
    return page(
        request,
        "cases.html",
        lines=found[(number - 1) * A_PAGE : number * A_PAGE],
        total=len(found),
        number=number,
        pages=max((len(found) + A_PAGE - 1) // A_PAGE, 1),
        states=[s.value for s in CommissionState],
        asked=asked,
    )


async def one_case(request: Request) -> Response:
    """One case whole."""
    reference = request.path_params["reference"]
    view = await _read(lambda session: case_of(session, reference, day_shown()))
    if view is None:
        return page(request, "message.html", 404, title="Case not found", lines=(f"There is no case {reference}.",))
    charts = [chart_of(measure) for measure in view.measures]
    return page(request, "case.html", view=view, charts=charts, as_of=day_shown())


async def priority_list(request: Request) -> Response:
    """The ranked priorities with their evidence."""
    return page(
        request, "priorities.html", lines=await _read(lambda session: priorities(session, int(settings().area)))
    )


async def outbox_list(request: Request) -> Response:
    """The last messages and what became of them."""
    state = request.query_params.get("state")
    state = state if state in [s.value for s in MessageState] else None
    lines = await _read(lambda session: outbox(session, state=state, limit=200))
    return page(request, "outbox.html", lines=lines[::-1], state=state, states=[s.value for s in MessageState])


async def one_message(request: Request) -> Response:
    """An e-mail as its reader sees it, with its links masked, inside a page of its own."""
    number = request.path_params["message"]
    html = await _read(lambda session: _rendered(session, number))
    if html is None:
        return page(request, "message.html", 404, title="Message not found", lines=(f"There is no message {number}.",))
    response = HTMLResponse(html)
    # An e-mail carries its styles in attributes; nothing else may be loaded or run by it.
    response.headers["X-Sib-Mail"] = "yes"
    return response


async def fund(request: Request) -> Response:
    """The Fund, year by year."""
    return page(request, "fund.html", years=await _read(fund_years))


def _rendered(session: Session, number: int) -> str | None:
    found = message(session, number)
    if found is None:
        return None
    masked = {one: f"{settings().base_url}/•••" for one in links_in(found.context)}
    return render(context_of(found.template, with_links(found.context, masked))).html


def _page_number(asked: str | None, total: int) -> int:
    most = max((total + A_PAGE - 1) // A_PAGE, 1)
    return min(max(int(asked), 1), most) if asked and asked.isascii() and asked.isdigit() else 1


async def _read(ask: Callable[[Session], T]) -> T:
    def work() -> Any:
        with reading_scope() as session:
            return ask(session)

    found: T = await run_in_threadpool(work)
    return found
