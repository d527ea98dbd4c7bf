"""The words of minutes as what is recorded gives them, for a person to complete.

Published minutes are public: they name people of the Board and references of cases, never a school.
"""

import sqlalchemy as sa

from casework import board_letters, decisions_told
from casework.board_meetings import next_meeting
from casework.desk import Desk
from models.board import BoardMember, Decision, DecisionState, Meeting, Vote
from models.commissions import Commission
from models.contacts import Contact
from papers.markdown import as_text
from queries.board import seats
from rules.attendance import quorum
from rules.day_words import clock_time, in_words


def as_recorded(desk: Desk, meeting: Meeting) -> str:
    """The minutes as what is recorded gives them, in Markdown, for a person to complete."""
    lines = seats(desk.session, meeting)
    present = [_seat(one.name, one.group, "") for one in lines if one.presence == "present"]
    present += [_seat(one.substitute or "", one.group, one.name) for one in lines if one.presence == "substitute"]
    apologies = [as_text(one.name) for one in lines if one.presence == "apologies"]
    absent = [as_text(one.name) for one in lines if one.presence == "absent"]
    board = desk.policy.board
    needed = quorum(len(lines), board.quorum_percent, board.quorum_least)
    following = next_meeting(desk, meeting.day)
    parts = [
        f"# Minutes of the {board_letters.meeting_words(meeting)} {meeting.academic_year}",
        f"{as_text(desk.council.service)}, {as_text(desk.council.name)}. {in_words(meeting.day)}, "
        f"{clock_time(meeting.starts_at)}" + (f", {as_text(meeting.place)}." if meeting.place else "."),
        "## Present",
        _list(present),
        *(["## Apologies", _list(apologies)] if apologies else []),
        *(["## Absent", _list(absent)] if absent else []),
        f"{len(present)} of {len(lines)} members were present, themselves or by their substitute; {needed} are needed.",
        "## Conflicts of interest",
        _list(_conflicts(desk, meeting)) or "None were declared.",
        "## Decisions",
        "\n".join(f"{n}. {line}" for n, line in enumerate(decision_lines(desk, meeting), 1)) or "None.",
        "## Next meeting",
        f"{in_words(following.day)}, {clock_time(following.starts_at)}." if following else "Not planned yet.",
    ]
    return "\n\n".join(parts) + "\n"


def _seat(name: str, group: str | None, instead_of: str) -> str:
    who = f"{as_text(name)}, for {as_text(instead_of)}" if instead_of else as_text(name)
    return f"{who} ({as_text(group)})" if group else who


def _list(lines: list[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _conflicts(desk: Desk, meeting: Meeting) -> list[str]:
    rows = desk.session.execute(
        sa.select(Contact, Commission.reference)
        .join(BoardMember, BoardMember.contact_id == Contact.id)
        .join(Vote, Vote.member_id == BoardMember.id)
        .join(Decision, Decision.id == Vote.decision_id)
        .outerjoin(Commission, Commission.id == Decision.commission_id)
        .where(Decision.meeting_id == meeting.id, Vote.conflict.is_not(None))
        .order_by(Decision.id, Vote.id)
    )
    return [f"{as_text(contact.name)} did not vote on {reference or 'a matter'}." for contact, reference in rows]


def decision_lines(desk: Desk, meeting: Meeting) -> list[str]:
    """A line for each decision, by the case's reference and theme: minutes are public, and name no school."""
    lines = []
    for decision in desk.session.scalars(
        sa.select(Decision).where(Decision.meeting_id == meeting.id).order_by(Decision.id)
    ):
        commission = desk.session.get(Commission, decision.commission_id) if decision.commission_id else None
        said = decisions_told.WORDS.get(decision.kind, (decision.kind.replace("-", " ").capitalize(), ""))[0]
        about = f"{commission.reference} ({commission.theme_row.name})" if commission else ""
        what = f"{about}: {said.lower()}" if about else as_text(decision.text.rstrip(". "))
        state = {
            DecisionState.LOST: " (motion lost)",
            DecisionState.RATIFIED: ", ratified",
            DecisionState.REVERSED: ", not ratified",
        }.get(decision.state, "")
        votes = decisions_told.votes_in_words(desk, decision)
        lines.append(f"{what}{state}{f'; {votes}' if votes else ''}.")
    return lines
