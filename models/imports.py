"""What was imported, when, and what was skipped and why."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, LongText, ShortText


class ImportRun(Base):
    __tablename__ = "import_runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ShortText]
    filename: Mapped[LongText]
    sha256: Mapped[ShortText]
    year: Mapped[ShortText | None]
    imported_at: Mapped[datetime]
    read: Mapped[int]
    written: Mapped[int]
    unchanged: Mapped[int]
    skipped: Mapped[int]
    report: Mapped[dict[str, Any]]
