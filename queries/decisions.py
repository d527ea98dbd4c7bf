"""The Board's decisions with how they were voted on: searched, sorted and cut into pages by the database."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.board import Decision, DecisionState, Meeting, Vote, VoteChoice
from models.commissions import Commission
from queries.board import code_of
from queries.case_list import like

_IN_FAVOUR = (
    sa.select(sa.func.count())
    .where(Vote.decision_id == Decision.id, Vote.choice == VoteChoice.FOR)
    .correlate(Decision)
    .scalar_subquery()
)
SORTS: dict[str, Any] = {
    "day": Decision.decided_on,
    "decision": Decision.kind,
    "case": Decision.commission_id,
    "state": Decision.state,
    "votes": _IN_FAVOUR,
}


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


@dataclass(frozen=True, slots=True)
class DecisionsFound:
    """One page of the decisions found, and how many there are altogether."""

    lines: tuple[DecisionLine, ...]
    total: int


def find_decisions(
    session: Session,
    *,
    state: str = "",
    search: str = "",
    sort: str = "day",
    descending: bool = True,
    limit: int | None = None,
    offset: int = 0,
) -> DecisionsFound:
    """The decisions of a state, or with some words in their text or their case's reference, in the order of a column of
    `SORTS`; those that are equal in it the newest first.
    """
    where: list[sa.ColumnElement[bool]] = []
    if state in {one.value for one in DecisionState}:
        where.append(Decision.state == DecisionState(state))
    if search:
        columns = (Decision.text, Commission.reference)
        where.append(sa.or_(*(column.ilike(like(search), escape="\\") for column in columns)))
    column = SORTS.get(sort, Decision.decided_on)
    is_oldest_first = column is Decision.decided_on and not descending
    order = (
        column.desc().nulls_last() if descending else column.asc().nulls_last(),
        Decision.id.asc() if is_oldest_first else Decision.id.desc(),
    )
    asked = (
        sa.select(Decision, Meeting, Commission.reference, sa.func.count().over())
        .outerjoin(Meeting, Meeting.id == Decision.meeting_id)
        .outerjoin(Commission, Commission.id == Decision.commission_id)
        .where(*where)
        .order_by(*order)
        .limit(limit)
        .offset(offset)
    )
    rows = session.execute(asked).all()
    if rows:
        total = rows[0][-1]
    else:  # an offset beyond the last row says nothing of how many there are
        every = sa.select(sa.func.count()).select_from(Decision)
        total = session.scalar(every.outerjoin(Commission, Commission.id == Decision.commission_id).where(*where))
    here = asked.with_only_columns(Decision.id).subquery()
    votes = _votes(session, here)
    return DecisionsFound(
        tuple(_line(decision, meeting, reference, votes[decision.id]) for decision, meeting, reference, _ in rows),
        total or 0,
    )


def _votes(session: Session, here: sa.Subquery) -> dict[int, Counter[VoteChoice]]:
    """The votes on some decisions, however many those are."""
    votes: dict[int, Counter[VoteChoice]] = defaultdict(Counter)
    for decision_id, choice, count in session.execute(
        sa.select(Vote.decision_id, Vote.choice, sa.func.count())
        .join(here, here.c.id == Vote.decision_id)
        .group_by(Vote.decision_id, Vote.choice)
    ):
        votes[decision_id][choice] = count
    return votes


def _line(
    decision: Decision, meeting: Meeting | None, reference: str | None, votes: Counter[VoteChoice]
) -> DecisionLine:
    return DecisionLine(
        id=decision.id,
        meeting=code_of(meeting) if meeting is not None else None,
        kind=decision.kind,
        reference=reference,
        state=decision.state.value,
        decided_on=decision.decided_on,
        settled_on=decision.settled_on,
        text=decision.text,
        in_favour=votes[VoteChoice.FOR],
        against=votes[VoteChoice.AGAINST],
        abstained=votes[VoteChoice.ABSTAIN],
        conflicted=votes[VoteChoice.CONFLICTED],
    )
