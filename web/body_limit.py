"""How much anybody may send: what is larger than its page takes is refused while it comes, whatever length it says."""

from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.settings import settings


class BodyLimit:
    """Counts what comes; the door of a page says how much it takes (`request.state.largest`)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting."""
        await self._app(scope, _counting(scope, receive) if scope["type"] == "http" else receive, send)


def _counting(scope: Scope, receive: Receive) -> Callable[[], Awaitable[Message]]:
    got = 0

    async def counted() -> Message:
        nonlocal got
        message = await receive()
        got += len(message.get("body", b""))
        if got > (scope.get("state", {}).get("largest") or settings().largest_form):
            raise HTTPException(413)
        return message

    return counted
