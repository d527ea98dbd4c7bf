"""What the support did, for the Board: plain words, charts with their figures as tables; and the map of support."""

from starlette.requests import Request
from starlette.responses import Response

from casework.board_impact import board_impact
from papers.impact import HEADINGS, BoardImpact
from queries.support_map import SupportMap, support_map, total
from web.impact_chart import effect_chart
from web.map_chart import map_chart
from web.reading import day_shown, read
from web.templating import page


async def impact(request: Request) -> Response:
    """The programme by theme, provider, cluster, alliance and Fund year."""
    view: BoardImpact = await read(lambda session: board_impact(session, day_shown()))
    charts = [(table, effect_chart(table, view.whole)) for table in view.tables if table.rows]
    return page(request, "impact.html", view=view, charts=charts, headings=("Group", *HEADINGS[1:]))


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
