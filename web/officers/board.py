"""The Board: the next meeting with its agenda and papers, what was decided and how, who came."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casework import attendance, decisions, packs
from casework.board_meetings import meeting_named
from casework.desk import Desk, desk_for
from casework.lifecycle import locked
from config.database import reading_scope
from config.settings import settings
from models.board import Decision, Meeting, Presence, VoteChoice
from papers.drawing import Part, pack_html
from queries import board as seen
from queries.case_list import ids_of
from queries.meeting import (
    MeetingView,
    attendance_rows,
    every_attendance,
    meeting_by_code,
    meeting_view,
    next_or_latest,
)
from rules.errors import Refused
from web.acting import act, guard_of, sent
from web.exports import KINDS as KINDS_OF_FILE
from web.exports import file_of, no_such_file
from web.fields import Field, Kind, read_fields
from web.forms import FormErrors
from web.reading import day_shown, read
from web.templating import page

LAST_HELD = 7
KINDS = (
    ("confirm-priority", "Confirm a priority"),
    ("reject-priority", "Reject a priority"),
    ("approve-plan", "Approve a plan"),
    ("recommission", "Commission support again"),
    ("end-case", "End a case"),
    ("note", "Note something"),
)
PRESENCE = (
    (Presence.PRESENT, "Present"),
    (Presence.SUBSTITUTE, "Substitute came"),
    (Presence.APOLOGIES, "Apologies"),
    (Presence.ABSENT, "Absent"),
)
SEATS_SAID = {
    "present": "Present",
    "coming": "Coming",
    "substitute": "A substitute",
    "apologies": "Apologies",
    "absent": "Absent",
    "": "No reply yet",
}
VOTES = (
    (VoteChoice.FOR, "For"),
    (VoteChoice.AGAINST, "Against"),
    (VoteChoice.ABSTAIN, "Abstains"),
    (VoteChoice.CONFLICTED, "Has an interest"),
)
TEXT = Field("text", "What is decided", Kind.LONG, "As the minutes will say it.", "Enter what is decided")


async def next_meeting(request: Request) -> Response:
    """The next meeting, or the one that the address names."""
    view = await _view(request)
    as_of = day_shown()
    if view is None:
        return page(request, "board_none.html")
    return page(
        request,
        "board.html",
        view=view,
        meetings=await read(seen.meetings),
        stages=await read(lambda session: seen.expertise(session, as_of, settings().policy.board.stages)),
        seats_said=SEATS_SAID,
        done=DONE.get(request.query_params.get("done", ""), ""),
        guard=guard_of(request),
        as_of=as_of,
    )


DONE = {
    "attendance": "Who came is recorded.",
    "decision": "The decision is recorded, and carried out.",
    "papers": "The papers are made, and the members are told.",
}


async def papers(request: Request) -> Response:
    """The papers of a meeting, as they were made; a form makes them anew."""
    view = await _view(request)
    if view is None:
        return _no_meeting(request)
    if request.method == "POST":
        try:
            came = await sent(request)
            if came.given.get("do") != "make":
                raise FormErrors({"form": "Open the meeting and press the button there."})
            await act(request, lambda desk: packs.make(desk, _meeting(desk, view)))
        except FormErrors as wrong:
            return page(request, "message.html", 422, title="No papers were made", lines=tuple(wrong.errors.values()))
        return RedirectResponse(f"/board/{view.code}?done=papers", status_code=303)

    def drawn() -> str | None:
        with reading_scope() as session:
            desk = desk_for(session, day_shown())
            try:
                return pack_html(packs.newest(desk, _meeting(desk, view)), Part.ALL, nonce=request.state.nonce)
            except Refused:
                return None

    html = await read(lambda _session: drawn())
    return HTMLResponse(html) if html else _no_meeting(request)


async def decide(request: Request) -> Response:
    """Record a decision of a meeting that was held, with each member's vote; or ratify a delegated one."""
    view = await _view(request)
    if view is None:
        return _no_meeting(request)
    there = [seat for seat in view.seats if seat.presence in ("present", "substitute")]
    people = tuple((str(seat.member_id), seat.name) for seat in there)
    matters = (*((f"ratify:{one.id}", f"Ratify: {one.text}") for one in view.ratify), *KINDS)
    fields = (
        Field("kind", "What for", Kind.LIST, "", "Select what the decision is for", matters),
        Field("reference", "Case", Kind.TEXT, "Such as SIB-2026-014. Empty for a note of the Board's own.", most=40),
        TEXT,
        Field("mover", "Moved by", Kind.LIST, "", "Select who moved it", people),
        Field("seconder", "Seconded by (optional)", Kind.LIST, "", "", people),
    )
    given: Mapping[str, str] = {"reference": request.query_params.get("case", "")[:40]}
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            came = await sent(request)
            given = came.given
            values = read_fields(fields, given)
            votes = _votes(given, [seat.member_id for seat in there])
            await act(request, lambda desk: _decide(desk, view, values, votes, agreed=_is_agreed(given)))
        except FormErrors as wrong:
            errors = wrong.errors
        else:
            return RedirectResponse(f"/board/{view.code}?done=decision", status_code=303)
    return page(
        request,
        "decide.html",
        422 if errors else 200,
        view=view,
        fields=fields,
        there=there,
        votes=VOTES,
        given=given,
        errors=errors,
        guard=guard_of(request),
    )


