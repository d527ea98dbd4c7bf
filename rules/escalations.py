"""E-mails that take a matter to somebody higher: held for a while, so that an officer can undo them."""

from datetime import datetime, timedelta

from rules.ladder import Rung

TEMPLATES = frozenset({"overdue-digest", "missed-two-meetings"})
"""To the Chair, and from the Chair to the group that nominated a member."""


def is_escalation(template: str, step: str) -> bool:
    """Whether a notice is one: to the Chair or a group, or the second reminder, of which deputies get a copy."""
    return template in TEMPLATES or step == Rung.SECOND_REMINDER.value


def held_until(made_at: datetime, opens_at: datetime, minutes: int) -> datetime:
    """Until when an escalation is held: counted from when it could first go, not from a moment when nobody is at work.

    `opens_at` is the instant of that day from which mail may be sent.
    """
    return max(made_at, opens_at) + timedelta(minutes=minutes)
