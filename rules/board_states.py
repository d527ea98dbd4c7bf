"""The Board's small state machines: for each the one table that says which state may follow which.

`casework.board_states.move` is the one function that applies them.
"""

import enum
from collections.abc import Mapping

from models.board import DecisionState, GroupLetterState, MeetingState, MinutesState
from models.referrals import ReferralState
from rules.errors import Refused

Table = Mapping[enum.StrEnum, frozenset[enum.StrEnum]]

MEETING: Table = {
    MeetingState.PLANNED: frozenset({MeetingState.HELD, MeetingState.CANCELLED}),
    MeetingState.HELD: frozenset(),
    MeetingState.CANCELLED: frozenset(),
}
DECISION: Table = {
    DecisionState.DELEGATED: frozenset({DecisionState.RATIFIED, DecisionState.REVERSED}),
    DecisionState.DECIDED: frozenset(),
    DecisionState.LOST: frozenset(),
    DecisionState.RATIFIED: frozenset(),
    DecisionState.REVERSED: frozenset(),
}
MINUTES: Table = {
    MinutesState.DRAFT: frozenset({MinutesState.AGREED}),
    MinutesState.AGREED: frozenset({MinutesState.DRAFT, MinutesState.PUBLISHED}),
    MinutesState.PUBLISHED: frozenset(),
}
GROUP_LETTER: Table = {
    GroupLetterState.DRAFT: frozenset({GroupLetterState.SENT, GroupLetterState.WITHDRAWN}),
    GroupLetterState.WITHDRAWN: frozenset({GroupLetterState.DRAFT}),
    GroupLetterState.SENT: frozenset(),
}
REFERRAL: Table = {
    ReferralState.DRAFT: frozenset({ReferralState.SENT, ReferralState.WITHDRAWN}),
    ReferralState.SENT: frozenset({ReferralState.ANSWERED, ReferralState.CLOSED}),
    ReferralState.ANSWERED: frozenset({ReferralState.CLOSED}),
    ReferralState.CLOSED: frozenset(),
    ReferralState.WITHDRAWN: frozenset(),
}
TABLES: dict[type[enum.StrEnum], Table] = {
    MeetingState: MEETING,
    DecisionState: DECISION,
    MinutesState: MINUTES,
    GroupLetterState: GROUP_LETTER,
    ReferralState: REFERRAL,
}


def check(what: str, before: enum.StrEnum, after: enum.StrEnum) -> None:
    """Refuse `after` unless its machine's table lets it follow `before`. `what` begins a sentence: `The minutes`.

    Raises:
        Refused: naming both states.
    """
    if after not in TABLES[type(before)][before]:
        raise Refused(f"{what} cannot become {after.value}: now {before.value}.")
