"""The calendar that every wait is counted in: term dates of the area and of who keeps their own, and what is ahead."""

from starlette.requests import Request
from starlette.responses import Response

from queries.term_dates import dates
from web.exports import AT_MOST, KINDS, file_of, no_such_file
from web.reading import day_shown, read
from web.templating import page


async def calendar(request: Request) -> Response:
    """Every calendar that is loaded, and how far it reaches."""
    as_of = day_shown()
    return page(
        request, "calendar.html", dates=await read(lambda session: dates(session, as_of)), as_of=as_of, soon=180
    )


async def calendar_file(request: Request) -> Response:
    """The half terms of every calendar as a file, those of the schools and trusts beyond the page's too."""
    kind = request.path_params["kind"]
    if kind not in KINDS:
        return no_such_file(request)
    found = await read(lambda session: dates(session, day_shown(), most=AT_MOST))
    rows = (
        (one.owner, year.academic_year, term.name, term.starts_on, term.ends_on)
        for one in found.calendars
        for year in one.years
        for term in year.terms
    )
    return file_of(kind, "half-terms", ("Whose", "School year", "Half term", "From", "To"), rows)
