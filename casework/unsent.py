"""Yesterday's e-mail that never went, because the mail server was away: what it was to say goes with today's."""

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from casework import outbox
from casework.desk import Desk
from models.messages import Message, MessageKind, MessageState, Notice, NoticeState, TakenBack
from queries.index_choice import not_searched
from rules.day_words import in_words
from rules.message_states import WAITING


def late(desk: Desk, contact_ids: Collection[int]) -> dict[int, int]:
    """The scheduled e-mails of earlier days that wait and that no worker has: their numbers, and whose they are.

    What an officer may still undo is left alone, and so is what may have arrived: nobody can say whether it did.
    """
    if not contact_ids:
        return {}
    return dict(
        desk.session.execute(
            sa.select(Message.id, Message.contact_id)
            .where(
                Message.contact_id.in_(contact_ids),
                *of_earlier_days(desk),
                Message.unsettled == 0,
                sa.or_(Message.lease_until.is_(None), Message.lease_until < desk.now),
                sa.or_(Message.held_until.is_(None), Message.held_until <= desk.now),
            )
            .with_for_update(skip_locked=True)
        )
        .tuples()
        .all()
    )


def of_earlier_days(desk: Desk) -> tuple[sa.ColumnElement[bool], ...]:
    """Whether a message is the scheduled e-mail of an earlier day, and waits."""
    return not_searched(Message.state).in_(WAITING), Message.kind == MessageKind.SCHEDULED, Message.day < desk.as_of


def take_back(desk: Desk, message_ids: Collection[int]) -> None:
    """Stop these e-mails, and put what they were to say back among what waits to be told."""
    said = f"It had not gone by {in_words(desk.as_of)}, and goes with that day’s e-mail."
    outbox.move(desk.session, MessageState.ABORTED, sorted(message_ids), response=said)
    put_back(desk, Notice.message_id.in_(list(message_ids)), not_searched(Notice.state) == NoticeState.COMPOSED)


def put_back(desk: Desk, *which: sa.ColumnElement[bool]) -> None:
    """Put what e-mails that were stopped were to say back among what waits to be told; which e-mails those were is kept
    (`TakenBack`), so that nobody sends them after all and says it twice.
    """
    desk.session.execute(
        sa.insert(TakenBack).from_select(
            ["message_id", "notice_id"], sa.select(Notice.message_id, Notice.id).where(*which)
        )
    )
    desk.session.execute(sa.update(Notice).where(*which).values(state=NoticeState.PENDING, message_id=None))


def pass_over(desk: Desk, notice_ids: Iterable[int]) -> None:
    """Leave out what a later rung of the same ladder, told the same day, says better."""
    if ids := sorted(notice_ids):
        reason = f"It had not gone, and was overtaken by a later step on {desk.as_of.isoformat()}."
        desk.session.execute(
            sa.update(Notice).where(Notice.id.in_(ids)).values(state=NoticeState.SKIPPED, reason=reason)
        )
