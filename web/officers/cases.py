"""Cases as a list: searched, filtered, sorted and paged in the address, downloaded, and worked on many at once."""

from typing import Any

import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from casework import events, holding, opening
from casework.desk import Desk
from casework.lifecycle import locked
from models.commissions import CommissionState
from models.contacts import Contact, Role
from queries import people
from queries.case_list import SORTS, CaseFilter, choices, find_cases, ids_of
from rules.errors import Refused
from web.acting import act, guard_of, sent
from web.exports import AT_MOST, KINDS, file_of, no_such_file
from web.fields import Field, Kind, read_fields
from web.forms import FormErrors
from web.listing import A_PAGE, Asked, Pages, asked_of, within
from web.officers.case_forms import UNTIL
from web.reading import day_shown, read
from web.templating import page

FILTERS = ("search", "state", "theme", "officer", "overdue")
STATES = ("open", *(state.value for state in CommissionState))
MANY = 50
REASON = Field("reason", "Why", Kind.LONG, "Kept in the timeline of each case.", "Enter why, in a sentence")
BULK: dict[str, tuple[str, tuple[Field, ...]]] = {
    "confirm": ("Confirm these priorities", (REASON,)),
    "hold": ("Hold their reminders", (UNTIL, REASON)),
    "release": ("Release their reminders", ()),
    "hand-over": ("Give them to another officer", (REASON,)),
}
HEADINGS = (
    "Case", "URN", "School", "Theme", "State", "Since", "Answer by", "Overdue", "Provider", "Cost (£)", "Outcome",
)  # fmt: skip


async def case_list(request: Request) -> Response:
    """One page of the cases that the address asks for."""
    asked = asked_of("/cases", request.query_params, FILTERS, SORTS, "reference")
    wanted, as_of = _filter(asked), day_shown()
    found = await read(lambda session: _page(session, asked, wanted))
    if found.total and not found.lines:
        asked = within(asked, found.total)
        found = await read(lambda session: _page(session, asked, wanted))
    themes, officers = await read(choices)
    return page(
        request,
        "cases.html",
        lines=found.lines,
        pages=Pages(asked, found.total),
        asked=asked,
        states=STATES,
        themes=themes,
        officers=officers,
        as_of=as_of,
        done=request.query_params.get("done", "")[:60] if "done" in request.query_params else "",
    )


async def case_file(request: Request) -> Response:
    """The same list, all of it, as a file."""
    kind = request.path_params["kind"]
    if kind not in KINDS:
        return no_such_file(request)
    asked = asked_of("/cases", request.query_params, FILTERS, SORTS, "reference")
    found = await read(
        lambda session: find_cases(
            session, _filter(asked), day_shown(), sort=asked.sort, descending=asked.descending, limit=AT_MOST
        )
    )
    rows = (
        (
            *(line.reference, line.urn, line.school, line.theme, line.state.replace("_", " "), line.state_since),
            *(line.deadline_on, line.overdue, line.provider, line.cost_pence / 100),
            (line.outcome or "").replace("_", " "),
        )
        for line in found.lines
    )
    return file_of(kind, "cases", HEADINGS, rows)


async def bulk(request: Request) -> Response:
    """Many cases at once: what was ticked, what to do with it; all of it, or nothing."""
    references = list(dict.fromkeys(request.query_params.getlist("case")))[:MANY]
    officers = await read(lambda session: people.with_role(session, Role.OFFICER, day_shown()))
    to = Field(
        "to", "To whom", Kind.LIST, "", "Select an officer", tuple((str(one.contact_id), one.name) for one in officers)
    )
    given: dict[str, str] = {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            came = await sent(request)
            given, references = dict(came.given), list(came.every("case"))[:MANY]
            name = given.get("do", "")
            if not references:
                raise FormErrors({"form": "Tick at least one case in the list first."})
            if name not in BULK:
                raise FormErrors({"do": "Select what to do with these cases"})
            fields = BULK[name][1] + ((to,) if name == "hand-over" else ())
            values = read_fields(fields, given)
            await act(request, lambda desk: _all(desk, name, references, values))
        except FormErrors as wrong:
            errors = wrong.errors
        else:
            return RedirectResponse(f"/cases?done={len(references)}", status_code=303)
    chosen = await read(lambda session: ids_of(session, references))
    return page(
        request,
        "bulk.html",
        422 if errors else 200,
        references=[one for one in references if one in chosen],
        actions=[(name, words) for name, (words, _) in BULK.items()],
        fields=(REASON, UNTIL, to),
        given=given,
        errors=errors,
        guard=guard_of(request),
    )


def _page(session: Any, asked: Asked, wanted: CaseFilter) -> Any:
    return find_cases(
        session,
        wanted,
        day_shown(),
        sort=asked.sort,
        descending=asked.descending,
        limit=A_PAGE,
        offset=asked.offset,
    )


def _filter(asked: Asked) -> CaseFilter:
    officer = asked.get("officer")
    return CaseFilter(
        search=asked.get("search"),
        state=asked.get("state") if asked.get("state") in STATES else "",
        theme=asked.get("theme"),
        officer=int(officer) if officer.isascii() and officer.isdigit() and len(officer) < 18 else None,
        overdue=asked.get("overdue") == "yes",
    )


def _all(desk: Desk, name: str, references: list[str], values: dict[str, Any]) -> None:
    numbers = ids_of(desk.session, references)
    for reference in references:
        if reference not in numbers:
            raise Refused(f"There is no case {reference}.")
        case = locked(desk, numbers[reference])
        match name:
            case "confirm":
                opening.confirm(desk, case, values["reason"])
            case "hold":
                holding.hold_reminders(desk, case, values["until"], values["reason"])
            case "release":
                holding.release_reminders(desk, case)
            case _:
                officer = desk.session.scalars(sa.select(Contact).where(Contact.id == int(values["to"]))).one()
                case.officer_id = officer.id
                events.record(desk, case, "handed-over", values["reason"], {"officer": officer.id})
