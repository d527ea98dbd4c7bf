"""Commission support: find a school, read the evidence, see the providers ranked with reasons, check, confirm."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from analysis.matching import Ranking
from casework import opening, ordering
from casework.desk import desk_for
from config.settings import settings
from models.themes import Theme
from queries.case_list import CaseFilter, find_cases
from queries.money import fund_years
from queries.school import FOUND_AT_MOST, LARGEST_URN, SchoolView, find_schools, school_view
from web.acting import guard_of, sent
from web.fields import Field, Kind, read_fields
from web.forms import FormErrors
from web.officers.runs import ONE, a_key, ask
from web.reading import day_shown, read
from web.templating import page

AS_RANKED = "as-ranked"
RANKED_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the pages after the search show: the school, the theme once it is chosen, and the providers for it."""

    school: SchoolView
    themes: list[tuple[str, str]]
    theme: str
    theme_name: str
    ranking: Ranking | None
    free_pence: int


async def find(request: Request) -> Response:
    """Find the school; or go on with the confirmed priorities that wait for their run."""
    urn = request.query_params.get("urn", "").strip()
    if urn.isascii() and urn.isdigit() and int(urn) <= LARGEST_URN:
        theme = request.query_params.get("theme", "")
        onward = f"/commission/{urn}" + (f"?theme={theme}" if theme.replace("-", "").isalpha() else "")
        return RedirectResponse(onward, status_code=303)
    search = request.query_params.get("search", "").strip()[:200]
    found = await read(lambda session: find_schools(session, search)) if search else []
    waiting = await read(lambda session: find_cases(session, CaseFilter(state="confirmed"), day_shown(), limit=1))
    return page(request, "commission.html", search=search, found=found, most=FOUND_AT_MOST, waiting=waiting.total)


async def for_school(request: Request) -> Response:
    """The evidence and the theme; then the providers, the money and the reason; then all of it to be confirmed."""
    urn = request.path_params["urn"]
    theme = request.query_params.get("theme", "")
    chosen = await read(lambda session: _chosen(session, urn, theme))
    if chosen is None:
        return page(request, "message.html", 404, title="School not found", lines=(f"There is no school {urn}.",))
    given = {"pounds": f"{settings().policy.usual_pence / 100:g}", "reason": _first_reason(chosen)}
    if not chosen.theme:
        went_on = request.method == "POST" or "go" in request.query_params
        return _form(request, chosen, given, {"theme": "Select what the support is about"} if went_on else None)
    if request.method != "POST":
        return _form(request, chosen, given)
    try:
        came = await sent(request)
        given = dict(came.given)
        values = read_fields(_fields(chosen), given)
        if given.get("confirmed") != "yes":
            return page(
                request,
                "commission_check.html",
                chosen=chosen,
                given=given,
                values=values,
                provider=_name(chosen, values["provider"]),
                guard=guard_of(request),
                key=a_key(),
            )
        provider = None if values["provider"] == AS_RANKED else values["provider"]
        wanted = {
            "urn": urn,
            "theme": chosen.theme,
            "pounds": values["pounds"] / 100,
            "reason": values["reason"],
            "provider": provider,
        }
        about = await read(lambda session: _open_case(session, urn, chosen.theme))
        number = await ask(request, ONE, wanted, given.get("key", ""), about)
    except FormErrors as wrong:
        return _form(request, chosen, given, wrong.errors)
    return RedirectResponse(f"/runs/{number}", status_code=303)


def _chosen(session: Session, urn: int, theme: str) -> Chosen | None:
    school = school_view(session, urn, day_shown(), figures=False)
    if school is None:
        return None
    themes = [
        (code, name)
        for code, name in session.execute(sa.select(Theme.code, Theme.name).where(Theme.active).order_by(Theme.name))
    ]
    name = dict(themes).get(theme, "")
    today = day_shown()
    ranking = ordering.ranking_for(desk_for(session, today), urn, theme) if name else None
    free = next((year.free for year in fund_years(session) if year.starts_on <= today), 0)
    return Chosen(school, themes, theme if name else "", name, ranking, free)


def _open_case(session: Session, urn: int, theme: str) -> list[int]:
    """The case that there is already for this school and theme, if any."""
    case = opening.open_case_of(desk_for(session, day_shown()), urn, theme)
    return [case.id] if case else []


def _fields(chosen: Chosen) -> tuple[Field, ...]:
    ranked = chosen.ranking.ranked if chosen.ranking else ()
    choices = ((AS_RANKED, "In the order of the ranking"), *((one.code, one.name) for one in ranked))
    return (
        Field("provider", "Which provider is asked first?", Kind.CHOICE, "", "Select who is asked first", choices),
        Field("pounds", "What the support may cost", Kind.MONEY, "Set aside from the Fund at once.", "Enter an amount"),
        Field(
            "reason",
            "Why",
            Kind.LONG,
            "The school reads it. Do not name a person.",
            "Enter why, in a sentence",
            most=1_000,
        ),
    )


def _first_reason(chosen: Chosen) -> str:
    return next((one.sentence for one in chosen.school.priorities if one.theme == chosen.theme), "")


def _name(chosen: Chosen, code: str) -> str:
    names = {one.code: one.name for one in chosen.ranking.ranked} if chosen.ranking else {}
    return names.get(code, "In the order of the ranking")


def _form(request: Request, chosen: Chosen, given: dict[str, str], errors: dict[str, str] | None = None) -> Response:
    fields: dict[str, Any] = {field.name: field for field in _fields(chosen)}
    return page(
        request,
        "commission_school.html",
        422 if errors else 200,
        chosen=chosen,
        fields=fields,
        shown=RANKED_SHOWN,
        given=given,
        errors=errors or {},
        guard=guard_of(request),
    )
