"""What is kept of each request: which page, how it ended and how long it took; never a token, a query or a client."""

import logging
import time

from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.routes import rules_at

REQUESTS = Counter("sib_http_requests", "Requests answered by this process", ["page", "method", "status"])
SECONDS = Histogram(
    "sib_http_request_seconds", "How long an answer took", ["page"], buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
)
KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
log = logging.getLogger("sib.web")


class Access:
    """Counts and logs every request by the name of its route, so that a path with a token is written nowhere."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and see how it ends."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), [500]

        async def seen(message: Message) -> None:
            if message["type"] == "http.response.start":
                status[0] = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, seen)
        finally:
            took = time.perf_counter() - began
            page = named(scope)
            method = scope["method"] if scope["method"] in KNOWN_METHODS else "other"
            REQUESTS.labels(page, method, status[0]).inc()
            SECONDS.labels(page).observe(took)
            log.info(
                "request", extra={"page": page, "method": method, "status": status[0], "ms": round(took * 1000, 1)}
            )


def named(scope: Scope) -> str:
    """The path with each parameter's name in place of its value; nothing of a path that no route has."""
    if "endpoint" not in scope:
        return "(none)"
    path: str = scope["path"]
    if path.startswith("/static/"):
        return "/static"
    return next((told for _, told, _ in rules_at(path)), "(none)")
