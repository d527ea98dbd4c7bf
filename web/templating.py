"""Rendering pages: one Jinja environment, always escaped, with GOV.UK's components as macros."""

import hashlib
from datetime import date, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse

from config import clock
from config.settings import ROOT, settings
from mail.saying import in_sentence
from rules.agenda import done_of, title_of
from rules.day_words import clock_time
from rules.eligibility import pounds
from rules.figure_words import figure
from rules.staff import NOBODY
from rules.visible_text import visible
from web.menu import below, may_use, menu_of

STATIC = Path(__file__).resolve().parent / "static"
SHEETS = ("govuk-frontend-6.3.0.css", "sib.css")


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page of the service."""
    found = settings()
    path = request.url.path
    visitor = getattr(request.state, "visitor", None)
    roles = visitor.roles if visitor is not None else NOBODY
    submenu_name, submenu = below(path, roles)
    shown = {
        "council": found.council_name,
        "service": found.service_name,
        "phone": found.officer_phone,
        "reply_to": found.reply_to,
        "demo": found.demo,
        "path": path,
        "may": partial(may_use, roles),
        "menu": menu_of(path, roles),
        "submenu": submenu,
        "submenu_name": submenu_name,
        "visitor": visitor,
        "form_token": getattr(request.state, "form_token", ""),
        "nonce": request.state.nonce,
        "brand": found.brand_colour,
        "sheets": sheets(),
        **values,
    }
    return HTMLResponse(environment().get_template(template).render(shown), status_code=status)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The environment. Not under StrictUndefined, which GOV.UK's macros cannot bear; always escaped, or they leak."""
    made = Environment(
        loader=ChoiceLoader(
            [
                FileSystemLoader(ROOT / "templates" / "web"),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    made.filters.update(
        day=lambda day: f"{day.day} {day:%B %Y}" if isinstance(day, date | datetime) else "",
        moment=lambda instant: f"{clock.local(instant):%-d %B %Y at %H:%M}",
        shortday=lambda day: f"{day.day} {day:%b}",
        time=clock_time,
        weekday=lambda day: f"{day:%A} {day.day} {day:%B %Y}",
        pounds=pounds,
        words=lambda text: str(text or "").replace("_", " ").replace("-", " "),
        in_sentence=in_sentence,
        decided=done_of,
        agenda_title=title_of,
        figure=figure,
    )
    return made


@lru_cache(maxsize=1)
def sheets() -> tuple[str, ...]:
    """The stylesheets' addresses, with a fingerprint so that browsers may keep them."""
    return tuple(f"/static/{name}?{hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]}" for name in SHEETS)
