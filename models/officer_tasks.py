"""What an officer has to do by hand: a phone call, a decision, an exception."""

import enum
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, LongText, ShortText, str_enum


class OfficerTaskState(enum.StrEnum):
    OPEN = "open"
    DONE = "done"
    LAPSED = "lapsed"


class OfficerTask(Base):
    """`key` is made of stable ids, so that a run repeated does not ask twice.

    `told_on` is when it went into a digest.
    """

    __tablename__ = "officer_tasks"
    __table_args__ = (sa.Index("ix_officer_tasks_state_due", "state", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[ShortText] = mapped_column(unique=True)
    kind: Mapped[ShortText]
    commission_id: Mapped[int | None] = mapped_column(sa.ForeignKey("commissions.id"), index=True)
    officer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("contacts.id"))
    raised_on: Mapped[date]
    due_on: Mapped[date]
    told_on: Mapped[date | None]
    state: Mapped[OfficerTaskState] = mapped_column(str_enum(OfficerTaskState, "state"), default=OfficerTaskState.OPEN)
    done_on: Mapped[date | None]
    done_by: Mapped[ShortText | None]
    text: Mapped[LongText]
