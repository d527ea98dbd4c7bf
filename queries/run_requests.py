"""Runs that people asked for: one with its cases, and those of a case."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.commissions import Commission, CommissionState
from models.officer_tasks import OfficerTask, OfficerTaskState
from models.run_requests import RunRequest, RunRequestCase, RunRequestState
from models.schools import School

SHOWN = 50
NOT_STARTED = "not-started"
"""The kind of the task that says why a case of a run still waits."""


@dataclass(frozen=True, slots=True)
class CaseOfRun:
    """`left_because`: why a case did not start; empty when it did, and while the run goes on."""

    reference: str
    school: str
    left_because: str


@dataclass(frozen=True, slots=True)
class RunOfCase:
    """A run as its case shows it; `progress` is Prefect's word."""

    number: int
    flow: str
    state: RunRequestState
    progress: str
    said: str
    asked_at: datetime
    finished_at: datetime | None
    flow_run_id: str | None


@dataclass(frozen=True, slots=True)
class RunView(RunOfCase):
    """A run with the cases that it is for, the first of them."""

    facts: dict[str, Any]
    cases: tuple[CaseOfRun, ...]


def run_view(session: Session, number: int) -> RunView | None:
    """One run; None when there is none of that number."""
    row = session.get(RunRequest, number)
    if row is None:
        return None
    return RunView(**_of(row), facts=row.facts, cases=_cases(session, row))


def runs_of(session: Session, commission_id: int) -> tuple[RunOfCase, ...]:
    """The runs that a case was in, the newest first."""
    rows = session.scalars(
        sa.select(RunRequest)
        .join(RunRequestCase, RunRequestCase.run_request_id == RunRequest.id)
        .where(RunRequestCase.commission_id == commission_id)
        .order_by(RunRequest.id.desc())
        .limit(SHOWN)
    )
    return tuple(RunOfCase(**_of(row)) for row in rows)


def _of(row: RunRequest) -> dict[str, Any]:
    names = ("flow", "state", "progress", "said", "asked_at", "finished_at", "flow_run_id")
    return {"number": row.id} | {name: getattr(row, name) for name in names}


def _cases(session: Session, row: RunRequest) -> tuple[CaseOfRun, ...]:
    """A case of a run that is done did not start while it is still confirmed: its newest open task says why."""
    why = (
        sa.select(OfficerTask.text)
        .where(
            OfficerTask.commission_id == Commission.id,
            OfficerTask.kind == NOT_STARTED,
            OfficerTask.state == OfficerTaskState.OPEN,
        )
        .order_by(OfficerTask.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    found = session.execute(
        sa.select(Commission.id, Commission.reference, Commission.state, School.name, why)
        .join(RunRequestCase, RunRequestCase.commission_id == Commission.id)
        .join(School, School.urn == Commission.urn)
        .where(RunRequestCase.run_request_id == row.id)
        .order_by(Commission.id)
        .limit(SHOWN)
    )
    started = set(row.facts.get("cases", ()))
    return tuple(
        CaseOfRun(reference, school, _left(row, state, said) if number not in started else "")
        for number, reference, state, school, said in found
    )


def _left(row: RunRequest, state: CommissionState, said: str | None) -> str:
    if row.state is not RunRequestState.DONE:
        return ""
    if state is CommissionState.CONFIRMED:
        return said or "It waits for another run."
    return "It was no longer waiting when the run came to it."
