"""The task list of a case: what happened, where it stands, what comes next; each with its state and a hint."""

from dataclasses import dataclass
from datetime import date

from queries.cases import CaseView, OfferLine, UpdateLine
from queries.one_case import Beside
from rules.day_words import in_words

ORDER = ("identified", "confirmed", "offered", "brokering", "planning", "active", "evaluating", "closed")
RUNGS = {
    "request": "asked",
    "nudge": "nudged",
    "reminder": "1 reminder sent",
    "second-reminder": "2 reminders sent",
    "officer-task": "you were asked to phone",
    "chair-line": "the Chair has been told",
}


@dataclass(frozen=True, slots=True)
class Step:
    """`colour` is that of a tag; without one the status is plain text. `href` leads to what does the step."""

    name: str
    status: str
    hint: str = ""
    colour: str = ""
    href: str = ""


def steps_of(view: CaseView, more: Beside, as_of: date) -> list[Step]:
    """The steps of a case in order, those that cannot start yet too."""
    state = more.paused_from or view.line.state
    ended_early = state in ("rejected", "opted_out", "withdrawn")
    steps = [_decision(view, state), *(_offer(one) for one in view.offers)]
    if not view.offers and not ended_early:
        waits = state == "confirmed"
        steps.append(
            Step(
                "Commission support",
                "To do" if waits else "Cannot start yet",
                "Money is set aside and the school is offered support."
                if waits
                else "The priority has to be confirmed first.",
                "blue" if waits else "",
                f"/commission/{view.line.urn}?theme={view.line.theme_code}" if waits else "",
            )
        )
    if more.plan is not None:
        steps.append(_plan(view, more))
    elif not ended_early:
        steps.append(Step("Improvement plan", "Cannot start yet", "Drafted when a provider has accepted."))
    steps += [_update(one, as_of) for one in view.updates]
    if state == "active" and view.next_round_on:
        steps.append(
            Step(
                "Next impact update", "Not yet due", f"School and provider are asked on {in_words(view.next_round_on)}."
            )
        )
    if not ended_early:
        steps.append(_outcome(view, state))
    return steps


def _decision(view: CaseView, state: str) -> Step:
    name = "Confirm the priority"
    if state == "identified":
        return Step(
            name, "To do", "The Board decides, or you under delegated authority.", "blue", _form(view, "confirm")
        )
    return Step(name, "Rejected" if state == "rejected" else "Completed")


def _offer(one: OfferLine) -> Step:
    name = "School accepts support" if one.party == "school" else f"{one.provider} accepts the work"
    when = f"Asked {in_words(one.offered_on)}"
    if one.state == "pending":
        return Step(name, "Waiting", f"{when}, to answer by {in_words(one.answer_by)}.", "light-blue")
    said = {"accepted": "Completed", "declined": "Declined", "expired": "No answer", "withdrawn": "Withdrawn"}[
        one.state
    ]
    answered = f", answered by link {in_words(one.answered_at.date())}" if one.answered_at else ""
    return Step(name, said, f"{when}{answered}.", "" if one.state == "accepted" else "grey")


def _plan(view: CaseView, more: Beside) -> Step:
    plan = more.plan
    assert plan is not None
    if plan.state == "approved":
        return Step("Improvement plan", "Completed", f"Approved by {plan.approved_by}." if plan.approved_by else "")
    if plan.state == "agreed":
        return Step("Improvement plan", "To approve", "Agreed by school and provider.", "blue", _form(view, "approve"))
    missing = [
        side for side, who in (("school", plan.agreed_by_school), ("provider", plan.agreed_by_provider)) if not who
    ]
    hint = "School and provider have still to agree." if len(missing) > 1 else f"The {missing[0]} has still to agree."
    return Step("Improvement plan", "Waiting", hint, "light-blue")


def _update(one: UpdateLine, as_of: date) -> Step:
    name = f"{one.half_term} impact update, {one.party}"
    if one.state == "answered" and one.answered_on:
        return Step(name, "Completed", f"Sent {in_words(one.answered_on)} by {one.answered_by}.")
    if one.state == "missed":
        return Step(name, "Missed", f"Was due {in_words(one.due_on)}.", "red")
    if one.state == "cancelled":
        return Step(name, "Cancelled")
    told = RUNGS.get(one.last_rung or "", "")
    next_on = f"; next step {in_words(one.next_step_on)}" if one.next_step_on else ""
    late = one.due_on < as_of
    return Step(
        name,
        "Overdue" if late else "Waiting",
        f"Due {in_words(one.due_on)}{'; ' + told if told else ''}{next_on}.",
        "red" if late else "light-blue",
    )


def _outcome(view: CaseView, state: str) -> Step:
    name = "Evaluate and close"
    if state == "closed":
        return Step(name, "Completed", f"Targets {(view.line.outcome or '').replace('_', ' ')}.")
    if state == "evaluating":
        return Step(name, "To decide", "The figures propose an outcome.", "blue", _form(view, "decide"))
    hint = f"When the support ends, {in_words(view.ends_on)}." if view.ends_on else ""
    return Step(name, "Cannot start yet", hint)


def _form(view: CaseView, name: str) -> str:
    return f"/cases/{view.line.reference}/do/{name}"
