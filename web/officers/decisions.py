"""The Board's decisions as a list: searched, filtered by how they stand, and as a file."""

from starlette.requests import Request
from starlette.responses import Response

from queries import board as seen
from queries.decisions import DecisionLine
from queries.decisions import decisions as every_decision
from rules.agenda import done_of
from web.exports import KINDS, file_of, no_such_file
from web.listing import A_PAGE, Asked, Pages, asked_of, within
from web.officers.board import LAST_HELD
from web.reading import read
from web.templating import page

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
    """Every decision with its votes, the newest first."""
    asked, found = await _decisions(request)
    asked = within(asked, len(found))
    return page(
        request,
        "decisions.html",
        lines=found[asked.offset : asked.offset + A_PAGE],
        pages=Pages(asked, len(found)),
        asked=asked,
        states=STATES,
        meetings=[one for one in await read(seen.meetings) if one.state == "held"][::-1][:LAST_HELD],
    )


async def decision_file(request: Request) -> Response:
    """The same list as a file."""
    kind = request.path_params["kind"]
    if kind not in KINDS:
        return no_such_file(request)
    _, found = await _decisions(request)
    return file_of(
        kind,
        "decisions",
        HEADINGS,
        (
            (
                *(one.decided_on, done_of(one.kind), one.text, one.reference, STATES.get(one.state, one.state)),
                *(one.meeting, one.settled_on, one.in_favour, one.against, one.abstained, one.conflicted),
            )
            for one in found
        ),
    )


async def _decisions(request: Request) -> tuple[Asked, list[DecisionLine]]:
    asked = asked_of("/board/decisions", request.query_params, ("search", "state"), ("day",), "day")
    state, search = asked.get("state"), asked.get("search")
    return asked, await read(lambda session: every_decision(session, state=state, search=search))
