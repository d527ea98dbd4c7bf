"""The timeline of a case's page: what happened, and the e-mails that went to people about it, the newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from models.messages import MessageState
from queries.cases import EventLine
from queries.outbox import MessageLine

BECAME = {
    MessageState.SENT.value: "sent to {who}.",
    MessageState.BOUNCED.value: "to {who} came back.",
    MessageState.FAILED.value: "to {who} was refused.",
    MessageState.UNKNOWN.value: "to {who} may not have arrived.",
}
"""What did not go, or may still, is no part of what happened: the list of e-mails has it."""
OF_THE_DESK = frozenset({"task-digest", "delivery-problems"})
"""What tells officers of their own work, which stands on the page by itself."""
CALLED = {
    "brokering-confirmed": "Confirmation of the work",
    "brokering-offer": "Offer of the work",
    "brokering-offer-expired": "Word that the offer has expired",
    "brokering-offer-reminder": "Reminder of the offer of the work",
    "case-closed": "Word that the case is closed",
    "case-paused": "Word that the case is paused",
    "decision-recorded": "Word of a decision",
    "digest": "E-mail about several matters",
    "impact-evaluated": "Evaluation",
    "impact-update-nudge": "Note before the impact update is due",
    "impact-update-received": "Receipt for an impact update",
    "impact-update-reminder": "Reminder of the impact update",
    "impact-update-request": "Request for an impact update",
    "opt-out-confirmed": "Confirmation of the opt-out",
    "overdue-digest": "List of what is overdue",
    "plan-agreed": "Agreed plan",
    "plan-to-agree": "Plan to agree",
    "spend-to-confirm": "Payment to confirm",
    "support-brokered": "Word of who gives the support",
    "support-offer-reminder": "Reminder of the offer of support",
    "support-offered": "Offer of support",
}
"""An e-mail by what it is to its reader; another by the words of its own name."""


@dataclass(frozen=True, slots=True)
class Happened:
    """`now` is the state that the case came to, where it did. `message` is the number of the e-mail, where it was one,
    and `called` what it was; `said` goes on from there.
    """

    day: date
    said: str
    now: str | None = None
    message: int | None = None
    called: str = ""


def timeline(events: Iterable[EventLine], messages: Iterable[MessageLine]) -> list[Happened]:
    """Both together. On one day the e-mails come after what they tell of, so above it."""
    mails = [_mail(one) for one in messages if one.state in BECAME and one.template not in OF_THE_DESK]
    happened = [Happened(one.day, one.reason, one.to_state if one.from_state else None) for one in events]
    return sorted([*mails, *happened], key=lambda one: one.day, reverse=True)


def _mail(one: MessageLine) -> Happened:
    called = CALLED.get(one.template) or one.template.replace("-", " ").capitalize()
    return Happened(one.day, BECAME[one.state].format(who=one.recipient_name), message=one.id, called=called)
