"""What each operation of the API does: the same queries and casework as pages and commands."""

from typing import Annotated

from fastapi import Path, Query, Request, Response
from starlette.exceptions import HTTPException

from casework import answers
from casework.desk import desk_for
from config.database import reading_scope, session_scope
from config.settings import settings
from models.commissions import CommissionState
from models.run_requests import RunRequestState
from queries.case_list import CaseFilter, find_cases
from queries.cases import case as case_of
from queries.money import fund_years
from queries.outbox import how_many
from queries.priorities import priorities as ranked
from queries.run_requests import run_view
from tasks.dispatching import dispatch
from web.api import shapes as s
from web.officers.runs import keep
from web.reading import day_shown

Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]


def cases(
    state: Annotated[CommissionState | None, Query()] = None,
    overdue: Annotated[bool, Query()] = False,
    search: Annotated[str, Query(max_length=200, pattern=s.READABLE)] = "",
    limit: Limit = 50,
    offset: Offset = 0,
) -> s.Cases:
    """Cases, in the order of their references."""
    wanted = CaseFilter(search=search.strip(), state=state.value if state else "", overdue=overdue)
    with reading_scope() as session:
        found = find_cases(session, wanted, day_shown(), limit=limit, offset=offset)
    return s.Cases(total=found.total, cases=[s.Case.model_validate(line) for line in found.lines])


def case(reference: Annotated[s.Reference, Path()]) -> s.CaseWhole:
    """One case with its plan and timeline. That it was read is kept."""
    with reading_scope() as session:
        view = case_of(session, reference, day_shown())
    if view is None:
        raise HTTPException(404, f"There is no case {reference}.")
    return s.CaseWhole(
        **s.Case.model_validate(view.line).model_dump(),
        evidence=view.evidence,
        reason=view.reason,
        starts_on=view.starts_on,
        ends_on=view.ends_on,
        spent_pence=view.spent_pence,
        released_pence=view.released_pence,
        measures=[s.Measure.model_validate(one) for one in view.measures],
        timeline=[s.Event.model_validate(one) for one in view.timeline],
    )


def priorities(
    la: Annotated[int | None, Query(ge=1, le=999, description="A local authority's code; the council's own.")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> list[s.Priority]:
    """The ranked priorities of a local authority, the council's own unless said."""
    with reading_scope() as session:
        found = ranked(session, la if la is not None else int(settings().area))
    return [s.Priority.model_validate(one) for one in found[offset : offset + limit]]


def outbox() -> s.OutboxSummary:
    """What waits in the outbox, and what went wrong."""
    with reading_scope() as session:
        return s.OutboxSummary(states=how_many(session))


def fund() -> list[s.FundYear]:
    """The Fund, year by year."""
    with reading_scope() as session:
        return [s.FundYear.model_validate(one) for one in fund_years(session)]


def commission(wanted: s.CommissionWanted, request: Request, response: Response) -> s.Run:
    """Ask for a commissioning run. It is kept at once and carried out by Prefect; follow it at `Location`."""
    given = wanted.model_dump(exclude={"key"})
    number = keep("commission", given, wanted.key, request.state.actor)
    dispatch()
    response.headers["Location"] = f"/api/v1/runs/{number}"
    return _run(number)


def run(number: Annotated[int, Path(ge=1, le=2**31 - 1)]) -> s.Run:
    """How a run stands."""
    return _run(number)


def answer(given: s.AnswerGiven) -> s.AnswerTaken:
    """Take the answer of a school or provider, as its link would: for a helpdesk."""
    with session_scope() as session:
        taken = answers.answer(desk_for(session, day_shown()), given.token, given.answer)
    return s.AnswerTaken(reference=taken.reference, state=taken.state.value)


def _run(number: int) -> s.Run:
    with reading_scope() as session:
        found = run_view(session, number)
    if found is None:
        raise HTTPException(404, f"There is no run {number}.")
    reference = found.cases[0].reference if found.state is RunRequestState.DONE and len(found.cases) == 1 else None
    return s.Run(
        number=found.number,
        flow=found.flow,
        state=found.state.value,
        said=found.said,
        asked_at=found.asked_at,
        reference=reference,
    )
