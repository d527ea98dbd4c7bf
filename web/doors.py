"""The one door to every page: it reads the table of routes and lets through whom that names, how that says.

A page behind it need not ask who comes, how often, or from which site a form was sent.
"""

import hmac
from collections.abc import Awaitable, Callable
from importlib import import_module
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from casework import attempts
from casework.attempts import WRONG_LINK
from config import clock
from config.database import reading_scope, session_scope
from config.settings import settings
from web.reads import keep_reads
from web.routes import Rule, Who
from web.templating import page
from web.visitors import Visitor, client_of, look_up, visitor_of

Endpoint = Callable[[Request], Awaitable[Response]]


def route_of(rule: Rule) -> Route:
    """A rule of the table as a route: its page behind the door."""
    module, _, name = rule.page.rpartition(".")
    endpoint: Endpoint = getattr(import_module(f"web.{module}"), name)
    return Route(rule.path, behind(rule, endpoint), methods=list(rule.methods), name=rule.page)


def behind(rule: Rule, endpoint: Endpoint) -> Endpoint:
    """A page behind its door."""
    guard = {Who.OFFICERS: _for_officers, Who.LINK: _for_links}.get(rule.who)

    async def answer(request: Request) -> Response:
        request.state.largest = rule.largest or settings().largest_form
        length = request.headers.get("content-length", "")
        if length.isdecimal() and int(length) > request.state.largest:
            raise HTTPException(413)
        if request.method == "POST" and comes_from_elsewhere(request):
            return _stopped(request, 403, "This form came from another site", "Send the form from our own page.")
        if guard is not None:
            return await guard(rule, endpoint, request)
        if rule.who is Who.ANYBODY:
            _let_in(request, await look_up(request))  # so that its menu is there for who is signed in
        return await endpoint(request)

    return answer


def comes_from_elsewhere(request: Request) -> bool:
    """Whether a browser says that a form was sent by another site's page (Fetch Metadata; RFC 6454, 7).

    What says neither is no browser, and carries nobody's cookies without their will.
    """
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    ours = origin is None or urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()
    return site not in {"same-origin", "none"} or not ours


async def _for_officers(rule: Rule, endpoint: Endpoint, request: Request) -> Response:
    visitor = await look_up(request)
    if visitor is None:
        return _sign_in_first(request)
    _let_in(request, visitor)
    if not rule.may(request.method, visitor.roles, map(str, request.path_params.values())):
        return _stopped(request, 403, "You may not open this page", "Your role does not include it.")
    if request.method == "POST":
        form = await request.form()
        sent = form.get("form_token")
        if not isinstance(sent, str) or not _same(sent, visitor.form_token):
            return _stopped(
                request, 403, "This form is out of date", "Open the page again, and send the form from there."
            )
    response = await endpoint(request)
    await keep_reads(rule, request, response, visitor.actor)
    return response


async def _for_links(_rule: Rule, endpoint: Endpoint, request: Request) -> Response:
    """Somebody who tries links is slowed down; a wrong one looks like one that has expired, and both count."""
    client = client_of(request)
    if await run_in_threadpool(_too_many_wrong_links, client):
        return _stopped(request, 429, "Too many wrong links", "Wait ten minutes, then try again.")
    response = await endpoint(request)
    if response.status_code == 404:
        await run_in_threadpool(_count_wrong_link, client)
    return response


def _let_in(request: Request, visitor: Visitor | None) -> None:
    request.state.visitor = visitor
    request.state.actor = visitor.actor if visitor else ""
    request.state.form_token = visitor.form_token if visitor else ""


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _sign_in_first(request: Request) -> Response:
    if request.method == "POST":
        return _stopped(
            request, 401, "You are signed out", "Nothing was changed. Sign in again, then send the form once more."
        )
    there = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse("/sign-in" if there == "/" else f"/sign-in?next={quote(there, safe='')}", status_code=303)


def _stopped(request: Request, status: int, title: str, line: str) -> Response:
    return page(request, "stopped.html", status, title=title, line=line, is_in=visitor_of(request) is not None)


def _too_many_wrong_links(client: str) -> bool:
    with reading_scope() as session:
        return attempts.too_many(session, WRONG_LINK, client, key=settings().link_key(), now=clock.now())


def _count_wrong_link(client: str) -> None:
    with session_scope() as session:
        attempts.count(session, WRONG_LINK, client, key=settings().link_key(), now=clock.now())
