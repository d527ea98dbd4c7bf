"""The papers of a meeting behind a member's own link, as page and as PDF; their public part for anybody."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from casework import packs
from casework.desk import desk_for
from config.database import reading_scope
from models.board import Meeting
from models.links import LinkPurpose
from papers.drawing import Part, pack_html
from papers.pack import Pack
from papers.pdf import to_pdf
from rules.errors import Refused
from web.link_serving import gone, open_link
from web.reading import day_shown
from web.templating import page


async def pack(request: Request) -> Response:
    """The papers, as they were made."""
    found = await _found(request)
    if isinstance(found, Response):
        return found
    html = pack_html(found, Part.ALL, nonce=request.state.nonce, pdf_url=f"{request.url.path}/papers.pdf")
    return HTMLResponse(html)


async def pack_pdf(request: Request) -> Response:
    """The same as a tagged PDF."""
    found = await _found(request)
    if isinstance(found, Response):
        return found
    try:
        drawn = await run_in_threadpool(lambda: to_pdf(pack_html(found)))
    except Refused as refused:
        return page(request, "message.html", 503, title="No PDF can be drawn", lines=(str(refused),))
    name = f"board-{found.code.replace('/', '-')}.pdf"
    return Response(drawn, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})


async def _found(request: Request) -> Pack | Response:
    found = await run_in_threadpool(_pack, request.path_params["token"])
    return gone(request) if found is None else found


def _pack(token: str) -> Pack | None:
    with reading_scope() as session:
        link = open_link(session, token, (LinkPurpose.PACK,))
        if link is None:
            return None
        return packs.newest(desk_for(session, day_shown()), session.get_one(Meeting, link.subject_id))
