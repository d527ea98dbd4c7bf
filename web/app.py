"""The pages: link forms for schools and providers, and an officer's view. Served by `uvicorn web.app:app`."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib import import_module

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from config import logs
from config.settings import settings
from web.access import Access
from web.routes import RULES, Rule, Who
from web.safety import Guesses, SafeResponses
from web.templating import STATIC, page

Endpoint = Callable[[Request], Awaitable[Response]]


def _endpoint(rule: Rule) -> Endpoint:
    module, _, name = rule.page.rpartition(".")
    endpoint: Endpoint = getattr(import_module(f"web.{module}"), name)
    if rule.who is not Who.OFFICERS:
        return endpoint

    async def for_officers(request: Request) -> Response:
        if not settings().demo:
            return page(
                request,
                "message.html",
                403,
                title="Officers cannot sign in yet",
                lines=(
                    "These pages are open in the demo only. Use the command line: sib cases, sib case, sib outbox.",
                ),
            )
        return await endpoint(request)

    return for_officers


async def _not_found(request: Request, _error: Exception) -> Response:
    return page(
        request, "message.html", 404, title="Page not found", lines=("Check the address, or go back to the e-mail.",)
    )


@asynccontextmanager
async def _lifespan(_app: Starlette) -> AsyncIterator[None]:
    logs.configure()  # after the web server's own, which writes whole paths
    yield


app = Starlette(
    lifespan=_lifespan,
    routes=[
        *(Route(rule.path, _endpoint(rule), methods=list(rule.methods), name=rule.page) for rule in RULES),
        Mount("/static", StaticFiles(directory=STATIC), name="static"),
    ],
    middleware=[Middleware(Access), Middleware(SafeResponses)],
    exception_handlers={404: _not_found},
)
app.state.guesses = Guesses()
