"""Published minutes, for anybody: the list, one meeting's, and the text as it was written."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from config.database import reading_scope
from papers.markdown import to_html
from queries.minutes import MinutesLine, MinutesView, published, published_version
from web.exports import KINDS, file_of, no_such_file
from web.templating import page


async def minutes_list(request: Request) -> Response:
    """Every meeting whose minutes are published, the latest first."""
    return page(request, "minutes_list.html", lines=await run_in_threadpool(_published))


async def list_file(request: Request) -> Response:
    """The same list as a file, with each text's SHA-256."""
    kind = request.path_params["kind"]
    if kind not in KINDS:
        return no_such_file(request)
    rows = (
        (one.day, one.code, one.version, one.published_at, one.sha256) for one in await run_in_threadpool(_published)
    )
    return file_of(kind, "published-minutes", ("Day", "Meeting", "Version", "Published", "SHA-256"), rows)


async def minutes(request: Request) -> Response:
    """The newest published version of a meeting's minutes, or another by `?version=`."""
    view = await _view(request)
    if view is None:
        return _none(request)
    return page(request, "minutes.html", view=view, text=to_html(_without_title(view.markdown)))


async def minutes_text(request: Request) -> Response:
    """The Markdown, whose SHA-256 is on the page."""
    view = await _view(request)
    if view is None:
        return _none(request)
    return PlainTextResponse(view.markdown)


async def _view(request: Request) -> MinutesView | None:
    version = request.query_params.get("version", "")
    wanted = int(version) if version.isdigit() and len(version) < 6 else None
    year, number = request.path_params["year"], request.path_params["number"]
    return await run_in_threadpool(_one, year, number, wanted)


def _published() -> list[MinutesLine]:
    with reading_scope() as session:
        return published(session)


def _one(year: str, number: int, version: int | None) -> MinutesView | None:
    with reading_scope() as session:
        return published_version(session, year, number, version)


def _without_title(markdown: str) -> str:
    """The page has a heading of its own."""
    first, _, rest = markdown.partition("\n")
    return rest if first.startswith("# ") else markdown


def _none(request: Request) -> Response:
    return page(request, "message.html", 404, title="No such minutes", lines=("They may not be published yet.",))
