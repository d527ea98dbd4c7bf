"""The pages behind the links in e-mails. GET and HEAD change nothing, ever; a form needs a deliberate act."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from casework import answers, links, notices
from casework.desk import Desk, desk_for
from casework.lifecycle import locked
from config.database import session_scope
from models.links import Link, LinkPurpose
from rules.errors import Refused
from web.forms import FormErrors, read_offer, read_plan, read_update
from web.link_views import LinkView, view_of
from web.reading import day_shown
from web.safety import form_token, is_form_token
from web.templating import page

PURPOSES = {
    "o": (LinkPurpose.SCHOOL_OFFER, LinkPurpose.PROVIDER_OFFER),
    "p": (LinkPurpose.PLAN_SCHOOL, LinkPurpose.PLAN_PROVIDER),
    "u": (LinkPurpose.UPDATE,),
}
TEMPLATES = {"o": "offer.html", "p": "plan.html", "u": "update.html"}


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a posted form: an error to show, or nothing when it was taken."""

    errors: Mapping[str, str] = field(default_factory=dict)
    view: LinkView | None = None


async def offer(request: Request) -> Response:
    """Accept or decline support, or the work of giving it."""
    return await _serve(request, "o")


async def plan(request: Request) -> Response:
    """Agree a plan, or say what should change."""
    return await _serve(request, "p")


async def update(request: Request) -> Response:
    """Give an impact update, or change it while the round is open."""
    return await _serve(request, "u")


async def new_link(request: Request) -> Response:
    """Ask for a new link: an officer sends it to the address that we hold. Whether the old one existed is not said."""
    await run_in_threadpool(_ask_for_link, request.path_params["token"])
    return page(
        request,
        "message.html",
        title="We have your request",
        lines=("If the link was one of ours, an officer sends a new one to the address that we hold for you.",),
    )


async def _serve(request: Request, letter: str) -> Response:
    token = request.path_params["token"]
    if request.method == "POST":
        return await _post(request, letter, token)
    view = await run_in_threadpool(_view, token, letter)
    if view is None:
        return _gone(request, token)
    template = "answered.html" if view.is_over or "sent" in request.query_params else TEMPLATES[letter]
    return _form(request, template, token, view)


async def _post(request: Request, letter: str, token: str) -> Response:
    form = await request.form()
    given = {key: value for key, value in form.multi_items() if isinstance(value, str)}
    view = await run_in_threadpool(_view, token, letter)
    if view is None:
        return _gone(request, token)
    if not is_form_token(token, given.get("form_token", "")):
        return _form(
            request, TEMPLATES[letter], token, view, 403, given, {"form": "Send the form from this page again."}
        )
    posted = await run_in_threadpool(_take, token, letter, view, given)
    if posted.errors:
        return _form(request, TEMPLATES[letter], token, posted.view or view, 422, given, posted.errors)
    return RedirectResponse(f"{request.url.path}?sent", status_code=303)


def _take(token: str, letter: str, view: LinkView, given: Mapping[str, str]) -> Posted:
    """Read the form and take the answer in one transaction."""
    try:
        read = {"o": read_offer, "p": read_plan, "u": read_update}[letter](view, given)
    except FormErrors as wrong:
        return Posted(wrong.errors)
    try:
        with session_scope() as session:
            answers.answer(_desk(session), token, read)
    except Refused as refused:
        return Posted({"form": str(refused)})
    return Posted()


def _view(token: str, letter: str) -> LinkView | None:
    """What the page shows; None for a link that is not there, not open, or of another kind: all look the same."""
    with session_scope() as session:
        desk = _desk(session)
        link = links.find(session, token)
        if link is None or link.purpose not in PURPOSES[letter] or not links.is_open(link, desk.as_of):
            return None
        return view_of(desk, link)


def _ask_for_link(token: str) -> None:
    with session_scope() as session:
        desk = _desk(session)
        link = links.find(session, token)
        if link is not None:
            _officer_sends(desk, link)


def _officer_sends(desk: Desk, link: Link) -> None:
    case = locked(desk, link.commission_id) if link.commission_id is not None else None
    subject = notices.Subject("link", link.id)
    notices.ask_officer(
        desk, case, "new-link", "A contact asks for a new link: their old one has expired.", subject=subject
    )


def _gone(request: Request, token: str) -> Response:
    return page(request, "gone.html", 404, token=token)


def _form(
    request: Request,
    template: str,
    token: str,
    view: LinkView,
    status: int = 200,
    given: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Response:
    return page(
        request,
        template,
        status,
        view=view,
        token=token,
        form_token=form_token(token),
        given=given or {},
        errors=errors or {},
    )


def _desk(session: Any) -> Desk:
    return desk_for(session, day_shown())
