"""The Board's pages behind links: an invitation to answer, a letter to send, papers to read, minutes to stop.

GET and HEAD change nothing, ever: mail programs and scanners follow links. Each form needs a deliberate act.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import sqlalchemy as sa
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from casework import attendance, board_letters, circulation, composing, invitations, links
from casework.desk import Desk, desk_for
from config import clock
from config.database import session_scope
from config.settings import settings
from mail.catalogue import context_of
from mail.rendering import digest_item
from models.board import (
    BoardMember,
    GroupLetter,
    GroupLetterState,
    Meeting,
    MeetingReply,
    MeetingState,
    NominatingGroup,
    ReplyChoice,
)
from models.board_papers import MinutesSubscription
from models.contacts import Contact
from models.links import Link, LinkPurpose
from queries.board import members_on, substitutes_on
from queries.people import Person
from rules.errors import Refused
from web.safety import form_token, is_form_token
from web.templating import page

ONE_CLICK = "List-Unsubscribe"


@dataclass(frozen=True, slots=True)
class BoardLinkView:
    """What a page of the Board's shows. `answered` says what was answered; with `is_over` nothing can be any more."""

    heading: str
    person: str
    day: date | None = None
    starts_at: time | None = None
    place: str = ""
    substitutes: tuple[tuple[str, str], ...] = ()
    group: str = ""
    paragraphs: tuple[str, ...] = ()
    correspondent: str = ""
    answered: str = ""
    is_over: bool = False
    reference: str = ""
    officer: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of link: its page, what it shows, and what its form does."""

    purpose: LinkPurpose
    template: str
    view: Callable[[Desk, Link], BoardLinkView]
    take: Callable[[Desk, Link, Mapping[str, str]], dict[str, str]]


async def meeting(request: Request) -> Response:
    """Say whether one comes to a meeting, or who comes instead."""
    return await _serve(request, _MEETING)


async def group_letter(request: Request) -> Response:
    """The Chair reads a draft to a group, and sends it."""
    return await _serve(request, _LETTER)


async def stop_minutes(request: Request) -> Response:
    """Take oneself off the list of who is sent the minutes: with one click of a mail program (RFC 8058), or here."""
    return await _serve(request, _STOP)


async def _serve(request: Request, kind: _Kind) -> Response:
    token = request.path_params["token"]
    view = await run_in_threadpool(_view, token, kind)
    if view is None:
        return page(request, "gone.html", 404, token=token)
    if request.method != "POST":
        done = view.is_over or "sent" in request.query_params
        return _show(request, "board_answered.html" if done else kind.template, token, view)
    form = await request.form()
    given = {key: value for key, value in form.multi_items() if isinstance(value, str)}
    if kind is _STOP and given.get(ONE_CLICK) == "One-Click":
        await run_in_threadpool(_take, token, kind, given)
        return PlainTextResponse("You get no more minutes.")
    if not is_form_token(token, given.get("form_token", "")):
        return _show(request, kind.template, token, view, 403, given, {"form": "Send the form from this page again."})
    errors = await run_in_threadpool(_take, token, kind, given)
    if errors:
        return _show(request, kind.template, token, view, 422, given, errors)
    return RedirectResponse(f"{request.url.path}?sent", status_code=303)


def _view(token: str, kind: _Kind) -> BoardLinkView | None:
    """What the page shows; None for a link that is not there, not open, or of another kind: all look the same."""
    with session_scope() as session:
        desk = _desk(session, "system")
        link = links.find(session, token)
        if link is None or link.purpose is not kind.purpose or not links.is_open(link, desk.as_of):
            return None
        return kind.view(desk, link)


def _take(token: str, kind: _Kind, given: Mapping[str, str]) -> dict[str, str]:
    """Do what a posted form asks for; the errors to show, none when it is done."""
    try:
        with session_scope() as session:
            link = links.find(session, token)
            if link is None:
                return {"form": "This link is no longer open."}
            desk = _desk(session, f"contact:{link.contact_id}")
            errors = kind.take(desk, link, given)
            session.flush()
            composing.compose(desk, [])
            return errors
    except Refused as refused:
        return {"form": str(refused)}


# ---------------------------------------------------------------- an invitation


def _see_meeting(desk: Desk, link: Link) -> BoardLinkView:
    found = desk.session.get_one(Meeting, link.subject_id)
    member = _member(desk, link, found)
    reply = (
        desk.session.scalars(
            sa.select(MeetingReply).where(MeetingReply.meeting_id == found.id, MeetingReply.member_id == member.id)
        ).one_or_none()
        if member is not None
        else None
    )
    said = {
        ReplyChoice.COMING: "You said that you are coming.",
        ReplyChoice.SUBSTITUTE: "You said that your substitute is coming.",
        ReplyChoice.APOLOGIES: "You sent your apologies.",
    }
    over = found.state is not MeetingState.PLANNED or desk.as_of > found.day or member is None
    stand_ins = substitutes_on(desk.session, found.day).get(member.id, []) if member is not None else []
    return BoardLinkView(
        heading=f"Board meeting: {board_letters.meeting_words(found)}",
        person=link.contact.name,
        day=found.day,
        starts_at=found.starts_at,
        place=found.place,
        substitutes=tuple((str(one.id), one.name) for one in stand_ins),
        answered="The meeting was cancelled." if found.state is MeetingState.CANCELLED
        else said[reply.choice] if reply else "This meeting can no longer be answered." if over else "",
        is_over=over,
        **_signed(desk),
    )  # fmt: skip


def _answer_meeting(desk: Desk, link: Link, given: Mapping[str, str]) -> dict[str, str]:
    found = desk.session.get_one(Meeting, link.subject_id)
    member = _member(desk, link, found)
    if member is None:
        return {"form": "You are not on the Board on the day of this meeting."}
    choice = given.get("choice", "")
    if choice not in {one.value for one in ReplyChoice}:
        return {"choice": "Select whether you are coming"}
    wanted = given.get("substitute", "")
    substitute = desk.session.get(Contact, int(wanted)) if wanted.isdigit() else None
    invitations.reply(
        desk,
        found,
        member,
        ReplyChoice(choice),
        substitute=substitute if choice == ReplyChoice.SUBSTITUTE else None,
        note=given.get("note", "")[:2000],
        by=desk.actor,
    )
    return {}


def _member(desk: Desk, link: Link, found: Meeting) -> BoardMember | None:
    return next((one for one in members_on(desk.session, found.day) if one.contact_id == link.contact_id), None)


# ---------------------------------------------------------------- a letter


def _see_letter(desk: Desk, link: Link) -> BoardLinkView:
    letter = desk.session.get_one(GroupLetter, link.subject_id)
    group = desk.session.get_one(NominatingGroup, letter.group_id)
    correspondent = desk.session.get(Contact, group.contact_id) if group.contact_id else None
    answered = {
        GroupLetterState.DRAFT: "",
        GroupLetterState.SENT: "The letter was sent.",
        GroupLetterState.WITHDRAWN: "The letter is no longer needed: the attendance was corrected.",
    }[letter.state]
    return BoardLinkView(
        heading=f"Letter to {group.name}",
        person=link.contact.name,
        group=group.name,
        paragraphs=_as_it_will_read(desk, letter, link.contact),
        correspondent=correspondent.name if correspondent else "",
        answered=answered,
        is_over=bool(answered),
        **_signed(desk),
    )


def _as_it_will_read(desk: Desk, letter: GroupLetter, chair: Contact) -> tuple[str, ...]:
    """The letter's own words, out of the template that is sent."""
    reader = Person(contact_id=0, name="", first_name="", email="", phone=None)
    drafted = board_letters.to_the_group(desk, letter, reader, chair.name)
    return digest_item(context_of(drafted.template, drafted.context)).said


