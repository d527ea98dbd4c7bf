"""The pages behind the links of a case: an offer, a plan, an impact update; and asking for a new link."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from casework import answers, links, notices
from casework.desk import desk_for
from casework.lifecycle import locked
from config.database import session_scope
from models.links import LinkPurpose
from web.forms import read_offer, read_plan, read_update
from web.link_serving import LinkForm, Opened, serve
from web.link_views import LinkView, view_of
from web.reading import day_shown
from web.templating import page

Read = Callable[[LinkView, Mapping[str, str]], dict[str, Any]]


async def offer(request: Request) -> Response:
    """Accept or decline support, or the work of giving it."""
    return await serve(request, _OFFER)


async def plan(request: Request) -> Response:
    """Agree a plan, or say what should change."""
    return await serve(request, _PLAN)


async def update(request: Request) -> Response:
    """Give an impact update, or change it while the round is open."""
    return await serve(request, _UPDATE)


async def new_link(request: Request) -> Response:
    """Ask for a new link: an officer sends it to the address that we hold. Whether the old one existed is not said."""
    await run_in_threadpool(_ask_for_link, request.path_params["token"])
    return page(
        request,
        "message.html",
        title="We have your request",
        lines=("If the link was one of ours, an officer sends a new one to the address that we hold for you.",),
    )


def _taking(read: Read) -> Callable[[Opened[LinkView], Mapping[str, str]], None]:
    def take(opened: Opened[LinkView], given: Mapping[str, str]) -> None:
        answers.answer(opened.desk, opened.token, read(opened.view, given))

    return take


def _of_a_case(template: str, read: Read, *purposes: LinkPurpose) -> LinkForm[LinkView]:
    return LinkForm(purposes, template, "answered.html", view_of, _taking(read))


_OFFER = _of_a_case("offer.html", read_offer, LinkPurpose.SCHOOL_OFFER, LinkPurpose.PROVIDER_OFFER)
_PLAN = _of_a_case("plan.html", read_plan, LinkPurpose.PLAN_SCHOOL, LinkPurpose.PLAN_PROVIDER)
_UPDATE = _of_a_case("update.html", read_update, LinkPurpose.UPDATE)


def _ask_for_link(token: str) -> None:
    with session_scope() as session:
        desk = desk_for(session, day_shown())
        link = links.find(session, token)
        if link is None:
            return
        case = locked(desk, link.commission_id) if link.commission_id is not None else None
        said = "A contact asks for a new link: their old one has expired."
        notices.ask_officer(desk, case, "new-link", said, subject=notices.Subject("link", link.id))
