"""What a played year came to: counted from the database and from Prefect, nothing remembered on the way."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.board import (
    Decision,
    DecisionState,
    GroupLetter,
    GroupLetterState,
    Meeting,
    MeetingState,
    Minutes,
    MinutesState,
)
from models.board_papers import Pack
from models.commissions import Commission
from models.events import Event
from models.fund import FundYear
from models.messages import Message
from models.referrals import Referral
from models.rounds import ImpactUpdate, UpdateState

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts that `sib demo --json` prints. Money is the Fund year in which the run was commissioned."""

    commissions: dict[str, int]
    outcomes: dict[str, int]
    messages: dict[str, int]
    templates: dict[str, int]
    updates: dict[str, int]
    money_pence: dict[str, int]
    events: dict[str, int]
    referrals: int
    board: dict[str, int]


def summary(session: Session, day: date) -> Summary:
    """Count everything; `day` chooses the Fund year."""
    year = session.scalars(sa.select(FundYear).where(FundYear.starts_on <= day, FundYear.ends_on >= day)).one()
    outcomes = session.execute(
        sa.select(Commission.outcome, sa.func.count())
        .where(Commission.outcome.is_not(None))
        .group_by(Commission.outcome)
        .order_by(Commission.outcome)
    )
    return Summary(
        commissions={s.value: n for s, n in _count(session, Commission.state)},
        outcomes={outcome.value: n for outcome, n in outcomes if outcome is not None},
        messages={s.value: n for s, n in _count(session, Message.state)},
        templates=dict(_count(session, Message.template)),
        updates=_updates(session),
        money_pence={
            "budget": year.budget_pence,
            "reserved": year.reserved_pence,
            "committed": year.committed_pence,
            "spent": year.spent_pence,
            "free": year.free_pence,
        },
        events=dict(_count(session, Event.kind)),
        referrals=session.scalar(sa.select(sa.func.count()).select_from(Referral)) or 0,
        board=_board(session),
    )


def _board(session: Session) -> dict[str, int]:
    """What the Board did."""
    counted = {
        "meetings_held": sa.select(Meeting.id).where(Meeting.state == MeetingState.HELD),
        "packs": sa.select(Pack.id),
        "decisions": sa.select(Decision.id),
        "ratified": sa.select(Decision.id).where(Decision.state == DecisionState.RATIFIED),
        "letters_sent": sa.select(GroupLetter.id).where(GroupLetter.state == GroupLetterState.SENT),
        "minutes_published": sa.select(Minutes.id).where(Minutes.state == MinutesState.PUBLISHED),
    }
    return {
        what: session.scalar(sa.select(sa.func.count()).select_from(q.subquery())) or 0 for what, q in counted.items()
    }


def _count(session: Session, column: InstrumentedAttribute[T]) -> list[tuple[T, int]]:
    return [
        (key, n) for key, n in session.execute(sa.select(column, sa.func.count()).group_by(column).order_by(column))
    ]


def _updates(session: Session) -> dict[str, int]:
    """On time: answered by the due day; late: answered after it; missed: not answered by the end of the half term."""
    counts: Counter[str] = Counter(on_time=0, late=0, missed=0)
    for state, answered_on, due_on in session.execute(
        sa.select(ImpactUpdate.state, ImpactUpdate.answered_on, ImpactUpdate.due_on)
    ):
        if state is UpdateState.MISSED:
            counts["missed"] += 1
        elif state is UpdateState.ANSWERED and answered_on is not None:
            counts["on_time" if answered_on <= due_on else "late"] += 1
    return dict(counts)
