"""The ranked priorities of the last identification, with their cases; and a funnel plot of each measure."""

from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from config.settings import settings
from queries.authorities import authority_names
from queries.funnel import Dot, funnel_data, measures_with_results
from queries.priorities import PriorityLine, area_wide, how_many_of_each_theme, priorities_of_schools
from web.exports import AT_MOST, KINDS, file_of, no_such_file
from web.funnel_chart import funnel_chart
from web.listing import A_PAGE, Asked, Pages, asked_of, within
from web.reading import read
from web.templating import page

FILTERS = ("area", "search", "theme", "level")
LEVELS = (("concern", "Causes for concern"), ("priority", "Priorities"), ("watch", "Worth watching"))
HEADINGS = ("Rank", "School", "URN", "Theme", "Level", "Concern", "Evidence", "Case", "State of the case")


async def priority_list(request: Request) -> Response:
    """The ranked priorities with their evidence."""
    la_code = _area_of(request)
    asked = asked_of("/priorities", request.query_params, FILTERS, ("rank",), "rank")
    level, search = asked.get("level"), asked.get("search")
    counts = await read(lambda session: how_many_of_each_theme(session, la_code, level=level, search=search))
    every = await read(lambda session: how_many_of_each_theme(session, la_code)) if level or search else counts
    total = counts.get(asked.get("theme"), 0) if asked.get("theme") else sum(counts.values())
    asked = within(asked, total)
    lines = await read(lambda session: _lines(session, la_code, asked, A_PAGE, asked.offset))
    area = await read(lambda session: area_wide(session, la_code))
    return page(
        request,
        "priorities.html",
        area_wide=area,
        lines=lines,
        pages=Pages(asked, total),
        asked=asked,
        levels=LEVELS,
        themes=sorted(every),
        has_any=bool(every or area),
        **await _areas(la_code),
        measures=await read(lambda session: measures_with_results(session, la_code)),
    )


async def priority_file(request: Request) -> Response:
    """The same list as a file."""
    kind = request.path_params["kind"]
    if kind not in KINDS:
        return no_such_file(request)
    asked = asked_of("/priorities", request.query_params, FILTERS, ("rank",), "rank")
    lines = await read(lambda session: _lines(session, _area_of(request), asked, AT_MOST))
    return file_of(
        kind,
        "priorities",
        HEADINGS,
        (
            (
                *(line.rank, line.school, line.urn, line.theme, line.level_words, line.is_concern, line.sentence),
                *(line.reference, line.state),
            )
            for line in lines
        ),
    )


async def one_measure(request: Request) -> Response:
    """The funnel plot of one measure: every school of the area, each dot a way to its page."""
    measure, la_code = request.path_params["measure"], _area_of(request)
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
        **await _areas(la_code),
    )


async def measure_file(request: Request) -> Response:
    """The schools of a funnel plot as a file, the furthest behind first; the figures of few pupils are not in it."""
    measure, kind = request.path_params["measure"], request.path_params["kind"]
    data = await read(lambda session: funnel_data(session, _area_of(request), measure)) if kind in KINDS else None
    if data is None:
        return no_such_file(request)
    rows = (
        (dot.name, dot.urn, data.year, dot.cohort, dot.value, _standing(dot))
        for dot in sorted(data.dots, key=lambda dot: (dot.value, dot.name), reverse=not data.higher_is_better)
    )
    return file_of(kind, measure, ("School", "URN", "School year", "Pupils", data.name, "Level"), rows)


def _standing(dot: Dot) -> str:
    return "concern" if dot.is_concern else "priority" if dot.is_priority else ""


def _area_of(request: Request) -> int:
    """The authority that an address asks for; the council's own for one whose schools this Board does not serve."""
    asked = request.query_params.get("area", "")
    served = settings().areas
    return int(asked) if asked in map(str, served) else served[0]


async def _areas(la_code: int) -> dict[str, Any]:
    """Which authorities there are to choose from with their names, none for one; and what keeps the chosen one in an
    address.
    """
    served = settings().areas
    names = await read(lambda session: authority_names(session, served)) if len(served) > 1 else {}
    return {
        "areas": dict(sorted(names.items(), key=lambda one: (one[1], one[0]))),
        "own": served[0],
        "chosen": la_code,
        "area_name": names.get(la_code, "the area"),
        "in_area": f"?area={la_code}" if la_code != served[0] else "",
    }


def _lines(session: Session, la_code: int, asked: Asked, limit: int, offset: int = 0) -> list[PriorityLine]:
    search, theme, level = (asked.get(name) for name in ("search", "theme", "level"))
    return priorities_of_schools(session, la_code, search=search, theme=theme, level=level, limit=limit, offset=offset)
