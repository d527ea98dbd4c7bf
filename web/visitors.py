"""Who is asking: the person who is signed in in this browser, and the cookies that say so."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from casework import sessions
from casework.sessions import Open
from config import clock
from config.database import reading_scope, session_scope
from config.settings import settings
from models.sign_in import SignInBy
from models.staff import StaffRole

SESSION = "sib"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in. `actor` is what a change or a read is recorded under; `form_token` goes into forms."""

    contact_id: int
    name: str
    roles: frozenset[StaffRole]
    form_token: str

    @property
    def actor(self) -> str:
        """Who did it, as an id."""
        return f"contact:{self.contact_id}"

    def is_any(self, roles: frozenset[StaffRole]) -> bool:
        """Whether the person holds one of these roles: for what a page shows, never instead of the table of routes."""
        return bool(self.roles & roles)


def signed_in(request: Request) -> Visitor:
    """Who is signed in, on an officers' page; anywhere else nobody is, which is a mistake of the page."""
    visitor: Visitor = request.state.visitor
    return visitor


def visitor_of(request: Request) -> Visitor | None:
    """Who is signed in, where anybody may come; None for nobody, and where the door has not asked."""
    found: Visitor | None = getattr(request.state, "visitor", None)
    return found


async def look_up(request: Request) -> Visitor | None:
    """The person of this browser's session, if it is open."""
    token = request.cookies.get(cookie_name(SESSION), "")
    if not token:
        return None
    found = await run_in_threadpool(_find, token)
    if found is None:
        return None
    person = found.person
    return Visitor(person.contact_id, person.name, person.roles, session_form_token(token))


def session_form_token(token: str) -> str:
    """What a form carries back: bound to the session, so that another site, or another session, cannot send it."""
    return hmac.new(settings().link_key(), b"session-form:" + token.encode(), hashlib.sha256).hexdigest()


def client_of(request: Request) -> str:
    """The network's address of who asks; behind a proxy that uvicorn trusts, of who asked the proxy."""
    return request.client.host if request.client else ""


def begin(request: Request, contact_id: int, how: SignInBy) -> str:
    """Open a session for a person in this browser; its token."""
    found = settings()
    with session_scope() as session:
        return sessions.open_session(
            session,
            contact_id,
            how,
            now=clock.now(),
            lasts=timedelta(hours=found.session_hours),
            before=request.cookies.get(cookie_name(SESSION)),
        )


def finish(request: Request) -> None:
    """End the session of this browser."""
    with session_scope() as session:
        sessions.end(session, request.cookies.get(cookie_name(SESSION), ""), now=clock.now())


def cookie_name(name: str) -> str:
    """Under HTTPS with the prefix that binds a cookie to this very host (RFC 6265bis, 4.1.3.2)."""
    return f"__Host-{name}" if settings().is_https else name


def keep(response: Response, name: str, value: str, lasts: timedelta) -> None:
    """Give the browser a cookie that scripts cannot read and other sites' forms do not send."""
    response.set_cookie(
        cookie_name(name),
        value,
        max_age=int(lasts.total_seconds()),
        path="/",
        secure=settings().is_https,
        httponly=True,
        samesite="lax",
    )


def forget(response: Response, name: str) -> None:
    """Take a cookie away again."""
    response.delete_cookie(cookie_name(name), path="/", secure=settings().is_https, httponly=True, samesite="lax")


def _find(token: str) -> Open | None:
    now, idle = clock.now(), timedelta(minutes=settings().session_idle_minutes)
    with reading_scope() as session:
        found = sessions.find(session, token, now=now, as_of=clock.today(), idle=idle)
    if found is not None and found.stale:
        with session_scope() as session:
            sessions.seen(session, found.id, now=now)
    return found
