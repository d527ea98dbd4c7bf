"""The outbox: what waits, what went, what went wrong; ticked rows are tried again, held back, released or stopped."""

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casework import escalating, holding
from casework.desk import Desk
from casework.outbox import abort, send_again
from config.settings import settings
from mail.catalogue import for_reading
from mail.rendering import render
from models.messages import MessageState
from queries.outbox import LARGEST_KEY, MessageLine, how_many, message, messages_before, one_line
from web.acting import act, guard_of, sent
from web.exports import AT_MOST, KINDS, file_of, no_such_file
from web.forms import FormErrors
from web.reading import read
from web.reads import saw_case
from web.templating import page

A_PAGE = 50
STATES = tuple(state.value for state in MessageState)
DO = {"retry": "tried again", "hold": "held back", "release": "released", "abort": "stopped", "undo": "undone"}
HEADINGS = ("Number", "Day", "E-mail", "To", "Case", "State", "Attempts", "Sent at (UTC)", "What the server said")


async def outbox_list(request: Request) -> Response:
    """The newest messages, or those before one, of every state or of one."""
    state, search, before = _asked(request)
    lines = await read(lambda session: messages_before(session, before, A_PAGE + 1, state=state, search=search))
    counts = await read(how_many)
    return page(
        request,
        "outbox.html",
        lines=lines[:A_PAGE],
        older=lines[A_PAGE - 1].id if len(lines) > A_PAGE else None,
        before=before,
        state=state or "",
        search=search,
        counts=counts,
        states=STATES,
        guard=guard_of(request),
        done=_done(request),
        errors={},
    )


async def outbox_file(request: Request) -> Response:
    """The newest messages as a file."""
    kind = request.path_params["kind"]
    if kind not in KINDS:
        return no_such_file(request)
    state, search, _ = _asked(request)
    lines = await read(lambda session: messages_before(session, None, AT_MOST, state=state, search=search))
    return file_of(kind, "outbox", HEADINGS, (_cells(line) for line in lines))


async def outbox_do(request: Request) -> Response:
    """Do something with the ticked messages: all of it, or nothing."""
    try:
        came = await sent(request)
        numbers = [int(one) for one in came.every("message") if one.isascii() and one.isdigit() and len(one) < 18]
        what = came.given.get("do", "")
        if what not in DO:
            raise FormErrors({"form": "Choose one of the buttons."})
        if not numbers:
            raise FormErrors({"form": "Tick at least one message first."})
        await act(request, lambda desk: _do(desk, what, numbers[:A_PAGE]))
    except FormErrors as wrong:
        return page(request, "message.html", 422, title="Nothing was changed", lines=tuple(wrong.errors.values()))
    return RedirectResponse(f"/outbox?done={what}&many={len(numbers)}", status_code=303)


async def one_message(request: Request) -> Response:
    """A message: what it says, to whom, and what became of it; the e-mail itself in a frame."""
    number = request.path_params["message"]
    line = await read(lambda session: one_line(session, number))
    if line is None:
        return page(request, "message.html", 404, title="Message not found", lines=(f"There is no message {number}.",))
    made = await read(lambda session: _rendered(session, number))
    assert made is not None
    saw_case(request, *(line.reference or "").split(", "))
    return page(request, "outbox_message.html", line=line, subject=made[0], text=made[1], guard=guard_of(request))


async def message_as_read(request: Request) -> Response:
    """The e-mail as its reader sees it, with its links masked, for the frame."""
    number = request.path_params["message"]
    found = await read(lambda session: _rendered(session, number))
    if found is None:
        return page(request, "message.html", 404, title="Message not found", lines=(f"There is no message {number}.",))
    response = HTMLResponse(found[2])
    # An e-mail carries its styles in attributes; nothing else may be loaded or run by it.
    response.headers["X-Sib-Mail"] = "yes"
    return response


def _asked(request: Request) -> tuple[str | None, str, int | None]:
    query = request.query_params
    state = query.get("state") if query.get("state") in STATES else None
    before = query.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
    return state, query.get("search", "").strip()[:200], number


def _done(request: Request) -> str:
    what, many = request.query_params.get("done", ""), request.query_params.get("many", "")
    if what not in DO or not (many.isascii() and many.isdigit()):
        return ""
    return f"{many} message{'' if many == '1' else 's'} {DO[what]}."


def _do(desk: Desk, what: str, numbers: list[int]) -> None:
    match what:
        case "retry":
            send_again(desk.session, *numbers)
        case "abort":
            abort(desk.session, *numbers)
        case "hold":
            holding.hold(desk.session, numbers, desk.now + holding.LONGEST, desk.now)
        case "undo":
            for number in numbers:
                escalating.undo(desk, number)
        case _:
            holding.release(desk.session, numbers, desk.now)


def _rendered(session: Session, number: int) -> tuple[str, str, str] | None:
    found = message(session, number) if number <= LARGEST_KEY else None
    if found is None:
        return None
    made = render(for_reading(found.template, found.context, settings().base_url))
    return made.subject, made.text, made.html


def _cells(line: MessageLine) -> tuple[object, ...]:
    return (
        *(line.id, line.day, line.template, line.recipient, line.reference, line.state, line.attempts),
        *(line.sent_at, line.response),
    )
