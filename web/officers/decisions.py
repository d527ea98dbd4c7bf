"""The Board's decisions as a list: searched, filtered by how they stand, sorted, and as a file."""

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from queries import board as seen
from queries.decisions import SORTS, DecisionsFound, find_decisions
from rules.agenda import done_of
from web.exports import AT_MOST, KINDS, file_of, no_such_file
from web.listing import A_PAGE, Asked, Pages, asked_of, within
from web.officers.board import LAST_HELD
from web.reading import read
from web.templating import page

FILTERS = ("search", "state")
STATES = {
    "decided": "Decided",
    "delegated": "To be ratified",
    "ratified": "Ratified",
    "reversed": "Reversed",
    "lost": "Lost",
}
HEADINGS = (
    *("Day", "Decision", "Text", "Case", "State", "Meeting", "Settled on"),
    *("For", "Against", "Abstained", "With an interest"),
)


async def decision_list(request: Request) -> Response:
    """Every decision with its votes, the newest first unless the address says otherwise."""
    asked = _asked(request)
    found = await read(lambda session: _found(session, asked, A_PAGE, asked.offset))
    if found.total and not found.lines:
        asked = within(asked, found.total)
        found = await read(lambda session: _found(session, asked, A_PAGE, asked.offset))
    return page(
        request,
        "decisions.html",
        lines=found.lines,
        pages=Pages(asked, found.total),
        asked=asked,
        states=STATES,
        meetings=[one for one in await read(seen.meetings) if one.state == "held"][::-1][:LAST_HELD],
    )


async def decision_file(request: Request) -> Response:
    """The same list as a file."""
    kind = request.path_params["kind"]
    if kind not in KINDS:
        return no_such_file(request)
    asked = _asked(request)
    found = await read(lambda session: _found(session, asked, AT_MOST))
    return file_of(
        kind,
        "decisions",
        HEADINGS,
        (
            (
                *(one.decided_on, done_of(one.kind), one.text, one.reference, STATES.get(one.state, one.state)),
                *(one.meeting, one.settled_on, one.in_favour, one.against, one.abstained, one.conflicted),
            )
            for one in found.lines
        ),
    )


def _asked(request: Request) -> Asked:
    return asked_of("/board/decisions", request.query_params, FILTERS, SORTS, "day", newest_first=True)


def _found(session: Session, asked: Asked, limit: int, offset: int = 0) -> DecisionsFound:
    return find_decisions(
        session,
        state=asked.get("state"),
        search=asked.get("search"),
        sort=asked.sort,
        descending=asked.descending,
        limit=limit,
        offset=offset,
    )
