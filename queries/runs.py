"""What runs did, as they reported it."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.runs import RunReport


def report_of(session: Session, flow_run_id: str) -> dict[str, Any]:
    """The facts that a run kept; empty when it kept none."""
    return (
        session.scalar(
            sa.select(RunReport.facts)
            .where(RunReport.flow_run_id == flow_run_id)
            .order_by(RunReport.id.desc())
            .limit(1)
        )
        or {}
    )
