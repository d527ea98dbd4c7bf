"""One case whole, and the forms by which an officer takes it further."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from casework.desk import Desk
from casework.holding import HELD
from casework.lifecycle import locked
from queries.cases import CaseView, UpdateLine
from queries.cases import case as case_of
from queries.one_case import Beside, beside
from rules.errors import Refused
from tasks.dispatching import dispatch
from web.acting import act, guard_of, sent
from web.case_timeline import timeline
from web.charts import chart_of
from web.fields import read_fields
from web.forms import FormErrors
from web.officers.case_forms import FORMS, CaseForm, offered
from web.officers.case_steps import steps_of
from web.officers.runs import ENDED, for_operators
from web.reading import day_shown, read
from web.templating import page

MAILS_SHOWN = 8
"""In the list of e-mails; the timeline has those that went, and the outbox all."""
SAID = {
    "task": "The task is done.",
    "commissioned": "The money is set aside and the school is offered the support.",
}


async def one_case(request: Request) -> Response:
    """One case whole."""
    reference = request.path_params["reference"]
    found = await _found(reference)
    if found is not None and any(run.state not in ENDED for run in found[1].runs):
        await run_in_threadpool(dispatch)
        found = await _found(reference)
    if found is None:
        return _no_case(request, reference)
    view, more = found
    as_of = day_shown()
    done = FORMS.get(request.query_params.get("done", ""))
    return page(
        request,
        "case.html",
        view=view,
        more=more,
        timeline=timeline(view.timeline, more.messages),
        mails_shown=MAILS_SHOWN,
        charts=[chart_of(measure) for measure in view.measures],
        steps=steps_of(view, more, as_of),
        late=next((update for update in view.updates if _is_late(update)), None),
        forms=[(name, FORMS[name]) for name in _offered(view, more)],
        done=done.done if done else SAID.get(request.query_params.get("done", "")),
        as_of=as_of,
        runs=[(run, for_operators(request, run.flow_run_id)) for run in more.runs],
        guard=guard_of(request),
    )


async def case_form(request: Request) -> Response:
    """A form of a case: shown, or taken."""
    reference, name = request.path_params["reference"], request.path_params["form"]
    form = FORMS.get(name)
    found = await _found(reference)
    if form is None or found is None:
        return _no_case(request, reference)
    view, more = found
    if request.method != "POST":
        return _form(request, form, view, more)
    given: dict[str, str] = {}
    try:
        came = await sent(request)
        given = dict(came.given)
        if view.line.state not in form.states:
            raise FormErrors({"form": f"{reference} is {view.line.state.replace('_', ' ')}: this cannot be done now."})
        values = read_fields(form.fields, given)
        await act(request, lambda desk: form.act(desk, locked(desk, more.id), values))
    except FormErrors as wrong:
        return _form(request, form, view, more, given, wrong.errors)
    return RedirectResponse(f"/cases/{reference}?done={name}", status_code=303)


async def finish_task(request: Request) -> Response:
    """Tick off a task of the case by hand."""
    reference = request.path_params["reference"]
    found = await _found(reference)
    if found is None:
        return _no_case(request, reference)
    try:
        came = await sent(request)
        await act(request, lambda desk: _finish(desk, found[1].id, came.given.get("task", "")))
    except FormErrors as wrong:
        return page(request, "message.html", 422, title="Nothing was changed", lines=tuple(wrong.errors.values()))
    return RedirectResponse(f"/cases/{reference}?done=task", status_code=303)


def _finish(desk: Desk, commission_id: int, task: str) -> None:
    from casework import calls

    if not (task.isascii() and task.isdigit() and len(task) < 18):
        raise Refused("Choose a task.")
    calls.finish(desk, locked(desk, commission_id), int(task))


async def _found(reference: str) -> tuple[CaseView, Beside] | None:
    as_of = day_shown()
    view = await read(lambda session: case_of(session, reference, as_of))
    more = await read(lambda session: beside(session, reference, as_of)) if view else None
    return (view, more) if view is not None and more is not None else None


def _offered(view: CaseView, more: Beside) -> list[str]:
    awaited = [update for update in view.updates if update.state == "awaited"]
    reminders_wait = any("held" in event.kind for event in view.timeline[:1])
    is_held = any(one.held_until and one.response == HELD for one in more.messages) or reminders_wait
    last = next((event.kind for event in view.timeline if event.kind.startswith("reminders-")), "")
    return offered(
        view.line.state, view.plan_state, is_chased=bool(awaited), is_held=is_held or last == "reminders-held"
    )


def _is_late(update: UpdateLine) -> bool:
    return update.state == "awaited" and update.due_on < day_shown()


def _form(
    request: Request,
    form: CaseForm,
    view: CaseView,
    more: Beside,
    given: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    status = 200 if not errors else 403 if errors.get("form", "").startswith("Send the form") else 422
    return page(
        request,
        "case_form.html",
        status,
        form=form,
        view=view,
        more=more,
        given=given or {},
        errors=errors or {},
        guard=guard_of(request),
    )


def _no_case(request: Request, reference: str) -> Response:
    return page(request, "message.html", 404, title="Case not found", lines=(f"There is no case {reference}.",))
