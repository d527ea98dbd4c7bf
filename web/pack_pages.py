"""The papers of a meeting behind a member's own link, as page and as PDF; their public part for anybody."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from casework import links, packs
from casework.desk import desk_for
from config import clock
from config.database import session_scope
from config.settings import settings
from models.board import Meeting
from models.links import LinkPurpose
from papers.drawing import Part, pack_html
from papers.pack import Pack
from papers.pdf import to_pdf
from rules.errors import Refused
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
    token = request.path_params["token"]
    found = await run_in_threadpool(_pack, token)
    if found is None:
        return page(request, "gone.html", 404, token=token)
    return found


def _pack(token: str) -> Pack | None:
    with session_scope() as session:
        desk = desk_for(session, settings().today or clock.today())
        link = links.find(session, token)
        if link is None or link.purpose is not LinkPurpose.PACK or not links.is_open(link, desk.as_of):
            return None
        return packs.newest(desk, session.get_one(Meeting, link.subject_id))
