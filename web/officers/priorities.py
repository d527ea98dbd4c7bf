"""The ranked priorities of the last identification, with their cases; and a funnel plot of each measure."""

from starlette.requests import Request
from starlette.responses import Response

from config.settings import settings
from queries.funnel import funnel_data, measures_with_results
from queries.priorities import PriorityLine, priorities
from web.exports import KINDS, file_of
from web.funnel_chart import funnel_chart
from web.listing import A_PAGE, Pages, asked_of, within
from web.reading import read
from web.templating import page

FILTERS = ("theme", "level")
LEVELS = (("concern", "Causes for concern"), ("priority", "Priorities"), ("watch", "Worth watching"))
HEADINGS = ("Rank", "School", "URN", "Theme", "Level", "Concern", "Evidence", "Case", "State of the case")


async def priority_list(request: Request) -> Response:
    """The ranked priorities with their evidence."""
    la_code = int(settings().area)
    asked = asked_of("/priorities", request.query_params, FILTERS, ("rank",), "rank")
    lines = await read(lambda session: priorities(session, la_code))
    found = _filtered(lines, asked.get("theme"), asked.get("level"))
    asked = within(asked, len(found))
    return page(
        request,
        "priorities.html",
        area_wide=[line for line in lines if line.scope != "school"],
        lines=found[asked.offset : asked.offset + A_PAGE],
        pages=Pages(asked, len(found)),
        asked=asked,
        levels=LEVELS,
        themes=sorted({line.theme for line in lines if line.scope == "school"}),
        has_any=bool(lines),
        measures=await read(lambda session: measures_with_results(session, la_code)),
    )


async def priority_file(request: Request) -> Response:
    """The same list as a file."""
    kind = request.path_params["kind"]
    if kind not in KINDS:
        return page(request, "message.html", 404, title="Page not found", lines=("A list is a CSV or an XLSX file.",))
    asked = asked_of("/priorities", request.query_params, FILTERS, ("rank",), "rank")
    lines = await read(lambda session: priorities(session, int(settings().area)))
    return file_of(
        kind,
        "priorities",
        HEADINGS,
        (
            (
                *(line.rank, line.school, line.urn, line.theme, line.level, line.is_concern, line.sentence),
                *(line.reference, line.state),
            )
            for line in _filtered(lines, asked.get("theme"), asked.get("level"))
        ),
    )


async def one_measure(request: Request) -> Response:
    """The funnel plot of one measure: every school of the area, each dot a way to its page."""
    measure, la_code = request.path_params["measure"], int(settings().area)
    data = await read(lambda session: funnel_data(session, la_code, measure))
    if data is None:
        return page(
            request,
            "message.html",
            404,
            title="Measure not found",
            lines=("There are no results to draw of this measure. Import them, then identify priorities.",),
        )
    return page(
        request,
        "measure.html",
        data=data,
        chart_shown=funnel_chart(data),
        dots=sorted(data.dots, key=lambda dot: (dot.value, dot.name), reverse=not data.higher_is_better),
        measures=await read(lambda session: measures_with_results(session, la_code)),
    )


def _filtered(lines: list[PriorityLine], theme: str, level: str) -> list[PriorityLine]:
    def fits(line: PriorityLine) -> bool:
        if line.scope != "school" or (theme and line.theme != theme):
            return False
        match level:
            case "concern":
                return line.is_concern
            case "priority":
                return line.flagged and not line.is_concern
            case "watch":
                return not line.flagged
            case _:
                return True

    return [line for line in lines if fits(line)]
