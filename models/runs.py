"""What a flow did, in the domain's own database: Prefect's history is lossy and never the audit trail."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, ShortText


class RunReport(Base):
    """`facts` holds counts and ids only, never a name or an address.

    `failed_checks` is what an operator must look at.
    """

    __tablename__ = "run_reports"
    __table_args__ = (sa.Index("ix_run_reports_flow_day", "flow", "as_of"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    flow: Mapped[ShortText]
    flow_run_id: Mapped[ShortText | None] = mapped_column(index=True)
    as_of: Mapped[date]
    finished_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    failed_checks: Mapped[list[Any]] = mapped_column(default=list)
