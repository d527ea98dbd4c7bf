"""The calendar that every wait is counted in: term dates of the area and of who keeps their own, and what is ahead."""

from starlette.requests import Request
from starlette.responses import Response

from queries.term_dates import dates
from web.reading import day_shown, read
from web.templating import page


async def calendar(request: Request) -> Response:
    """Every calendar that is loaded, and how far it reaches."""
    as_of = day_shown()
    return page(
        request, "calendar.html", dates=await read(lambda session: dates(session, as_of)), as_of=as_of, soon=180
    )
