"""A run that somebody asked for from a page: kept, started, followed; and asking for all confirmed cases at once."""

import secrets
from collections.abc import Iterable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from casework import run_requests
from config import clock
from config.database import session_scope
from config.prefect_runs import page_of
from config.settings import settings
from models.run_requests import RunRequestState
from queries.case_list import CaseFilter, find_cases
from queries.run_requests import RunView, run_view
from rules.staff import ADMINS
from tasks.dispatching import dispatch
from web.acting import guard_of, sent
from web.fields import Field, Kind, read_fields
from web.forms import FormErrors
from web.reading import day_shown, read
from web.templating import page
from web.visitors import signed_in

ONE, MANY = "commission", "commission-confirmed"
ENDED = (RunRequestState.DONE, RunRequestState.REFUSED, RunRequestState.FAILED)
POUNDS = Field("pounds", "What each may cost", Kind.MONEY, "Set aside from the Fund at once.", "Enter an amount")
LOOKS_EVERY = 4
LONGEST_NUMBER = 2**31


async def run_request(request: Request) -> Response:
    """How a run stands; the page asks again by itself until it has ended, and then leads to the case."""
    number = request.path_params["number"]
    found = await _followed(number)
    if found is None:
        return page(request, "message.html", 404, title="Run not found", lines=(f"There is no run {number}.",))
    if found.flow == ONE and found.state is RunRequestState.DONE and found.cases:
        return RedirectResponse(f"/cases/{found.cases[0].reference}?done=commissioned", status_code=303)
    ended = found.state in ENDED
    looks = not ended and "still" not in request.query_params
    response = page(
        request,
        "run_request.html",
        run=found,
        ended=ended,
        looks=looks,
        prefect=for_operators(request, found.flow_run_id),
    )
    if looks:
        response.headers["Refresh"] = str(LOOKS_EVERY)
    return response


async def all_confirmed(request: Request) -> Response:
    """Ask for a run over every confirmed case, the worst evidence first, as far as the money goes."""
    given = {"pounds": f"{settings().policy.usual_pence / 100:g}", "key": a_key()}
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            came = await sent(request)
            given = {"key": given["key"], **came.given}
            pence = read_fields((POUNDS,), given)["pounds"]
            number = await ask(request, MANY, {"pounds": pence / 100}, given["key"])
        except FormErrors as wrong:
            errors = wrong.errors
        else:
            return RedirectResponse(f"/runs/{number}", status_code=303)
    waiting = await read(lambda session: find_cases(session, CaseFilter(state="confirmed"), day_shown(), limit=1))
    return page(
        request,
        "run_all.html",
        422 if errors else 200,
        field=POUNDS,
        given=given,
        errors=errors,
        waiting=waiting.total,
        guard=guard_of(request),
    )


async def ask(request: Request, flow: str, parameters: dict[str, Any], key: str, cases: Iterable[int] = ()) -> int:
    """Keep a request for a run and try to start it at once; its number. Prefect may be away: the row waits then."""
    visitor = signed_in(request)
    number = await run_in_threadpool(keep, flow, parameters, key, visitor.actor, cases)
    await run_in_threadpool(dispatch)
    return number


def for_operators(request: Request, flow_run_id: str | None) -> str | None:
    """The address of a run in Prefect's own pages, for who looks after the engine; None for everybody else."""
    return page_of(flow_run_id) if flow_run_id and signed_in(request).is_any(ADMINS) else None


def keep(flow: str, parameters: dict[str, Any], key: str, actor: str, cases: Iterable[int] = ()) -> int:
    """Keep a request for a run of the day that pages show. A key is good for one person and one flow."""
    day = day_shown()
    given = {**parameters, "as_of": day.isoformat(), "actor": actor}
    with session_scope() as session:
        return run_requests.ask(
            session,
            key=f"{flow}:{actor}:{key[:64]}",
            flow=flow,
            parameters={name: value for name, value in given.items() if value is not None},
            as_of=day,
            actor=actor,
            now=clock.now(),
            cases=cases,
        )


def a_key() -> str:
    """What a form carries so that sending it twice asks once."""
    return secrets.token_urlsafe(16)


async def _followed(number: int) -> RunView | None:
    """The run, after another look at how it stands."""
    if number >= LONGEST_NUMBER:
        return None
    found = await read(lambda session: run_view(session, number))
    if found is not None and found.state not in ENDED:
        await run_in_threadpool(dispatch)
        found = await read(lambda session: run_view(session, number))
    return found
