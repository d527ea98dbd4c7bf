"""The states of a message: the one table that says which may follow which, and who may have it so.

`casework.outbox.move` is the one function that applies it; docs/states.md is the table for people.
"""

from collections.abc import Collection

from models.messages import MessageState as S
from rules.errors import Refused

TRANSITIONS: dict[S, frozenset[S]] = {
    S.QUEUED: frozenset({S.SENDING, S.WITHHELD, S.FAILED, S.ABORTED}),
    S.SENDING: frozenset({S.SENT, S.RETRY, S.FAILED, S.UNKNOWN}),
    S.RETRY: frozenset({S.SENDING, S.WITHHELD, S.FAILED, S.QUEUED, S.ABORTED}),
    S.SENT: frozenset({S.BOUNCED}),
    S.FAILED: frozenset({S.QUEUED, S.ABORTED}),
    S.BOUNCED: frozenset({S.QUEUED, S.ABORTED}),
    S.WITHHELD: frozenset({S.QUEUED, S.ABORTED}),
    S.ABORTED: frozenset({S.QUEUED}),
    S.UNKNOWN: frozenset({S.RETRY, S.QUEUED, S.ABORTED, S.BOUNCED}),
}

WAITING = (S.QUEUED, S.RETRY)
"""What a worker may take up."""

PROBLEMS = (S.FAILED, S.BOUNCED, S.UNKNOWN)
"""What an officer is told of."""


class IllegalMessageState(Refused):
    """A state was to follow one that it may not follow; both are named."""

    def __init__(self, message_id: int, before: S, after: S) -> None:
        self.message_id = message_id
        self.before = before
        self.after = after
        gone = ": it can no longer be stopped" if after is S.ABORTED else ""
        super().__init__(f"Message {message_id} is {words(before)} and cannot become {words(after)}{gone}.")


def check(message_id: int, before: S, after: S) -> None:
    """Refuse `after` unless the table lets it follow `before`.

    Raises:
        IllegalMessageState: naming both.
    """
    if after not in TRANSITIONS[before]:
        raise IllegalMessageState(message_id, before, after)


def sources(after: S) -> tuple[S, ...]:
    """The states that `after` may follow, in the table's order."""
    return tuple(before for before, allowed in TRANSITIONS.items() if after in allowed)


def words(state: S) -> str:
    """The state as a person would say it."""
    return {S.RETRY: "waiting to be tried again", S.UNKNOWN: "unsettled"}.get(state, state.value)


CHASERS = frozenset(
    {
        "support-offer-reminder",
        "brokering-offer-reminder",
        "impact-update-request",
        "impact-update-nudge",
        "impact-update-reminder",
        "task-digest",
        "overdue-digest",
        "delivery-problems",
        "board-pack-ready",
    }
)
"""E-mails that ask or remind: a second copy is a small nuisance, a missing one a missed answer. Everything else says
what was decided or offered, and a person looks before it goes twice (ADR 0009)."""


def may_be_resent(template: str, digested: Collection[str] = ()) -> bool:
    """Whether a message whose fate is unsettled may be sent once more by itself; a digest, when all its items may."""
    if template == "digest":
        return bool(digested) and CHASERS.issuperset(digested)
    return template in CHASERS
