"""What every response carries, and under which names the pages are served."""

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from config.settings import settings

LOOPBACK = frozenset({"127.0.0.1", "localhost", "testserver", "[::1]"})


class SafeResponses(BaseHTTPMiddleware):
    """Refuses a host that is not ours; forbids scripts, framing, storing and indexing on every page."""

    async def dispatch(self, request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        """Answer with the headers of `mail-and-pages`: strict CSP, no-store, noindex, same-origin referrer."""
        request.state.nonce = secrets.token_urlsafe(16)
        host = request.headers.get("host", "").rsplit(":", 1)[0].lower()
        if host not in LOOPBACK | {urlsplit(settings().base_url).hostname or ""}:
            return PlainTextResponse("This address is not served here.", status_code=400)
        response = await call_next(request)
        kept = request.url.path.startswith("/static/")
        # An e-mail that is shown as its reader sees it carries its styles in attributes, and nothing else.
        is_mail = "X-Sib-Mail" in response.headers
        framed = "'self'" if is_mail else "'none'"
        styles = "'unsafe-inline'" if is_mail else f"'self' 'nonce-{request.state.nonce}'"
        response.headers.update(
            {
                "Content-Security-Policy": (
                    f"default-src 'none'; style-src {styles}; img-src 'self' data:; form-action 'self'; "
                    f"base-uri 'none'; frame-src 'self'; frame-ancestors {framed}"
                ),
                "Cache-Control": "public, max-age=31536000, immutable" if kept else "no-store",
                "X-Robots-Tag": "noindex",
                # With no-referrer Chromium would send `Origin: null` with a form.
                "Referrer-Policy": "same-origin",
                "X-Content-Type-Options": "nosniff",
                "Cross-Origin-Opener-Policy": "same-origin",
                "Cross-Origin-Resource-Policy": "same-origin",
                "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            }
        )
        if settings().is_https:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response


def form_token(token: str) -> str:
    """What a form of a link carries back, so that no other site can send it: bound to the link, known to us alone."""
    return hmac.new(settings().link_key(), b"form:" + token.encode(), hashlib.sha256).hexdigest()


def is_form_token(token: str, given: str) -> bool:
    """Whether a form came from our own page of this link."""
    return hmac.compare_digest(form_token(token).encode(), given.encode())
