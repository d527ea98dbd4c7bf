"""The Board's decisions, with how they were voted on."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.board import Decision, DecisionState, Meeting, Vote, VoteChoice
from models.commissions import Commission
from queries.board import code_of
from queries.case_list import like


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One decision. `meeting` is empty while a delegated one waits to be ratified."""

    id: int
    meeting: str | None
    kind: str
    reference: str | None
    state: str
    decided_on: date
    settled_on: date | None
    text: str
    in_favour: int
    against: int
    abstained: int
    conflicted: int


def decisions(session: Session, *, state: str = "", search: str = "") -> list[DecisionLine]:
    """Every decision, the newest first; of a state, or with some words in its text or its case's reference."""
    where: list[sa.ColumnElement[bool]] = []
    if state in {one.value for one in DecisionState}:
        where.append(Decision.state == DecisionState(state))
    if search:
        columns = (Decision.text, Commission.reference)
        where.append(sa.or_(*(column.ilike(like(search), escape="\\") for column in columns)))
    votes: dict[int, Counter[VoteChoice]] = defaultdict(Counter)
    for decision_id, choice, count in session.execute(
        sa.select(Vote.decision_id, Vote.choice, sa.func.count()).group_by(Vote.decision_id, Vote.choice)
    ):
        votes[decision_id][choice] = count
    rows = session.execute(
        sa.select(Decision, Meeting, Commission.reference)
        .outerjoin(Meeting, Meeting.id == Decision.meeting_id)
        .outerjoin(Commission, Commission.id == Decision.commission_id)
        .where(*where)
        .order_by(Decision.id.desc())
    )
    return [
        DecisionLine(
            id=decision.id,
            meeting=code_of(meeting) if meeting is not None else None,
            kind=decision.kind,
            reference=reference,
            state=decision.state.value,
            decided_on=decision.decided_on,
            settled_on=decision.settled_on,
            text=decision.text,
            in_favour=votes[decision.id][VoteChoice.FOR],
            against=votes[decision.id][VoteChoice.AGAINST],
            abstained=votes[decision.id][VoteChoice.ABSTAIN],
            conflicted=votes[decision.id][VoteChoice.CONFLICTED],
        )
        for decision, meeting, reference in rows
    ]
