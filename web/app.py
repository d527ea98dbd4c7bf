"""The pages: link forms for schools and providers, and an officer's view. Served by `uvicorn web.app:app`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from config import logs
from config.collecting import keep_what_was_read
from web.access import Access
from web.api.application import STEM, api
from web.body_limit import BodyLimit
from web.doors import route_of
from web.routes import RULES, Who
from web.safety import SafeResponses
from web.templating import STATIC, page


async def _not_found(request: Request, _error: Exception) -> Response:
    return page(
        request, "message.html", 404, title="Page not found", lines=("Check the address, or go back to the e-mail.",)
    )


async def _too_large(request: Request, _error: Exception) -> Response:
    lines = ("Send a shorter text, or a smaller file.",)
    return page(request, "message.html", 413, title="That is too much", lines=lines)


@asynccontextmanager
async def _lifespan(_app: Starlette) -> AsyncIterator[None]:
    logs.configure()  # after the web server's own, which writes whole paths
    keep_what_was_read()  # looking it all through again took 160 ms of every fifth page with a long list
    yield


api_made = api()
app = Starlette(
    lifespan=_lifespan,
    routes=[
        *(route_of(rule) for rule in RULES if rule.who is not Who.API),
        Mount(STEM, api_made, name="api"),
        Mount("/static", StaticFiles(directory=STATIC), name="static"),
    ],
    middleware=[Middleware(Access), Middleware(SafeResponses), Middleware(BodyLimit)],
    exception_handlers={404: _not_found, 413: _too_large},
)
app.state.api = api_made
app.state.errands = set()
"""What goes on after its answer has been sent; kept here, or it would be dropped half way."""
