"""Pages for anybody: accessibility and privacy."""

from starlette.requests import Request
from starlette.responses import Response

from web.templating import page


async def accessibility(request: Request) -> Response:
    """What works, what does not, and whom to tell."""
    return page(request, "accessibility.html")


async def privacy(request: Request) -> Response:
    """What is kept of people, why, and for how long."""
    return page(request, "privacy.html")
