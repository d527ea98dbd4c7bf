"""Minutes as they are written: a draft from what was recorded, edited, agreed, published for good."""

from collections.abc import Callable

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from casework import minutes
from casework.board_meetings import meeting_named
from casework.desk import Desk
from models.board import Meeting
from queries.board import meetings
from queries.meeting import MeetingView, meeting_by_code, meeting_view
from queries.minutes import every_version
from rules.errors import Refused
from web.acting import Sent, act, guard_of, sent
from web.exports import KINDS, file_of, no_such_file
from web.forms import FormErrors
from web.reading import read
from web.templating import page

DONE = {
    "draft": "The minutes are drafted from what was recorded.",
    "edit": "The draft is kept.",
    "agree": "The minutes are agreed.",
    "reopen": "The minutes are a draft again.",
    "publish": "The minutes are published, and go to everybody on the list.",
    "correct": "A correction is begun: edit it, then have it agreed and published.",
}


async def minutes_to_write(request: Request) -> Response:
    """Every meeting that was held, and where its minutes stand."""
    newest = {one.code: one for one in await read(every_version)}
    held = [one for one in await read(meetings) if one.state == "held"]
    return page(request, "minutes_written.html", held=[(one, newest.get(one.code)) for one in held[::-1]])


async def minutes_file(request: Request) -> Response:
    """The same list as a file."""
    kind = request.path_params["kind"]
    if kind not in KINDS:
        return no_such_file(request)
    newest = {one.code: one for one in await read(every_version)}
    held = [one for one in await read(meetings) if one.state == "held"]
    rows = (
        (meeting.day, meeting.code, one.state if one else "not written", one.version if one else None)
        for meeting, one in ((meeting, newest.get(meeting.code)) for meeting in held[::-1])
    )
    return file_of(kind, "minutes", ("Day", "Meeting", "Minutes", "Version"), rows)


async def write_minutes(request: Request) -> Response:
    """The minutes of one meeting: the text, and what may be done with it as it stands."""
    year, number = request.path_params["year"], request.path_params["number"]
    view = await read(lambda session: _view(meeting_by_code(session, year, number), session))
    if view is None:
        return page(request, "message.html", 404, title="Meeting not found", lines=("There is no such meeting.",))
    errors: dict[str, str] = {}
    text = view.markdown
    if request.method == "POST":
        try:
            came = await sent(request)
            text = came.given.get("text", text)
            what = came.given.get("do", "")
            if what not in _ACTS:
                raise FormErrors({"form": "Choose one of the buttons."})
            await act(request, lambda desk: _ACTS[what](desk, meeting_named(desk, view.code), came))
        except FormErrors as wrong:
            errors = wrong.errors
        else:
            return RedirectResponse(f"/board/{view.code}/minutes?done={what}", status_code=303)
    return page(
        request,
        "minutes_write.html",
        422 if errors else 200,
        view=view,
        text=text,
        errors=errors,
        done=DONE.get(request.query_params.get("done", ""), ""),
        guard=guard_of(request),
    )


def _view(meeting: Meeting | None, session: Session) -> MeetingView | None:
    return meeting_view(session, meeting) if meeting is not None else None


def _agree(desk: Desk, meeting: Meeting, came: Sent) -> None:
    by = " ".join(came.given.get("by", "").split())
    if not by or len(by) > 200:
        raise Refused("Enter who agreed the minutes, such as the Board at its next meeting.")
    minutes.agree(desk, meeting, by)


_ACTS: dict[str, Callable[[Desk, Meeting, Sent], object]] = {
    "draft": lambda desk, meeting, _came: minutes.draft(desk, meeting),
    "edit": lambda desk, meeting, came: minutes.edit(desk, meeting, came.given.get("text", "").replace("\r\n", "\n")),
    "agree": _agree,
    "reopen": lambda desk, meeting, _came: minutes.reopen(desk, meeting),
    "publish": lambda desk, meeting, _came: minutes.publish(desk, meeting),
    "correct": lambda desk, meeting, came: minutes.correct(desk, meeting, came.given.get("why", "")),
}
