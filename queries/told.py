"""Which e-mails told, or were to tell, what: those that carry a notice, and those from which it was taken back."""

from typing import Any

import sqlalchemy as sa

from models.messages import Notice, TakenBack


def messages_about(which: sa.ColumnElement[bool], *more: sa.Select[Any]) -> sa.CompoundSelect[Any]:
    """The numbers of the messages that tell, or before they were stopped were to tell, any notice that fits; and of
    `more`.
    """
    return sa.union(
        sa.select(Notice.message_id).where(which, Notice.message_id.is_not(None)),
        sa.select(TakenBack.message_id).join(Notice, Notice.id == TakenBack.notice_id).where(which),
        *more,
    )


def said_by_another() -> sa.Select[tuple[int]]:
    """The messages that never went, and of which something is told by another."""
    return sa.select(TakenBack.message_id)
