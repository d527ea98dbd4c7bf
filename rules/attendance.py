"""Who has missed too often, whether enough are there, and whether a motion is carried [ToR]."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.board import Presence, VoteChoice

COUNTS_AS_PRESENT = frozenset({Presence.PRESENT, Presence.SUBSTITUTE})


@dataclass(frozen=True, slots=True)
class Sat:
    """One held meeting of a member's time on the Board, and how it was attended."""

    meeting_id: int
    presence: Presence


def letters_due(history: Sequence[Sat], missed_meetings: int) -> tuple[tuple[int, int], ...]:
    """The meetings, first and last missed, for each of which the Chair writes to the member's group.

    `history` holds the meetings that were held while the person was a member, in order of day; a cancelled one is not
    among them. Apologies without a substitute are a miss: the terms of reference ask to attend or to send a substitute.
    After a letter the count begins anew, so that four misses in a row are two letters and three are one.
    """
    found: list[tuple[int, int]] = []
    missed: list[int] = []
    for sat in history:
        missed = [] if sat.presence in COUNTS_AS_PRESENT else [*missed, sat.meeting_id]
        if len(missed) == missed_meetings:
            found.append((missed[0], missed[-1]))
            missed = []
    return tuple(found)


def quorum(members: int, percent: int, least: int) -> int:
    """How many members must be present, themselves or by a substitute: a share rounded up, never fewer than `least`."""
    return max(-(-members * percent // 100), least)


def is_carried(choices: Sequence[VoteChoice], percent: int) -> bool:
    """Whether a motion has more than `percent` of the votes for and against; who abstains or has a conflict casts none.

    A tie is not a majority.
    """
    in_favour = sum(choice is VoteChoice.FOR for choice in choices)
    against = sum(choice is VoteChoice.AGAINST for choice in choices)
    return in_favour * 100 > (in_favour + against) * percent
