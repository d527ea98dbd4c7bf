"""A form behind an e-mailed link: opened, shown, taken. Looking changes nothing, ever; a form needs a deliberate act.

What a kind of link shows, and what its form does, it says itself as a `LinkForm`; the rest is the same for all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from casework import composing, links
from casework.desk import Desk, desk_for
from config.database import reading_scope, session_scope
from models.links import Link, LinkPurpose
from rules.errors import Refused
from web.forms import FormErrors
from web.reading import day_shown
from web.safety import form_token, is_form_token
from web.templating import page

View = TypeVar("View")
GONE = "This link is no longer open."
ONE_CLICK = ("List-Unsubscribe", "One-Click")
"""The field of a form that a mail program sends by itself when its reader presses "unsubscribe" (RFC 8058)."""


@dataclass(frozen=True, slots=True)
class Opened(Generic[View]):
    """A link that somebody sends a form by: `desk` acts as the link's own person, `view` is what the page showed."""

    desk: Desk
    link: Link
    token: str
    view: View


@dataclass(frozen=True, slots=True)
class LinkForm(Generic[View]):
    """One kind of link: its page, the page of who has answered, what both show, and what the form does.

    `view` gives something with `is_over`: whether there is nothing to answer any more. `take` raises `FormErrors` or
    `Refused`. `one_click` is what a mail program is told, where its one click may send the form.
    """

    purposes: tuple[LinkPurpose, ...]
    template: str
    answered: str
    view: Callable[[Desk, Link], View]
    take: Callable[[Opened[View], Mapping[str, str]], None]
    one_click: str = ""


async def serve(request: Request, kind: LinkForm[Any]) -> Response:
    """Show a link's page, or take its form."""
    token = request.path_params["token"]
    view = await run_in_threadpool(_seen, token, kind)
    if view is None:
        return gone(request)
    if request.method != "POST":
        done = view.is_over or "sent" in request.query_params
        return _show(request, kind.answered if done else kind.template, view)
    form = await request.form()
    given = {key: value for key, value in form.multi_items() if isinstance(value, str)}
    is_one_click = bool(kind.one_click) and given.get(ONE_CLICK[0]) == ONE_CLICK[1]
    if not is_one_click and not is_form_token(token, given.get("form_token", "")):
        return _show(request, kind.template, view, 403, given, {"form": "Send the form from this page again."})
    errors = await run_in_threadpool(_take, token, kind, view, given)
    if is_one_click:
        return PlainTextResponse(kind.one_click)
    if errors:
        return _show(request, kind.template, view, 422, given, errors)
    return RedirectResponse(f"{request.url.path}?sent", status_code=303)


def gone(request: Request) -> Response:
    """What is said of a link that is not there, not open any more, or of another kind: the same of all."""
    return page(request, "gone.html", 404, token=request.path_params["token"])


def open_link(session: Session, token: str, purposes: Sequence[LinkPurpose]) -> Link | None:
    """The link of a token, if it is of one of these kinds and may be used today."""
    link = links.find(session, token)
    return link if link is not None and link.purpose in purposes and links.is_open(link, day_shown()) else None


def _seen(token: str, kind: LinkForm[View]) -> View | None:
    with reading_scope() as session:
        link = open_link(session, token, kind.purposes)
        return kind.view(desk_for(session, day_shown()), link) if link is not None else None


def _take(token: str, kind: LinkForm[View], view: View, given: Mapping[str, str]) -> Mapping[str, str]:
    """Do what a form asks for in one transaction, with the e-mails that follow; the errors to show, none when done."""
    try:
        with session_scope() as session:
            link = open_link(session, token, kind.purposes)
            if link is None:
                raise Refused(GONE)
            desk = desk_for(session, day_shown(), actor=f"contact:{link.contact_id}")
            kind.take(Opened(desk, link, token, view), given)
            session.flush()
            composing.compose(desk)
    except FormErrors as wrong:
        return wrong.errors
    except Refused as refused:
        return {"form": str(refused)}
    return {}


def _show(
    request: Request,
    template: str,
    view: object,
    status: int = 200,
    given: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Response:
    token = request.path_params["token"]
    shown = {"view": view, "token": token, "form_token": form_token(token)}
    return page(request, template, status, **shown, given=given or {}, errors=errors or {})
