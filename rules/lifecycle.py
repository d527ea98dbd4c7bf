"""The lifecycle of a commission: the one table that says which state may follow which.

`casework.lifecycle.move` is the one function that applies it.
"""

from models.commissions import CommissionState as S
from rules.errors import Refused

_LEAVES = frozenset({S.WITHDRAWN, S.PAUSED})

TRANSITIONS: dict[S, frozenset[S]] = {
    S.IDENTIFIED: frozenset({S.CONFIRMED, S.REJECTED, S.WITHDRAWN}),
    S.CONFIRMED: frozenset({S.OFFERED}) | _LEAVES,
    S.OFFERED: frozenset({S.BROKERING, S.OPTED_OUT}) | _LEAVES,
    S.BROKERING: frozenset({S.PLANNING, S.OPTED_OUT}) | _LEAVES,
    S.PLANNING: frozenset({S.ACTIVE, S.BROKERING, S.OPTED_OUT}) | _LEAVES,
    S.ACTIVE: frozenset({S.EVALUATING, S.OPTED_OUT}) | _LEAVES,
    S.EVALUATING: frozenset({S.CLOSED, S.WITHDRAWN, S.PAUSED}),
    S.PAUSED: frozenset({S.CONFIRMED, S.OFFERED, S.BROKERING, S.PLANNING, S.ACTIVE, S.EVALUATING, S.WITHDRAWN}),
    S.CLOSED: frozenset(),
    S.REJECTED: frozenset(),
    S.OPTED_OUT: frozenset(),
    S.WITHDRAWN: frozenset(),
}


class IllegalTransition(Refused):
    """A state was to follow one that it may not follow."""

    def __init__(self, reference: str, before: S, after: S) -> None:
        self.before = before
        self.after = after
        super().__init__(f"{reference} is {words(before)} and cannot become {words(after)}.")


def check(reference: str, before: S, after: S, paused_from: S | None = None) -> None:
    """Refuse `after` unless the table lets it follow `before`; a paused case resumes only to where it was.

    Raises:
        IllegalTransition: naming both states.
    """
    allowed = TRANSITIONS[before]
    if before is S.PAUSED and paused_from is not None:
        allowed = frozenset({paused_from, S.WITHDRAWN})
    if after not in allowed:
        raise IllegalTransition(reference, before, after)


def words(state: S) -> str:
    """The state as a person would say it."""
    return state.value.replace("_", " ")
