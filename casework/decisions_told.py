"""Telling the Chair of what was decided on a case: at a meeting, or between two under delegated authority."""

import sqlalchemy as sa

from casework import board_letters, notices
from casework.desk import Desk
from casework.notices import Subject
from models.board import Decision, DecisionState, Meeting, MeetingState, Vote, VoteChoice
from models.commissions import Commission
from models.contacts import Role
from queries import people

WORDS = {
    "confirm-priority": ("Confirmed as a priority", "a commissioning run offers the school support"),
    "reject-priority": ("Not taken up as a priority", "the case is closed"),
    "approve-plan": ("Plan approved", "the money is committed and support begins"),
    "recommission": ("Commissioned again", "a new case, linked to the one before, is offered to the school"),
    "end-case": ("Ended before its time", "money that is not spent goes back to the Fund"),
    "note": ("Noted", ""),
}


def tell(desk: Desk, decision: Decision, commission: Commission) -> None:
    """Tell the Chair, once a decision and state of it."""
    desk.session.flush()
    said, follows = WORDS.get(decision.kind, (decision.kind.replace("-", " ").capitalize(), ""))
    if decision.state is DecisionState.LOST:
        said, follows = f"Motion lost: {said.lower()}", ""
    elif decision.state is DecisionState.RATIFIED:
        said, follows = f"Ratified: {said.lower()}", ""
    elif decision.state is DecisionState.REVERSED:
        said, follows = f"Not ratified: {said.lower()}", "the decision is undone as far as it can be"
    delegated = decision.state is DecisionState.DELEGATED
    ratify_on = (
        desk.session.scalar(
            sa.select(sa.func.min(Meeting.day)).where(Meeting.day > desk.as_of, Meeting.state == MeetingState.PLANNED)
        )
        if delegated
        else None
    )
    for chair in people.with_role(desk.session, Role.CHAIR, desk.as_of):
        notices.tell(
            desk,
            chair,
            Subject("decision", decision.id),
            decision.state.value,
            lambda person: board_letters.decision_recorded(
                desk,
                commission,
                person,
                decision=said,
                decided_on=decision.decided_on,
                decided_by="an officer" if delegated else "the Board",
                votes=votes_in_words(desk, decision),
                follows=follows,
                ratify_on=ratify_on,
            ),
            commission=None,  # so that nothing that happens to the case meanwhile takes it back
            calendar=desk.calendars.area,
        )


def votes_in_words(desk: Desk, decision: Decision) -> str:
    """The votes on a decision: `8 for, none against, 1 with a conflict of interest`; empty when nobody voted."""
    counts = dict(
        desk.session.execute(
            sa.select(Vote.choice, sa.func.count()).where(Vote.decision_id == decision.id).group_by(Vote.choice)
        )
        .tuples()
        .all()
    )
    if not counts:
        return ""
    words = [f"{counts.get(VoteChoice.FOR) or 'none'} for", f"{counts.get(VoteChoice.AGAINST) or 'none'} against"]
    if counts.get(VoteChoice.ABSTAIN):
        words.append(f"{counts[VoteChoice.ABSTAIN]} abstained")
    if counts.get(VoteChoice.CONFLICTED):
        words.append(f"{counts[VoteChoice.CONFLICTED]} with a conflict of interest")
    return ", ".join(words)
