"""The Board's forms behind links: an invitation to answer, a letter to send, minutes to stop."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import Response

from casework import attendance, board_letters, circulation, invitations
from casework.desk import Desk
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
from web.forms import FormErrors
from web.link_serving import LinkForm, Opened, serve


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


async def meeting(request: Request) -> Response:
    """Say whether one comes to a meeting, or who comes instead."""
    return await serve(request, _MEETING)


async def group_letter(request: Request) -> Response:
    """The Chair reads a draft to a group, and sends it."""
    return await serve(request, _LETTER)


async def stop_minutes(request: Request) -> Response:
    """Take oneself off the list of who is sent the minutes: with one click of a mail program (RFC 8058), or here."""
    return await serve(request, _STOP)


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


def _answer_meeting(opened: Opened[BoardLinkView], given: Mapping[str, str]) -> None:
    desk, link = opened.desk, opened.link
    found = desk.session.get_one(Meeting, link.subject_id)
    member = _member(desk, link, found)
    if member is None:
        raise Refused("You are not on the Board on the day of this meeting.")
    choice = given.get("choice", "")
    if choice not in {one.value for one in ReplyChoice}:
        raise FormErrors({"choice": "Select whether you are coming"})
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


def _send_letter(opened: Opened[BoardLinkView], given: Mapping[str, str]) -> None:
    if given.get("choice") != "send":
        raise FormErrors({"choice": "Select that you want to send the letter"})
    attendance.send_letter(opened.desk, opened.link.subject_id, opened.link.contact.name)


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


def _stop(opened: Opened[BoardLinkView], _given: Mapping[str, str]) -> None:
    circulation.unsubscribe(opened.desk, opened.link.subject_id)


_MEETING = LinkForm((LinkPurpose.MEETING,), "board_meeting.html", "board_answered.html", _see_meeting, _answer_meeting)
_LETTER = LinkForm((LinkPurpose.GROUP_LETTER,), "board_letter.html", "board_answered.html", _see_letter, _send_letter)
_STOP = LinkForm(
    (LinkPurpose.MINUTES,),
    "board_stop.html",
    "board_answered.html",
    _see_subscription,
    _stop,
    one_click="You get no more minutes.",
)


def _signed(desk: Desk) -> dict[str, Any]:
    return {
        "reference": desk.council.service,
        "officer": f"{desk.council.service} team",
        "phone": desk.council.phone,
    }
