"""Who has read which case and when: ids only, append-only, and apart from the event log, which is about changes."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, ShortText
from models.commissions import Commission


class CaseRead(Base):
    """`actor` is `contact:12` or `api-token:3`; `page` the route's path, with its parameters' names."""

    __tablename__ = "case_reads"
    __table_args__ = (sa.Index("ix_case_reads_commission_at", "commission_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[ShortText] = mapped_column(index=True)
    commission_id: Mapped[int] = mapped_column(sa.ForeignKey("commissions.id"))
    page: Mapped[ShortText]

    commission: Mapped[Commission] = relationship()
