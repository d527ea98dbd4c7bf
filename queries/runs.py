"""What runs did, as they reported it."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.runs import RunReport


def last_report(session: Session, flow_run_id: str) -> RunReport | None:
    """The newest report that a run kept."""
    return session.scalars(
        sa.select(RunReport).where(RunReport.flow_run_id == flow_run_id).order_by(RunReport.id.desc()).limit(1)
    ).first()


def report_of(session: Session, flow_run_id: str) -> dict[str, Any]:
    """The facts that a run kept; empty when it kept none."""
    found = last_report(session, flow_run_id)
    return found.facts if found else {}
