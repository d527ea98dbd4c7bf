"""Published minutes, for anybody to read; every version, for whoever writes them."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.board import Meeting, Minutes, MinutesState
from queries.board import code_of


@dataclass(frozen=True, slots=True)
class MinutesLine:
    """A version of a meeting's minutes."""

    code: str
    day: date
    number: int
    version: int
    state: str
    published_at: datetime | None
    sha256: str | None
    correction: str | None


@dataclass(frozen=True, slots=True)
class MinutesView:
    """A version whole. `versions` are all that are published of the same meeting, the newest first."""

    line: MinutesLine
    academic_year: str
    markdown: str
    versions: tuple[MinutesLine, ...]


def published(session: Session) -> list[MinutesLine]:
    """The newest published version of each meeting, the latest meeting first."""
    newest: dict[int, MinutesLine] = {}
    for minutes, meeting in _rows(session, MinutesState.PUBLISHED):
        newest[meeting.id] = _line(minutes, meeting)
    return sorted(newest.values(), key=lambda line: line.day, reverse=True)


def every_version(session: Session) -> list[MinutesLine]:
    """Every version of every meeting's minutes, drafts too."""
    return [_line(minutes, meeting) for minutes, meeting in _rows(session, None)]


def published_version(session: Session, academic_year: str, number: int, version: int | None) -> MinutesView | None:
    """A published version of a meeting's minutes, the newest unless told; None when there is none."""
    rows = [
        (minutes, meeting)
        for minutes, meeting in _rows(session, MinutesState.PUBLISHED)
        if (meeting.academic_year, meeting.number) == (academic_year, number)
    ]
    wanted = [row for row in rows if version is None or row[0].version == version]
    if not wanted:
        return None
    minutes, meeting = wanted[-1]
    versions = tuple(_line(one, meeting) for one, _ in reversed(rows))
    return MinutesView(_line(minutes, meeting), meeting.academic_year, minutes.markdown, versions)


def _rows(session: Session, state: MinutesState | None) -> list[tuple[Minutes, Meeting]]:
    wanted = (
        sa.select(Minutes, Meeting)
        .join(Meeting, Meeting.id == Minutes.meeting_id)
        .order_by(Meeting.day, Minutes.version)
    )
    if state is not None:
        wanted = wanted.where(Minutes.state == state)
    return [(minutes, meeting) for minutes, meeting in session.execute(wanted)]


def _line(minutes: Minutes, meeting: Meeting) -> MinutesLine:
    return MinutesLine(
        code=code_of(meeting),
        day=meeting.day,
        number=meeting.number,
        version=minutes.version,
        state=minutes.state.value,
        published_at=minutes.published_at,
        sha256=minutes.sha256,
        correction=minutes.correction,
    )
