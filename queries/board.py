"""The Board's meetings, as they are planned."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.board import Meeting


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """One meeting; number 0 reviews results, 1 to 6 are those of the half terms."""

    day: date
    academic_year: str
    number: int
    state: str


def meetings(session: Session) -> list[MeetingLine]:
    """Every meeting, in order of day."""
    return [
        MeetingLine(m.day, m.academic_year, m.number, m.state.value)
        for m in session.scalars(sa.select(Meeting).order_by(Meeting.day))
    ]
