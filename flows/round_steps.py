"""The steps of a round's chase alone."""

from datetime import date

from flows.all_steps import all_through
from tasks.round_steps import chase_updates, compose_messages


def chase_through(as_of: date) -> tuple[dict[str, int], list[str]]:
    """Open updates, then the e-mails of whom they write to."""
    return all_through((("updates", chase_updates), ("people", compose_messages)), as_of)
