"""How a case did against what unsupported schools like it did in the same time, in words."""

import enum
from collections.abc import Iterable


class Verdict(enum.StrEnum):
    """The words that people read, and that are stored."""

    BEYOND = "improved beyond expectation"
    IN_LINE = "in line"
    BELOW = "below"
    CANNOT_TELL = "cannot tell"


def verdict_of(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of a case from those of its measures: beyond when some measure is beyond expectation and none below;
    below the other way round; cannot tell when that is all that can be said of every measure; else in line."""
    found = set(verdicts)
    if found <= {Verdict.CANNOT_TELL}:
        return Verdict.CANNOT_TELL
    if Verdict.BEYOND in found and Verdict.BELOW not in found:
        return Verdict.BEYOND
    if Verdict.BELOW in found and Verdict.BEYOND not in found:
        return Verdict.BELOW
    return Verdict.IN_LINE
