"""One school: where it belongs, who leads it, its published figures over the years, its priorities and its cases."""

from starlette.requests import Request
from starlette.responses import Response

from queries.school import school_view
from web.reading import day_shown, read
from web.templating import page


async def one_school(request: Request) -> Response:
    """A school whole."""
    urn = request.path_params["urn"]
    as_of = day_shown()
    view = await read(lambda session: school_view(session, urn, as_of))
    if view is None:
        return page(request, "message.html", 404, title="School not found", lines=(f"There is no school {urn}.",))
    return page(request, "school.html", view=view, as_of=as_of)
