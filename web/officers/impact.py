"""What the support did, for the Board: plain words, charts with their figures as tables; and the map of support."""

from starlette.requests import Request
from starlette.responses import Response

from casework.board_impact import board_impact, table
from casework.map_book import by_cluster, by_support
from casework.programme import By, programme
from papers.impact import HEADINGS, BoardImpact
from queries.support_map import SupportMap, support_map, total
from web.exports import KINDS, file_of, no_such_file
from web.impact_chart import effect_chart
from web.map_chart import map_chart
from web.reading import day_shown, read
from web.templating import page


async def impact(request: Request) -> Response:
    """The programme by theme, provider, cluster, alliance and Fund year."""
    view: BoardImpact = await read(lambda session: board_impact(session, day_shown()))
    charts = [
        (by.value, one, effect_chart(one, view.whole)) for by, one in zip(By, view.tables, strict=True) if one.rows
    ]
    return page(request, "impact.html", view=view, charts=charts, headings=("Group", *HEADINGS[1:]))


async def impact_file(request: Request) -> Response:
    """The programme divided by one thing as a file, with more columns than the page has room for."""
    by, kind = request.path_params["by"], request.path_params["kind"]
    if kind not in KINDS or by not in set(By):
        return no_such_file(request)
    found = table(await read(lambda session: programme(session, day_shown(), By(by))))
    return file_of(kind, f"impact-by-{by}", found.headings, found.rows)


async def support(request: Request) -> Response:
    """Theme by cluster: who supports whom, where need has no support, where support has no need."""
    found: SupportMap = await read(lambda session: support_map(session, day_shown()))
    return page(
        request,
        "map.html",
        found=found,
        chart_=map_chart(found) if found.cells else None,
        totals=total(found.cells),
        by_theme=[(theme, total(one for one in found.cells if one.theme == theme)) for theme in found.themes],
    )


async def map_file(request: Request) -> Response:
    """The map as a file: a row a theme and cluster."""
    kind = request.path_params["kind"]
    if kind not in KINDS:
        return no_such_file(request)
    found = by_cluster((await read(lambda session: support_map(session, day_shown()))).cells)
    return file_of(kind, "map-of-support", found.headings, found.rows)


async def support_file(request: Request) -> Response:
    """Who supports whom as a file: a row a piece of support."""
    kind = request.path_params["kind"]
    if kind not in KINDS:
        return no_such_file(request)
    found = by_support((await read(lambda session: support_map(session, day_shown()))).cells)
    return file_of(kind, "who-supports-whom", found.headings, found.rows)
