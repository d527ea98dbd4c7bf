"""What an officer may do to a case: each a form of a few fields, offered in the states in which it makes sense."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from casework import calls, evaluation, holding, opening, pausing, planning, spending
from casework.desk import Desk
from models.commissions import Commission, Outcome
from rules.errors import Refused
from web.fields import Field, Kind

UNDER_WAY = frozenset({"confirmed", "offered", "brokering", "planning", "active", "evaluating"})
Act = Callable[[Desk, Commission, dict[str, Any]], object]


@dataclass(frozen=True, slots=True)
class CaseForm:
    """`button` is what the button says and the page is called; `done` is said on the case afterwards. `after` says
    before the form what will happen.
    """

    button: str
    after: str
    done: str
    states: frozenset[str]
    fields: tuple[Field, ...]
    act: Act
    is_warning: bool = False


def _why(hint: str = "Kept in the timeline. Do not include pupils’ names.") -> Field:
    return Field("reason", "Why", Kind.LONG, hint, "Enter why, in a sentence")


REVIEW = Field(
    "review", "When to look at it again", Kind.DAY, "For example, 27 3 2026", "Enter the day to look at it again"
)
UNTIL = Field("until", "Hold until", Kind.DAY, "For example, 27 3 2026", "Enter the day until which to hold them")
OUTCOME = Field(
    "outcome",
    "Outcome",
    Kind.CHOICE,
    "",
    "Select the outcome",
    (
        (Outcome.MET.value, "Targets met"),
        (Outcome.PARTLY_MET.value, "Targets partly met"),
        (Outcome.NOT_MET.value, "Targets not met"),
        (Outcome.NOT_MEASURABLE.value, "Not measurable"),
    ),
)


def _confirm(desk: Desk, case: Commission, given: dict[str, Any]) -> None:
    opening.confirm(desk, case, given["reason"])


def _reject(desk: Desk, case: Commission, given: dict[str, Any]) -> None:
    opening.reject(desk, case, given["reason"])


def _pause(desk: Desk, case: Commission, given: dict[str, Any]) -> None:
    review: date = given["review"]
    pausing.pause(desk, case, given["reason"], review)


def _resume(desk: Desk, case: Commission, given: dict[str, Any]) -> None:
    pausing.resume(desk, case, given["reason"])


def _withdraw(desk: Desk, case: Commission, given: dict[str, Any]) -> None:
    pausing.withdraw(desk, case, given["reason"])


def _approve(desk: Desk, case: Commission, given: dict[str, Any]) -> None:
    planning.approve(desk, case, planning.plan_of(desk, case), given["by"])


def _decide(desk: Desk, case: Commission, given: dict[str, Any]) -> None:
    evaluation.close(desk, case, Outcome(given["outcome"]), given["lessons"] or "", given["by"])


def _call(desk: Desk, case: Commission, given: dict[str, Any]) -> None:
    calls.record(desk, case, spoke_to=given["spoke_to"], said=given["said"], settle=given["settle"] == "yes")


def _pay(desk: Desk, case: Commission, given: dict[str, Any]) -> None:
    made = spending.pay(desk, case, invoice=given["invoice"], pence=given["pounds"], what_for=given["what_for"])
    if made is None:
        raise Refused(f"Invoice {given['invoice']} of {case.reference} has been recorded before.")


def _hold(desk: Desk, case: Commission, given: dict[str, Any]) -> None:
    until: date = given["until"]
    holding.hold_reminders(desk, case, until, given["reason"])


def _release(desk: Desk, case: Commission, _given: dict[str, Any]) -> None:
    holding.release_reminders(desk, case)


FORMS: dict[str, CaseForm] = {
    "confirm": CaseForm(
        "Confirm this priority",
        "You decide under delegated authority; the next Board meeting ratifies it. Support can then be commissioned.",
        "The priority is confirmed. Commission support next.",
        frozenset({"identified"}),
        (_why(),),
        _confirm,
    ),
    "reject": CaseForm(
        "Reject this priority",
        "The case ends. The same school and theme may come back with new evidence.",
        "The priority is rejected.",
        frozenset({"identified"}),
        (_why(),),
        _reject,
        is_warning=True,
    ),
    "call": CaseForm(
        "Record a phone call",
        "What you write is kept in the timeline of the case and cannot be changed later.",
        "The phone call is in the timeline.",
        UNDER_WAY | {"identified", "paused", "closed", "opted_out", "withdrawn"},
        (
            Field("spoke_to", "Who you spoke to", Kind.TEXT, "", "Enter who you spoke to", most=200),
            Field("said", "What was said", Kind.LONG, "Do not include pupils’ names.", "Enter what was said"),
            Field(
                "settle",
                "Are the tasks to phone about this case done?",
                Kind.CHOICE,
                "",
                "Select yes if the tasks to phone are done",
                (("yes", "Yes, tick them off"), ("no", "No, I will try again")),
            ),
        ),
        _call,
    ),
    "hold": CaseForm(
        "Hold reminders",
        "School and provider get no reminder about their impact update until that day, or until you release them. "
        "Their links keep working.",
        "Reminders are held.",
        frozenset({"active"}),
        (UNTIL, _why()),
        _hold,
    ),
    "release": CaseForm(
        "Release reminders",
        "What was held goes back into the queue, and the ladder goes on from today.",
        "Reminders are released.",
        frozenset({"active"}),
        (),
        _release,
    ),
    "approve": CaseForm(
        "Approve the plan",
        "Money is committed, the support begins, and school and provider are told. More than the delegated limit is "
        "for the Board to approve.",
        "The plan is approved and the money committed.",
        frozenset({"planning"}),
        (Field("by", "Who approves", Kind.TEXT, "Your full name, or the delegate’s.", "Enter who approves", most=200),),
        _approve,
    ),
    "decide": CaseForm(
        "Decide the outcome",
        "The figures propose, you decide. The case closes, unspent money goes back, and both sides are told.",
        "The outcome is decided and the case is closed.",
        frozenset({"evaluating"}),
        (
            OUTCOME,
            Field(
                "lessons",
                "What was learned",
                Kind.LONG,
                "Shared with others. Needed when you decide otherwise than the figures propose.",
            ),
            Field("by", "Who decides", Kind.TEXT, "Your full name.", "Enter who decides", most=200),
        ),
        _decide,
    ),
    "pay": CaseForm(
        "Record a payment",
        "The payment counts against what is committed, and the provider is asked to confirm it.",
        "The payment is recorded.",
        frozenset({"active", "evaluating", "paused"}),
        (
            Field("invoice", "Invoice number", Kind.TEXT, "", "Enter the invoice number", most=80),
            Field("pounds", "Amount", Kind.MONEY, "", "Enter the amount"),
            Field("what_for", "What it is for", Kind.TEXT, "", "Enter what it is for", most=300),
        ),
        _pay,
    ),
    "pause": CaseForm(
        "Pause the case",
        "Its waits stand still and nobody is chased. On the day that you name, you are asked whether to go on.",
        "The case is paused.",
        UNDER_WAY,
        (_why("School and provider are told. Do not include pupils’ names."), REVIEW),
        _pause,
    ),
    "resume": CaseForm(
        "Resume the case",
        "It goes on where it was, with the school days that were left of each wait.",
        "The case goes on.",
        frozenset({"paused"}),
        (_why(),),
        _resume,
    ),
    "withdraw": CaseForm(
        "Withdraw the case",
        "The case ends before its time and its money goes back to the Fund. This cannot be undone.",
        "The case is withdrawn.",
        UNDER_WAY | {"identified", "paused"},
        (_why(),),
        _withdraw,
        is_warning=True,
    ),
}

FIRST = ("confirm", "approve", "decide", "resume", "call")
"""Which button of a case is the green one: the first of these that is offered."""


def offered(state: str, plan_state: str | None, *, is_chased: bool, is_held: bool) -> list[str]:
    """The forms that a case offers as it stands, the most likely first."""
    wanted = [name for name, form in FORMS.items() if state in form.states]
    leave = set()
    if plan_state != "agreed":
        leave.add("approve")
    if not is_chased or is_held:
        leave.add("hold")
    if not is_held:
        leave.add("release")
    left = [name for name in wanted if name not in leave]
    return sorted(left, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))