def _send_letter(desk: Desk, link: Link, given: Mapping[str, str]) -> dict[str, str]:
    if given.get("choice") != "send":
        return {"choice": "Select that you want to send the letter"}
    attendance.send_letter(desk, link.subject_id, link.contact.name)
    return {}


# ---------------------------------------------------------------- the minutes


def _see_subscription(desk: Desk, link: Link) -> BoardLinkView:
    found = desk.session.get_one(MinutesSubscription, link.subject_id)
    return BoardLinkView(
        heading="Stop getting the minutes",
        person=link.contact.name,
        answered="You get no more minutes." if found.ends_on is not None else "",
        is_over=found.ends_on is not None,
        **_signed(desk),
    )


def _stop(desk: Desk, link: Link, _given: Mapping[str, str]) -> dict[str, str]:
    if link.purpose is not LinkPurpose.MINUTES:
        return {"form": "This link is for something else."}
    circulation.unsubscribe(desk, link.subject_id)
    return {}


_MEETING = _Kind(LinkPurpose.MEETING, "board_meeting.html", _see_meeting, _answer_meeting)
_LETTER = _Kind(LinkPurpose.GROUP_LETTER, "board_letter.html", _see_letter, _send_letter)
_STOP = _Kind(LinkPurpose.MINUTES, "board_stop.html", _see_subscription, _stop)


def _show(
    request: Request,
    template: str,
    token: str,
    view: BoardLinkView,
    status: int = 200,
    given: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Response:
    return page(
        request,
        template,
        status,
        view=view,
        token=token,
        form_token=form_token(token),
        given=given or {},
        errors=errors or {},
    )


def _signed(desk: Desk) -> dict[str, Any]:
    return {
        "reference": desk.council.service,
        "officer": f"{desk.council.service} team",
        "phone": desk.council.phone,
    }


def _desk(session: Any, actor: str) -> Desk:
    return desk_for(session, settings().today or clock.today(), actor=actor)
