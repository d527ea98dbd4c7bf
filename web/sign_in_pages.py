"""Signing in by a one-time link, choosing somebody in a demo, and signing out."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from casework import attempts, links, sign_in_links
from casework.attempts import ASKED_FOR_ADDRESS, ASKED_FROM_HERE
from casework.desk import desk_for
from config import clock
from config.database import reading_scope, session_scope
from config.settings import settings
from models.contacts import Contact
from models.sign_in import SignInBy
from queries import staff
from rules.staff import own_path
from tasks.at_once import deliver_at_once
from web.safety import form_token, is_form_token
from web.templating import page
from web.visitors import SESSION, begin, client_of, cookie_name, finish, forget, keep

GO_ON_TO = "sib-next"
LONGEST_ADDRESS = 200


async def sign_in(request: Request) -> Response:
    """Ask for a link. The answer is the same whether the address is known or not, and comes as quickly."""
    if request.method != "POST":
        return _ask(request)
    given = await _given(request)
    email = given.get("email", "").strip().lower()
    if "@" not in email or len(email) > LONGEST_ADDRESS or any(sign.isspace() or ord(sign) < 32 for sign in email):
        return _ask(request, 422, email, "Enter your e-mail address, like name@council.gov.uk")
    from_here, for_address = await run_in_threadpool(_count, client_of(request), email)
    if not from_here:
        return page(request, "stopped.html", 429, title="Too many links", line="Wait a quarter of an hour.", is_in=True)
    if for_address:
        _afterwards(request, email)
    lines = (
        "If we know the address, we have sent a link to sign in.",
        f"It works once, for {settings().sign_in_link_minutes} minutes.",
        "Nothing came? Look among the unwanted mail, or ask again in a while.",
    )
    response = page(request, "message.html", title="Check your e-mail", lines=lines)
    keep(response, GO_ON_TO, _next(request), _lasts())
    return response


async def by_link(request: Request) -> Response:
    """The page behind the link: it asks to confirm, because mail programs open links too; its button signs in."""
    token = request.path_params["token"]
    name = await run_in_threadpool(_name_of, token)
    if name is None:
        return _used_up(request)
    if request.method != "POST":
        return page(request, "sign_in_confirm.html", name=name, token=token, form_token=form_token(token))
    given = await _given(request)
    if not is_form_token(token, given.get("form_token", "")):
        return page(request, "sign_in_confirm.html", 403, name=name, token=token, form_token=form_token(token))
    contact_id = await run_in_threadpool(_use, token)
    if contact_id is None:
        return _used_up(request)
    return await signed_in_as(request, contact_id, SignInBy.LINK, request.cookies.get(cookie_name(GO_ON_TO), "/"))


async def demo(request: Request) -> Response:
    """Choose somebody of a demo; there is no such page anywhere else."""
    if not settings().demo:
        return page(request, "message.html", 404, title="Page not found", lines=("There is none outside a demo.",))
    people = await run_in_threadpool(_everybody)
    if request.method == "POST":
        chosen = (await _given(request)).get("person", "")
        if chosen in {str(one.contact_id) for one in people}:
            return await signed_in_as(request, int(chosen), SignInBy.DEMO, _next(request))
        return _choose(request, people, 422)
    return _choose(request, people)


async def sign_out(request: Request) -> Response:
    """End the session, here and in the database."""
    await run_in_threadpool(finish, request)
    response = RedirectResponse("/sign-in", status_code=303)
    forget(response, SESSION)
    return response


async def signed_in_as(request: Request, contact_id: int, how: SignInBy, go_on_to: str) -> Response:
    """Open a session and go on to where the person wanted to go: to a page of ours, whatever was asked for."""
    token = await run_in_threadpool(begin, request, contact_id, how)
    response = RedirectResponse(own_path(go_on_to), status_code=303)
    keep(response, SESSION, token, timedelta(hours=settings().session_hours))
    forget(response, GO_ON_TO)
    return response


def _ask(request: Request, status: int = 200, given: str = "", error: str = "") -> Response:
    return page(
        request,
        "sign_in.html",
        status,
        given=given,
        error=error,
        openid=settings().openid_issuer is not None,
        next_query=_next_query(request),
    )


def _choose(request: Request, people: list[staff.Staff], status: int = 200) -> Response:
    shown = [
        {"contact_id": one.contact_id, "name": one.name, "said": ", ".join(sorted(role.value for role in one.roles))}
        for one in people
    ]
    return page(
        request,
        "sign_in_demo.html",
        status,
        people=shown,
        error="Select whom to be" if status != 200 else "",
        next_query=_next_query(request),
    )


def _used_up(request: Request) -> Response:
    return page(
        request,
        "stopped.html",
        404,
        title="This link does not work any more",
        line="A link to sign in works once, and not for long. Ask for a new one.",
        is_in=False,
    )


def _afterwards(request: Request, email: str) -> None:
    """Make and send the mail when the answer is on its way: how long that takes would tell who is known."""
    errand = asyncio.create_task(run_in_threadpool(_send, email))
    request.app.state.errands.add(errand)
    errand.add_done_callback(request.app.state.errands.discard)


def _send(email: str) -> None:
    with session_scope() as session:
        message_id = sign_in_links.mail(desk_for(session, clock.today()), email, lasts=_lasts())
    if message_id is not None:
        deliver_at_once(message_id, clock.now())


def _count(client: str, email: str) -> tuple[bool, bool]:
    """Count one request for a link: whether it is within the limit of its sender, and of its address."""
    key, now = settings().link_key(), clock.now()
    with session_scope() as session:
        return (
            attempts.count(session, ASKED_FROM_HERE, client, key=key, now=now),
            attempts.count(session, ASKED_FOR_ADDRESS, email, key=key, now=now),
        )


def _name_of(token: str) -> str | None:
    with reading_scope() as session:
        link = links.find(session, token)
        if link is None or not sign_in_links.is_open(link, now=clock.now(), lasts=_lasts()):
            return None
        return session.get_one(Contact, link.contact_id).name


def _use(token: str) -> int | None:
    with session_scope() as session:
        contact_id = sign_in_links.use(session, token, now=clock.now(), lasts=_lasts())
        if contact_id is None or staff.by_contact(session, contact_id, clock.today()) is None:
            return None
        return contact_id


def _everybody() -> list[staff.Staff]:
    with reading_scope() as session:
        return staff.everybody(session, clock.today())


def _lasts() -> timedelta:
    return timedelta(minutes=settings().sign_in_link_minutes)


def _next(request: Request) -> str:
    return own_path(request.query_params.get("next", "/"))


def _next_query(request: Request) -> str:
    there = _next(request)
    return "" if there == "/" else f"?next={quote(there, safe='')}"


async def _given(request: Request) -> Mapping[str, str]:
    form = await request.form()
    return {key: value for key, value in form.multi_items() if isinstance(value, str)}
