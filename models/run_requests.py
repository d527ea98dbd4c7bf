"""Runs that somebody asked for from a page or the API, kept until Prefect has carried them out."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, LongText, ShortText, str_enum


class RunRequestState(enum.StrEnum):
    """`waiting`: not with Prefect yet; `started`: a run is there; `refused`: the flow said no, in a sentence."""

    WAITING = "waiting"
    STARTED = "started"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


class RunRequest(Base):
    """`key` comes from the form, so that a form sent twice asks once; Prefect gets it too, as its idempotency key.

    `parameters` are the flow's own: ids, money, and the reason, which names no person.
    """

    __tablename__ = "run_requests"
    __table_args__ = (
        sa.Index("ix_run_requests_state_id", "state", "id"),
        sa.CheckConstraint("state = 'waiting' OR flow_run_id IS NOT NULL OR said <> ''", name="started_where"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[ShortText] = mapped_column(unique=True)
    flow: Mapped[ShortText]
    parameters: Mapped[dict[str, Any]]
    as_of: Mapped[date]
    actor: Mapped[ShortText]
    asked_at: Mapped[datetime]
    state: Mapped[RunRequestState] = mapped_column(str_enum(RunRequestState, "state"), default=RunRequestState.WAITING)
    flow_run_id: Mapped[ShortText | None] = mapped_column(unique=True)
    progress: Mapped[ShortText] = mapped_column(default="")
    said: Mapped[LongText] = mapped_column(default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    looked_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class RunRequestCase(Base):
    """A case that a run was asked for, or that it made."""

    __tablename__ = "run_request_cases"

    run_request_id: Mapped[int] = mapped_column(sa.ForeignKey("run_requests.id"), primary_key=True)
    commission_id: Mapped[int] = mapped_column(sa.ForeignKey("commissions.id"), primary_key=True, index=True)
