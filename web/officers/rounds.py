"""The round of a half term: who has answered, who has not, what goes next and when."""

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from queries.round import (
    SORTS,
    STANDINGS,
    RoundLine,
    RoundName,
    coming,
    counted,
    how_many,
    next_steps,
    rounds,
    updates_of,
)
from web.exports import AT_MOST, KINDS, file_of, no_such_file
from web.listing import A_PAGE, Asked, Pages, asked_of, within
from web.officers.case_steps import RUNGS
from web.reading import day_shown, read
from web.round_chart import round_chart
from web.templating import page

FILTERS = ("round", "standing", "party")
HEADINGS = ("Case", "URN", "School", "Of", "Who", "Stands", "Due", "Answered", "By", "Last step", "Next step", "Closes")


async def one_round(request: Request) -> Response:
    """The latest round, or the one that the address names."""
    asked, every, chosen = await _asked(request)
    as_of = day_shown()
    if chosen is None:
        return page(request, "round_none.html", coming=await read(coming))
    counts = await read(lambda session: counted(session, chosen.id, as_of))
    total = how_many(counts, asked.get("standing"), asked.get("party"))
    asked = within(asked, total)
    lines = await read(lambda session: _lines(session, chosen, asked, A_PAGE, asked.offset))
    return page(
        request,
        "round.html",
        chosen=chosen,
        every=every,
        lines=lines,
        pages=Pages(asked, total),
        asked=asked,
        standings=STANDINGS,
        chart_shown=round_chart(chosen.name, counts),
        steps=await read(lambda session: next_steps(session, chosen.id)),
        coming=await read(coming),
        rungs=RUNGS,
        as_of=as_of,
    )


async def round_file(request: Request) -> Response:
    """The same list as a file."""
    kind = request.path_params["kind"]
    asked, _, chosen = await _asked(request)
    if kind not in KINDS or chosen is None:
        return no_such_file(request)
    lines = await read(lambda session: _lines(session, chosen, asked, AT_MOST))
    rows = (
        (
            *(one.reference, one.urn, one.school, one.party, one.who, one.standing, one.due_on, one.answered_on),
            *(one.answered_by, one.last_rung, one.next_step_on, one.closes_on),
        )
        for one in lines
    )
    return file_of(kind, "round", HEADINGS, rows)


def _lines(session: Session, chosen: RoundName, asked: Asked, limit: int, offset: int = 0) -> list[RoundLine]:
    return updates_of(
        session,
        chosen.id,
        day_shown(),
        standing=asked.get("standing"),
        party=asked.get("party"),
        sort=asked.sort,
        descending=asked.descending,
        limit=limit,
        offset=offset,
    )


async def _asked(request: Request) -> tuple[Asked, list[RoundName], RoundName | None]:
    asked = asked_of("/round", request.query_params, FILTERS, SORTS, "due")
    every = await read(rounds)
    chosen = next((one for one in every if str(one.id) == asked.get("round")), every[0] if every else None)
    return asked, every, chosen
