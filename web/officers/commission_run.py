"""Asking for a run over many confirmed priorities at once, their providers solved for all of them together."""

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from casework import ordering
from casework.desk import desk_for
from casework.run_proposal import ProposedCase
from config.database import reading_scope
from config.settings import settings
from queries.case_list import CaseFilter, find_cases, ids_of
from queries.money import fund_years
from web.acting import guard_of, sent
from web.fields import Field, Kind, read_fields
from web.forms import FormErrors
from web.officers.runs import MANY, a_key, ask
from web.reading import day_shown, read
from web.templating import page

SHOWN = 50
POUNDS = Field("pounds", "What each may cost", Kind.MONEY, "Set aside from the Fund at once.", "Enter an amount")


async def run(request: Request) -> Response:
    """Tick, see which provider each would ask first, confirm; the run's own page says what became of it."""
    given = {"pounds": f"{settings().policy.usual_pence / 100:g}"}
    ticked: list[str] = []
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            came = await sent(request)
            given, ticked = dict(came.given), list(came.every("case"))
            if not ticked:
                raise FormErrors({"form": "Tick at least one case."})
            if len(ticked) > ordering.AT_ONCE:
                raise FormErrors({"form": f"Tick {ordering.AT_ONCE} cases at most: start the run in parts."})
            pence = read_fields((POUNDS,), given)["pounds"]
            numbers = await read(lambda session: ids_of(session, ticked))
            if given.get("confirmed") == "yes":
                cases = {one: given.get(f"provider-{one}") or None for one in ticked if one in numbers}
                wanted = {"pounds": pence / 100, "cases": cases}
                number = await ask(request, MANY, wanted, given.get("key", ""), numbers.values())
                return RedirectResponse(f"/runs/{number}", status_code=303)
            pairings = await run_in_threadpool(_suggested, list(numbers.values()), pence)
            return page(
                request,
                "run_check.html",
                pairings=pairings,
                pence=pence,
                given=given,
                free=await read(_free),
                guard=guard_of(request),
                key=a_key(),
            )
        except FormErrors as wrong:
            errors = wrong.errors
    found = await read(
        lambda session: find_cases(session, CaseFilter(state="confirmed"), day_shown(), sort="since", limit=SHOWN)
    )
    return page(
        request,
        "run.html",
        422 if errors else 200,
        lines=found.lines,
        total=found.total,
        most=ordering.AT_ONCE,
        field=POUNDS,
        given=given,
        ticked=ticked,
        errors=errors,
        free=await read(_free),
        guard=guard_of(request),
    )


def _suggested(numbers: list[int], pence: int) -> tuple[ProposedCase, ...]:
    with reading_scope() as session:
        return ordering.suggest(desk_for(session, day_shown()), numbers, pence)


def _free(session: Any) -> int:
    today = day_shown()
    return next((year.free for year in fund_years(session) if year.starts_on <= today), 0)
