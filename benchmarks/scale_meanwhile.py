"""What people and publishers do between the measured days of `benchmarks.scale`, as plain statements; not measured."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from config.database import session_scope
from models.commissions import Commission
from models.messages import Message, MessageState
from models.plans import Plan, PlanMeasure
from models.results import ListedSchool, PublishedResult
from models.rounds import ImpactUpdate, UpdateState

ONE_IN = 10
"""One case in so many comes to its end; the schools of the others have had no support yet and are compared with."""
BEFORE, AFTER, MEASURE = "2025-26", "2026-27", "ks2_mat_exp"
SUPPORT_ENDS = date(2027, 7, 20)


def meanwhile(what: str) -> None:
    """Do it."""
    with session_scope() as session:
        WHAT[what](session)


def everybody_answers(session: Session) -> None:
    """The mail that was made has gone, and every update that was asked for has been answered."""
    session.execute(
        sa.update(Message)
        .where(Message.state == MessageState.QUEUED)
        .values(state=MessageState.SENT, sent_at=datetime(2026, 11, 4, 9, tzinfo=UTC))
    )
    session.execute(
        sa.update(ImpactUpdate)
        .where(ImpactUpdate.state == UpdateState.AWAITED)
        .values(
            state=UpdateState.ANSWERED,
            answered_at=datetime(2026, 11, 16, 9, tzinfo=UTC),
            answered_on=ImpactUpdate.opened_on,
            answered_by="benchmark",
            next_step_on=None,
        )
    )


def a_year_goes_by(session: Session) -> None:
    """One case in ten is at its end, with a published measure in its plan where its school has one; the next results,
    the same as the last ones, are in; no round is due.
    """
    everybody_answers(session)
    ending = Commission.id % ONE_IN == 0
    later = SUPPORT_ENDS + timedelta(days=60)
    session.execute(
        sa.update(Commission)
        .where(~ending, Commission.starts_on.is_not(None))
        .values(
            starts_on=later,
            ends_on=later + timedelta(days=300),
            next_due_on=later + timedelta(days=301),
            next_round_on=None,
        )
    )
    session.execute(
        sa.update(Commission)
        .where(ending, Commission.starts_on.is_not(None))
        .values(ends_on=SUPPORT_ENDS, next_due_on=SUPPORT_ENDS + timedelta(days=1), next_round_on=None)
    )
    has_figures = sa.select(PublishedResult.urn).where(
        PublishedResult.measure == MEASURE, PublishedResult.year == BEFORE, PublishedResult.value.is_not(None)
    )
    plans = sa.select(Plan.id).join(Commission, Commission.id == Plan.commission_id)
    session.execute(
        sa.update(PlanMeasure)
        .where(PlanMeasure.plan_id.in_(plans.where(ending, Commission.urn.in_(has_figures))))
        .values(published=MEASURE, baseline_year=BEFORE)
    )
    _again(session, PublishedResult, PublishedResult.measure == MEASURE)
    _again(session, ListedSchool, sa.true())


def _again(session: Session, model: type[PublishedResult | ListedSchool], which: sa.ColumnElement[bool]) -> None:
    """The rows of the last year once more, as those of the next."""
    names = [one.key for one in model.__mapper__.column_attrs if one.key not in ("id", "year")]
    rows = sa.select(sa.literal(AFTER), *(getattr(model, name) for name in names)).where(model.year == BEFORE, which)
    session.execute(sa.insert(model).from_select(["year", *names], rows))


WHAT: dict[str, Callable[[Session], None]] = {"answers": everybody_answers, "year": a_year_goes_by}
