"""One school: where it belongs, who leads it, its published figures over the years, its priorities and its cases."""

from starlette.requests import Request
from starlette.responses import Response

from config.settings import settings
from queries.school import school_view
from web.exports import KINDS, file_of, no_such_file
from web.reading import day_shown, read
from web.templating import page


async def one_school(request: Request) -> Response:
    """A school whole."""
    urn = request.path_params["urn"]
    as_of = day_shown()
    view = await read(lambda session: school_view(session, urn, as_of))
    if view is None:
        return page(request, "message.html", 404, title="School not found", lines=(f"There is no school {urn}.",))
    return page(request, "school.html", view=view, as_of=as_of, is_served=view.la_code in settings().areas)


async def figures_file(request: Request) -> Response:
    """A school's published figures as a file: a row a measure, a column a year."""
    urn, kind = request.path_params["urn"], request.path_params["kind"]
    view = await read(lambda session: school_view(session, urn, day_shown())) if kind in KINDS else None
    if view is None:
        return no_such_file(request)
    rows = ((one.name, one.unit, *(_number(said) for _, said in one.values), one.reference) for one in view.figures)
    return file_of(kind, f"school-{urn}", ("Measure", "Unit", *view.years, "England"), rows)


def _number(said: str) -> float | str:
    """A figure as a number; what is said instead of one (withheld, suppressed) as it is said."""
    try:
        return float(said.removesuffix("%"))
    except ValueError:
        return said
