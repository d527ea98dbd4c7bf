"""Signing in with the council's own account: there, and back again."""

import hmac
import secrets
from datetime import timedelta

import sqlalchemy as sa
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from casework import attempts
from casework.attempts import OPENID
from casework.sessions import fingerprint
from config import clock
from config.database import session_scope
from config.settings import settings
from models.sign_in import OpenIdRequest, SignInBy
from queries import staff
from rules.staff import own_path
from web import openid
from web.openid import NotSignedIn
from web.sign_in_pages import signed_in_as
from web.templating import page
from web.visitors import client_of, cookie_name, forget, keep

BROWSER = "sib-openid"
LASTS = timedelta(minutes=10)


async def start(request: Request) -> Response:
    """Send the browser to the issuer, and remember what it must bring back."""
    if settings().openid_issuer is None:
        return _stopped(request, "Signing in with a council account is not set up here.", 404)
    browser = secrets.token_urlsafe(32)
    try:
        there = await run_in_threadpool(
            _begin, client_of(request), browser, own_path(request.query_params.get("next", "/"))
        )
    except NotSignedIn as error:
        return _stopped(request, str(error), 503)
    if there is None:
        return _stopped(request, "Too many tries: wait a quarter of an hour.", 429)
    # 303 from a form: the page's own policy lets forms go to this site alone, so a page in between leads on.
    response = page(request, "openid_go.html", there=there)
    keep(response, BROWSER, browser, LASTS)
    return response


async def back(request: Request) -> Response:
    """Take what the issuer sent the browser back with: once, in time, and in the browser that was sent."""
    asked = request.query_params
    browser = request.cookies.get(cookie_name(BROWSER), "")
    try:
        contact_id, go_on_to = await run_in_threadpool(
            _finish, asked.get("state", ""), asked.get("code", ""), asked.get("iss"), browser
        )
    except NotSignedIn as error:
        response = _stopped(request, str(error), 403)
    else:
        response = await signed_in_as(request, contact_id, SignInBy.OPENID, go_on_to)
    forget(response, BROWSER)
    return response


def _begin(client: str, browser: str, go_on_to: str) -> str | None:
    now = clock.now()
    with session_scope() as session:
        if not attempts.count(session, OPENID, client, key=settings().link_key(), now=now):
            return None
    issuer = openid.discover()
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    with session_scope() as session:
        session.execute(sa.delete(OpenIdRequest).where(OpenIdRequest.created_at < now - LASTS))
        session.add(
            OpenIdRequest(
                state_sha256=fingerprint(state),
                browser_sha256=fingerprint(browser),
                nonce=nonce,
                code_verifier=verifier,
                go_on_to=go_on_to,
                created_at=now,
            )
        )
    return openid.address(issuer, state=state, nonce=nonce, verifier=verifier)


def _finish(state: str, code: str, iss: str | None, browser: str) -> tuple[int, str]:
    again = "Start to sign in again: this answer was used already, is too old, or belongs to another browser."
    now = clock.now()
    with session_scope() as session:
        row = session.scalars(
            sa.update(OpenIdRequest)
            .where(
                OpenIdRequest.state_sha256 == fingerprint(state),
                OpenIdRequest.used_at.is_(None),
                OpenIdRequest.created_at > now - LASTS,
            )
            .values(used_at=now)
            .returning(OpenIdRequest)
        ).one_or_none()
        if row is None or not hmac.compare_digest(row.browser_sha256, fingerprint(browser)):
            raise NotSignedIn(again)
        nonce, verifier, go_on_to = row.nonce, row.code_verifier, row.go_on_to
    if not code:
        raise NotSignedIn("You were not signed in there.")
    if iss is not None and iss != settings().openid_issuer:  # RFC 9207: an answer of another issuer
        raise NotSignedIn(again)
    email = openid.email_of(openid.discover(), code=code, nonce=nonce, verifier=verifier)
    with session_scope() as session:
        person = staff.by_email(session, email, clock.today())
    if person is None:
        raise NotSignedIn("Your account is not one of an officer or of a member of the Board.")
    return person.contact_id, go_on_to


def _stopped(request: Request, line: str, status: int) -> Response:
    return page(request, "stopped.html", status, title="You are not signed in", line=line, is_in=False)
