"""Importing one file in one transaction: all or nothing."""

from datetime import date
from pathlib import Path

from config import clock
from config.database import session_scope
from feeds.reading import read_feed
from intake.report import IntakeReport
from intake.writing import write


def import_file(path: str, kind: str | None, year: str | None, as_of: date, area: str) -> IntakeReport:
    """Read a file and write it.

    Raises:
        Refused: whatever is wrong with it, in one sentence; nothing has changed.
    """
    feed = read_feed(Path(path), kind, year)
    with session_scope() as session:
        return write(session, feed, imported_at=clock.now(), as_of=as_of, area=area)
