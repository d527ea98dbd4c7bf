"""Pages for anybody: accessibility, privacy, and what a watchdog asks."""

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from config.database import reading_scope
from web.templating import page


async def accessibility(request: Request) -> Response:
    """What works, what does not, and whom to tell."""
    return page(request, "accessibility.html")


async def privacy(request: Request) -> Response:
    """What is kept of people, why, and for how long."""
    return page(request, "privacy.html")


async def health(_request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok")


async def ready(_request: Request) -> Response:
    """The database answers too."""
    try:
        await run_in_threadpool(_ask)
    except SQLAlchemyError:
        return PlainTextResponse("The database does not answer.", status_code=503)
    return PlainTextResponse("ok")


def _ask() -> None:
    with reading_scope() as session:
        session.execute(sa.text("SELECT 1"))
