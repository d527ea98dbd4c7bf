"""What would be sent about a case on a day: worked out in a transaction that is rolled back, nothing kept or sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from casework.desk import desk_for
from casework.lifecycle import locked
from casework.previewing import would_send
from config.database import rolled_back
from config.settings import settings
from mail.catalogue import for_reading
from mail.rendering import render
from queries.looking_ahead import looked_ahead
from rules.errors import Refused
from rules.half_terms import CalendarExhausted
from web.fields import Field, Kind
from web.reading import day_shown, read
from web.templating import page

FARTHEST = 730
DAY = Field("day", "On which day?", Kind.DAY, "For example, 27 3 2026")


@dataclass(frozen=True, slots=True)
class Shown:
    """An e-mail as words: its links are masked, and it can be read without loading anything."""

    to: str
    address: str
    subject: str
    text: str


async def preview(request: Request) -> Response:
    """The e-mails that a day would bring for one case."""
    reference = request.path_params["reference"]
    today = day_shown()
    case = await read(lambda session: looked_ahead(session, reference))
    if case is None:
        return page(request, "message.html", 404, title="Case not found", lines=(f"There is no case {reference}.",))
    day, errors = _day_of(request, today, case.next_on)
    mails: list[Shown] = []
    if not errors:
        try:
            mails = await run_in_threadpool(_would_send, case.id, day)
        except CalendarExhausted as error:
            errors = {"day": f"{error}. Load the next year's term dates first."}
        except Refused as refused:
            errors = {"day": str(refused)}
    given = {"day-day": str(day.day), "day-month": str(day.month), "day-year": str(day.year)}
    if errors:
        given = {name: request.query_params.get(name, given[name]) for name in given}
    return page(
        request,
        "preview.html",
        422 if errors else 200,
        case=case,
        day=day,
        mails=mails,
        field=DAY,
        given=given,
        errors=errors,
    )


def _day_of(request: Request, today: date, likely: date | None) -> tuple[date, dict[str, str]]:
    asked = request.query_params
    written = asked.get("day", "")
    parts = [asked.get(f"day-{part}", "").strip() for part in ("year", "month", "day")]
    usual = max(likely or today, today)
    if not written and not any(parts):
        return usual, {}
    try:
        day = date.fromisoformat(written) if written else date(*(int(part) for part in parts))
    except ValueError:
        return usual, {"day": "The day must be a real date, such as 27 3 2026"}
    if not 0 <= (day - today).days <= FARTHEST:
        return usual, {"day": f"The day must be {today.day} {today:%B %Y} or later, and within two years"}
    return day, {}


def _would_send(commission_id: int, day: date) -> list[Shown]:
    with rolled_back() as session:
        desk = desk_for(session, day)
        return [_shown(draft.message) for draft in would_send(desk, locked(desk, commission_id))]


def _shown(message: Mapping[str, Any]) -> Shown:
    rendered = render(for_reading(message["template"], message["context"], settings().base_url))
    return Shown(message["recipient_name"], message["recipient"], rendered.subject, rendered.text)
