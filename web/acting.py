"""Doing what an officer's form asks: one transaction, the e-mails that follow, a refusal beside what was typed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from casework import composing
from casework.desk import Desk, desk_for
from config.database import session_scope
from rules.errors import Refused
from rules.half_terms import CalendarExhausted
from web.forms import FormErrors
from web.reading import day_shown
from web.safety import form_token, is_form_token

T = TypeVar("T")
OFFICERS = "officers"


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it came: `given` has each field's first value, `ticked` every value of a name."""

    given: Mapping[str, str]
    ticked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def every(self, name: str) -> tuple[str, ...]:
        """Every value that was sent under a name."""
        return self.ticked.get(name, ())


def guard_of(request: Request) -> str:
    """What a form of an officer's page carries back, so that no other site can send it."""
    return str(getattr(request.state, "form_token", "")) or form_token(OFFICERS)


async def sent(request: Request) -> Sent:
    """Read a form.

    Raises:
        FormErrors: it did not come from a page of ours.
    """
    form = await request.form()
    ticked: dict[str, tuple[str, ...]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            ticked[name] = (*ticked.get(name, ()), value)
    given = {name: values[0] for name, values in ticked.items()}
    expected = str(getattr(request.state, "form_token", ""))
    theirs = given.get("form_token", "")
    if (theirs != expected) if expected else not is_form_token(OFFICERS, theirs):
        raise FormErrors({"form": "Send the form from this page again."})
    return Sent(given, ticked)


async def act(request: Request, work: Callable[[Desk], T]) -> T:
    """Do `work` at a desk in one transaction and make the e-mails that follow from it; what it gave back.

    Raises:
        FormErrors: it was refused, with the one sentence; nothing has changed.
    """
    actor = str(getattr(request.state, "actor", "officer"))

    def at_a_desk() -> T:
        with session_scope() as session:
            desk = desk_for(session, day_shown(), actor=actor)
            done = work(desk)
            session.flush()
            composing.compose(desk)
            return done

    try:
        return await run_in_threadpool(at_a_desk)
    except CalendarExhausted as error:
        raise FormErrors({"form": f"{error}. Load the next year's term dates first."}) from None
    except Refused as refused:
        raise FormErrors({"form": str(refused)}) from None
