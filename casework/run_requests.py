"""Runs that people ask for: kept as a row first, carried to Prefect afterwards, and followed to their end."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework.inserting import insert_of
from models.run_requests import RunRequest, RunRequestCase, RunRequestState
from models.runs import RunReport

ENDED_WELL = "COMPLETED"
ENDED_BADLY = frozenset({"FAILED", "CRASHED", "CANCELLED"})


def ask(
    session: Session,
    *,
    key: str,
    flow: str,
    parameters: dict[str, Any],
    as_of: date,
    actor: str,
    now: datetime,
    cases: Iterable[int] = (),
) -> int:
    """Keep a request under its key; its number. The same key again is the same request, and changes nothing.

    `cases` are the cases that it is for, where there are some already.
    """
    session.execute(
        insert_of(session, RunRequest)
        .values(
            key=key,
            flow=flow,
            parameters=parameters,
            as_of=as_of,
            actor=actor,
            asked_at=now,
            state=RunRequestState.WAITING,
            progress="",
            said="",
            facts={},
        )
        .on_conflict_do_nothing(index_elements=["key"])
    )
    number = session.scalars(sa.select(RunRequest.id).where(RunRequest.key == key)).one()
    _is_about(session, number, cases)
    return number


def started(session: Session, number: int, flow_run_id: str) -> None:
    """Prefect has the run."""
    session.execute(
        sa.update(RunRequest)
        .where(RunRequest.id == number, RunRequest.state == RunRequestState.WAITING)
        .values(state=RunRequestState.STARTED, flow_run_id=flow_run_id, progress="SCHEDULED")
    )


def refused(session: Session, number: int, said: str, now: datetime) -> None:
    """The request can never be carried out; why, in a sentence."""
    session.execute(
        sa.update(RunRequest)
        .where(RunRequest.id == number, RunRequest.state.in_((RunRequestState.WAITING, RunRequestState.STARTED)))
        .values(state=RunRequestState.FAILED, said=said, finished_at=now)
    )


def looked_at(session: Session, number: int, kind: str, message: str, now: datetime) -> None:
    """Keep how the run of a request stands; at its end what it reported, or what the flow refused in its own words."""
    row = session.get_one(RunRequest, number, with_for_update=True)
    if row.state is not RunRequestState.STARTED:
        return
    row.progress, row.looked_at = kind[:200], now
    if kind == ENDED_WELL:
        row.state, row.finished_at = RunRequestState.DONE, now
        row.facts = _reported(session, row.flow_run_id)
        _is_about(session, number, row.facts.get("cases", ()))
    elif kind in ENDED_BADLY:
        words = message.partition("Refused: ")[2]
        row.state, row.finished_at = RunRequestState.REFUSED if words else RunRequestState.FAILED, now
        row.said = words or "The run did not come to its end. An operator has been told."


def unfinished(session: Session, state: RunRequestState, limit: int = 20) -> list[RunRequest]:
    """The oldest requests in a state."""
    return list(
        session.scalars(sa.select(RunRequest).where(RunRequest.state == state).order_by(RunRequest.id).limit(limit))
    )


def _is_about(session: Session, number: int, cases: Iterable[int]) -> None:
    rows = [{"run_request_id": number, "commission_id": one} for one in dict.fromkeys(cases)]
    if rows:
        session.execute(insert_of(session, RunRequestCase).values(rows).on_conflict_do_nothing())


def _reported(session: Session, flow_run_id: str | None) -> dict[str, Any]:
    found = session.scalar(
        sa.select(RunReport.facts).where(RunReport.flow_run_id == flow_run_id).order_by(RunReport.id.desc()).limit(1)
    )
    return dict(found or {})