async def attendance_list(request: Request) -> Response:
    """Who came to the meetings that were held, and the Chair's letters to groups."""
    meetings = [one for one in await read(seen.meetings) if one.state != "cancelled"]
    held = [one for one in meetings if one.state == "held"][-LAST_HELD:]
    found = await read(lambda session: [meeting_by_code(session, one.academic_year, one.number) for one in held])
    ids = [one.id for one in found if one is not None]
    as_of = day_shown()
    return page(
        request,
        "attendance.html",
        held=list(zip(ids, held, strict=True)),
        rows=await read(lambda session: attendance_rows(session, ids)),
        to_record=[one for one in meetings if one.state == "planned" and one.day <= as_of],
        letters=await read(seen.group_letters),
        words={one.value: text for one, text in PRESENCE},
    )


async def meeting_file(request: Request) -> Response:
    """Every meeting as a file."""
    kind = request.path_params["kind"]
    if kind not in KINDS_OF_FILE:
        return no_such_file(request)
    rows = (
        (one.day, one.code, f"{one.starts_at:%H:%M}", one.minutes_long, one.place, one.state)
        for one in await read(seen.meetings)
    )
    return file_of(kind, "meetings", ("Day", "Meeting", "Begins", "Minutes long", "Place", "State"), rows)


async def attendance_file(request: Request) -> Response:
    """Who came to every meeting there has been, as a file: a row a member and meeting."""
    kind = request.path_params["kind"]
    if kind not in KINDS_OF_FILE:
        return no_such_file(request)
    words = {one.value: text for one, text in PRESENCE}
    rows = (
        (one.day, one.code, one.member, one.group, words[one.presence], one.substitute)
        for one in await read(every_attendance)
    )
    return file_of(kind, "attendance", ("Day", "Meeting", "Member", "Group", "Attendance", "Who came instead"), rows)


async def record_attendance(request: Request) -> Response:
    """Record, or correct, who came to a meeting."""
    view = await _view(request)
    if view is None:
        return _no_meeting(request)
    given = {f"m{seat.member_id}": seat.presence for seat in view.seats if seat.presence}
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            came = await sent(request)
            given = dict(came.given)
            known = {one.value for one, _ in PRESENCE}
            for seat in view.seats:
                if given.get(f"m{seat.member_id}") not in known:
                    errors[f"m{seat.member_id}"] = f"Select whether {seat.name} came"
            if errors:
                raise FormErrors(errors)
            taken = {seat.member_id: attendance.Seat(Presence(given[f"m{seat.member_id}"])) for seat in view.seats}
            await act(request, lambda desk: attendance.record(desk, _meeting(desk, view), taken))
        except FormErrors as wrong:
            errors = wrong.errors
        else:
            return RedirectResponse(f"/board/{view.code}?done=attendance", status_code=303)
    return page(
        request,
        "attend.html",
        422 if errors else 200,
        view=view,
        choices=PRESENCE,
        given=given,
        errors=errors,
        guard=guard_of(request),
    )


async def _view(request: Request) -> MeetingView | None:
    year, number = request.path_params.get("year"), request.path_params.get("number")

    def found() -> MeetingView | None:
        with reading_scope() as session:
            if year is None:
                meeting = next_or_latest(session, day_shown())
            else:
                meeting = meeting_by_code(session, year, number) if number is not None and number < 100 else None
            return meeting_view(session, meeting) if meeting is not None else None

    return await read(lambda _session: found())


def _meeting(desk: Desk, view: MeetingView) -> Meeting:
    return meeting_named(desk, view.code)


def _decide(
    desk: Desk, view: MeetingView, values: dict[str, str | None], votes: dict[int, VoteChoice], *, agreed: bool
) -> None:
    motion = decisions.Motion(
        text=values["text"] or "",
        mover_id=int(values["mover"] or 0),
        seconder_id=int(values["seconder"]) if values["seconder"] else None,
        votes=votes,
        agreed=agreed,
    )
    kind, reference = values["kind"] or "", values["reference"]
    if kind.startswith("ratify:"):
        decisions.ratify(desk, _meeting(desk, view), desk.session.get_one(Decision, int(kind[7:])), motion)
        return
    case = None
    if reference:
        numbers = ids_of(desk.session, [reference.strip().upper()])
        if not numbers:
            raise Refused(f"There is no case {reference}.")
        case = locked(desk, next(iter(numbers.values())))
    decisions.decide(desk, _meeting(desk, view), kind, motion, case)


def _is_agreed(given: Mapping[str, str]) -> bool:
    """Whether everybody present votes for it unless another vote is said; an interest takes the vote all the same."""
    return given.get("agreed") == "yes"


def _votes(given: Mapping[str, str], there: list[int]) -> dict[int, VoteChoice]:
    """The votes that were said: every one of them has to be, unless the rest is agreed."""
    known = {one.value for one, _ in VOTES}
    if _is_agreed(given):
        there = [one for one in there if given.get(f"v{one}")]
    missing = {f"v{one}": "Select how they voted" for one in there if given.get(f"v{one}") not in known}
    if missing:
        raise FormErrors(missing)
    return {one: VoteChoice(given[f"v{one}"]) for one in there}


def _no_meeting(request: Request) -> Response:
    lines = ("There is no such meeting, or it has no papers yet.",)
    return page(request, "message.html", 404, title="Meeting not found", lines=lines)
