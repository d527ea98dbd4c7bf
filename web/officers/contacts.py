"""People: who leads a school or provider, who is away and who stands in, whose address is dead."""

import re

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from casework import contacts
from casework.desk import Desk
from models.contacts import Role
from queries.contact_list import ROLE_WORDS, SORTS, ContactLine, ContactView, contact_view, find_contacts
from queries.school import LARGEST_URN
from rules.errors import Refused
from web.acting import act, guard_of, sent
from web.exports import AT_MOST, KINDS, file_of, no_such_file
from web.fields import Field, Kind, read_fields
from web.forms import FormErrors
from web.listing import A_PAGE, Asked, Pages, asked_of, within
from web.reading import day_shown, read
from web.templating import page

FILTERS = ("search", "role", "trouble")
HEADINGS = ("Name", "E-mail", "Phone", "Roles", "Address dead", "Stands in today")
DONE = {"added": "The substitute is added.", "ended": "Nobody stands in any more.", "person": "The person is added."}
ADDRESS = re.compile(r"[^@\s,<>\"]+@[^@\s,<>\"]+\.[^@\s,<>\".]+", re.ASCII)
SUBSTITUTE = (
    Field("email", "Who stands in: their e-mail address", Kind.EMAIL, "Somebody we hold already.", "Enter an address"),
    Field("reason", "Why", Kind.TEXT, "For example: maternity leave. Not about health.", "Enter why", most=300),
    Field("starts", "From", Kind.DAY, "Leave both days empty for a standing deputy."),
    Field("ends", "Until", Kind.DAY, "The last day; empty until further notice."),
)
PERSON = (
    Field("first_name", "First name", Kind.TEXT, "", "Enter the first name", most=80),
    Field("surname", "Surname", Kind.TEXT, "", "Enter the surname", most=80),
    Field("email", "E-mail address", Kind.EMAIL, "Their own, not an office's.", "Enter an e-mail address", most=200),
    Field("phone", "Phone number (optional)", Kind.TEXT, "", most=40),
    Field(
        "role",
        "Role",
        Kind.CHOICE,
        "Whoever has the role now stops having it today.",
        "Select a role",
        ((Role.HEAD.value, "Head teacher"), (Role.DEPUTY.value, "Deputy")),
    ),
    Field("urn", "URN of the school", Kind.NUMBER, "", "Enter the URN of the school"),
)


async def contact_list(request: Request) -> Response:
    """People, searched, filtered and sorted; by surname unless the address says otherwise."""
    asked = _asked(request)
    lines, total = await read(lambda session: _found(session, asked, A_PAGE, asked.offset))
    if total and not lines:
        asked = within(asked, total)
        lines, total = await read(lambda session: _found(session, asked, A_PAGE, asked.offset))
    return page(
        request,
        "contacts.html",
        lines=lines,
        pages=Pages(asked, total),
        asked=asked,
        roles=[(role.value, words) for role, words in ROLE_WORDS.items()],
    )


async def contact_file(request: Request) -> Response:
    """The same list as a file."""
    kind = request.path_params["kind"]
    if kind not in KINDS:
        return no_such_file(request)
    asked = _asked(request)
    lines, _ = await read(lambda session: _found(session, asked, AT_MOST))
    rows = (
        (
            *(line.name, line.email, line.phone),
            "; ".join(f"{role.words} {role.place}".strip() for role in line.roles if role.is_current),
            *(line.is_dead, line.stand_in),
        )
        for line in lines
    )
    return file_of(kind, "contacts", HEADINGS, rows)


async def one_contact(request: Request) -> Response:
    """One person, and the form that adds a substitute."""
    number = request.path_params["contact"]
    view = await read(lambda session: contact_view(session, number, day_shown()))
    if view is None:
        return page(request, "message.html", 404, title="Person not found", lines=(f"There is no person {number}.",))
    if request.method != "POST":
        return _shown(request, view)
    given: dict[str, str] = {}
    try:
        came = await sent(request)
        given = dict(came.given)
        if "end" in given:
            await act(request, lambda desk: _end(desk, number, given["end"]))
            return RedirectResponse(f"/contacts/{number}?done=ended", status_code=303)
        values = read_fields(SUBSTITUTE, given)
        await act(
            request,
            lambda desk: contacts.stand_in(
                desk, number, _by_address(desk, values["email"]), values["reason"], values["starts"], values["ends"]
            ),
        )
    except FormErrors as wrong:
        return _shown(request, view, given, wrong.errors)
    return RedirectResponse(f"/contacts/{number}?done=added", status_code=303)


async def add_contact(request: Request) -> Response:
    """Add the head teacher or deputy of a school."""
    given = {"urn": request.query_params.get("urn", "")[:10]}
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            came = await sent(request)
            given = dict(came.given)
            values = read_fields(PERSON, given)
            urn = int(values.pop("urn"))
            if not ADDRESS.fullmatch(values["email"]):
                raise FormErrors({"email": "Enter an e-mail address, like name@school.example"})
            if not 0 < urn <= LARGEST_URN:
                raise FormErrors({"urn": "Enter the URN as six digits"})
            role = Role(values.pop("role"))
            added = await act(request, lambda desk: contacts.add(desk, role=role, urn=urn, **values).id)
        except FormErrors as wrong:
            errors = wrong.errors
        else:
            return RedirectResponse(f"/contacts/{added}?done=person", status_code=303)
    return page(
        request,
        "contact_add.html",
        422 if errors else 200,
        fields=PERSON,
        given=given,
        errors=errors,
        guard=guard_of(request),
    )


def _asked(request: Request) -> Asked:
    return asked_of("/contacts", request.query_params, FILTERS, SORTS, "name")


def _found(session: Session, asked: Asked, limit: int, offset: int = 0) -> tuple[list[ContactLine], int]:
    return find_contacts(
        session,
        day_shown(),
        search=asked.get("search"),
        role=asked.get("role"),
        trouble=asked.get("trouble"),
        sort=asked.sort,
        descending=asked.descending,
        limit=limit,
        offset=offset,
    )


def _end(desk: Desk, contact_id: int, number: str) -> None:
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        raise Refused("Choose a substitute.")
    contacts.end_stand_in(desk, contact_id, int(number))


def _by_address(desk: Desk, email: str) -> int:
    from casework.members import contact_at

    return contact_at(desk, email).id


def _shown(
    request: Request,
    view: ContactView,
    given: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    return page(
        request,
        "contact.html",
        422 if errors else 200,
        view=view,
        fields=SUBSTITUTE,
        given=given or {},
        errors=errors or {},
        guard=guard_of(request),
        done=DONE.get(request.query_params.get("done", ""), ""),
        as_of=day_shown(),
    )
