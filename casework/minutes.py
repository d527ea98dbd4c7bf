"""Minutes [ToR]: drafted from what is recorded, mended by a person, agreed, published; then they never change.

A correction is a new version that goes the same way.
"""

import hashlib

import sqlalchemy as sa

from casework import events
from casework.board_states import move
from casework.desk import Desk
from casework.minutes_text import as_recorded
from models.board import Meeting, MeetingState, Minutes, MinutesState
from queries.board import code_of
from rules.errors import Refused

LONGEST = 200_000


def draft(desk: Desk, meeting: Meeting) -> Minutes:
    """Draft a meeting's minutes from its attendance and decisions; a draft that is there is written anew.

    Raises:
        Refused: the meeting was not held, or its minutes are agreed or published already.
    """
    if meeting.state is not MeetingState.HELD:
        raise Refused(f"The meeting of {meeting.day.isoformat()} was not held, as far as is recorded.")
    found = latest(desk, meeting)
    if found is None:
        found = Minutes(meeting_id=meeting.id, version=1, state=MinutesState.DRAFT, markdown="")
        desk.session.add(found)
    elif found.state is not MinutesState.DRAFT or found.version > 1:
        raise Refused(f"The minutes of {code_of(meeting)} are {found.state.value}; edit or correct them instead.")
    found.markdown = as_recorded(desk, meeting)
    desk.session.flush()
    return found


def edit(desk: Desk, meeting: Meeting, markdown: str) -> Minutes:
    """Replace the text of a draft.

    Raises:
        Refused: there is none, it is agreed or published, or the text is empty or far too long.
    """
    found = _open_version(desk, meeting)
    if found.state is MinutesState.PUBLISHED:
        raise Refused(f"The minutes of {code_of(meeting)} are published and never change: correct them instead.")
    if found.state is not MinutesState.DRAFT:
        raise Refused(f"The minutes of {code_of(meeting)} are agreed: take them back to a draft first.")
    found.markdown = _text(markdown)
    return found


def agree(desk: Desk, meeting: Meeting, by: str) -> Minutes:
    """The minutes are agreed as they stand."""
    found = _open_version(desk, meeting)
    move(found, MinutesState.AGREED, f"The minutes of {code_of(meeting)}")
    found.agreed_on, found.agreed_by = desk.as_of, by
    return found


def reopen(desk: Desk, meeting: Meeting) -> Minutes:
    """Agreed minutes become a draft again."""
    found = _open_version(desk, meeting)
    move(found, MinutesState.DRAFT, f"The minutes of {code_of(meeting)}")
    found.agreed_on = found.agreed_by = None
    return found


def publish(desk: Desk, meeting: Meeting) -> Minutes:
    """Publish agreed minutes: their SHA-256 is kept, and from now on the database refuses any change of them.

    Raises:
        Refused: they are not agreed.
    """
    found = _open_version(desk, meeting)
    digest = sha256(found.markdown)
    with desk.session.no_autoflush:  # state, moment and digest in the one UPDATE that is the last
        move(found, MinutesState.PUBLISHED, f"The minutes of {code_of(meeting)}")
        found.published_at, found.sha256 = desk.now, digest
    desk.session.flush()
    events.record_of(
        desk,
        "board",
        "minutes-published",
        found.correction or "The minutes were published.",
        {"minutes": found.id, "meeting": meeting.id, "version": found.version, "sha256": digest},
    )
    return found


def correct(desk: Desk, meeting: Meeting, why: str, markdown: str | None = None) -> Minutes:
    """Begin a new version of published minutes, with what was wrong; it is agreed and published like the first.

    Raises:
        Refused: nothing is published, a correction is open already, or it does not say what was wrong.
    """
    found = latest(desk, meeting)
    if found is None or found.state is not MinutesState.PUBLISHED:
        raise Refused(f"The minutes of {code_of(meeting)} are not published: edit the draft.")
    if not why.strip():
        raise Refused("Say what was wrong.")
    made = Minutes(
        meeting_id=meeting.id,
        version=found.version + 1,
        markdown=found.markdown if markdown is None else _text(markdown),
        correction=why.strip(),
    )
    desk.session.add(made)
    desk.session.flush()
    return made


def sha256(markdown: str) -> str:
    """The digest that is published beside the minutes: of their Markdown in UTF-8."""
    return hashlib.sha256(markdown.encode()).hexdigest()


def latest(desk: Desk, meeting: Meeting) -> Minutes | None:
    """The newest version of a meeting's minutes."""
    return desk.session.scalars(
        sa.select(Minutes).where(Minutes.meeting_id == meeting.id).order_by(Minutes.version.desc()).limit(1)
    ).one_or_none()


def _open_version(desk: Desk, meeting: Meeting) -> Minutes:
    found = latest(desk, meeting)
    if found is None:
        raise Refused(f"There are no minutes of {code_of(meeting)} yet: draft them first.")
    return found


def _text(markdown: str) -> str:
    if not markdown.strip():
        raise Refused("Minutes without a word cannot be kept.")
    if len(markdown) > LONGEST:
        raise Refused(f"Minutes may have {LONGEST:,} characters at most.")
    return markdown.replace("\r\n", "\n").replace("\x00", "")
