"""What stands beside a case on its page: its e-mails, its tasks, its money, its place, and whom to phone."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer

from models.clusters import Alliance, Cluster, ClusterMembership
from models.commissions import Commission
from models.fund import Commitment, FundYear, HoldState, Reservation, Spend
from models.messages import Message, Notice
from models.officer_tasks import OfficerTask, OfficerTaskState
from models.plans import Evaluation, Objective, Plan
from models.referrals import Referral
from models.schools import School
from queries import people
from queries.outbox import MessageLine, line_of
from queries.run_requests import RunOfCase, runs_of
from queries.told import messages_about

MAILS_KNOWN = 100
"""A year's e-mails about a case are about forty."""


@dataclass(frozen=True, slots=True)
class TaskOfCase:
    id: int
    kind: str
    text: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Payment:
    spent_on: date
    what_for: str
    pence: int


@dataclass(frozen=True, slots=True)
class MoneyOfCase:
    """In pence. `reserved` until the plan is approved, `committed` from then on."""

    year: str
    budget: int
    reserved: int
    committed: int
    spent: int
    released: int
    payments: tuple[Payment, ...]

    @property
    def left(self) -> int:
        return max(self.committed - self.spent - self.released, 0)


@dataclass(frozen=True, slots=True)
class PlanOfCase:
    """`agreed_by_school` and `agreed_by_provider` name who agreed; empty while nobody has."""

    state: str
    starts_on: date
    ends_on: date
    cost: int
    vat: str
    objectives: tuple[str, ...]
    agreed_by_school: str
    agreed_by_provider: str
    approved_by: str


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a case."""

    id: int
    cluster: str | None
    alliance: str | None
    is_academy: bool
    paused_from: str | None
    head: people.Person | None
    lead: people.Person | None
    tasks: tuple[TaskOfCase, ...]
    messages: tuple[MessageLine, ...]
    money: MoneyOfCase | None
    plan: PlanOfCase | None
    proposed: str | None
    referral: str | None
    runs: tuple[RunOfCase, ...]


def beside(session: Session, reference: str, as_of: date) -> Beside | None:
    """Everything that stands beside a case; None when there is no such case."""
    row = session.execute(
        sa.select(Commission, School.is_academy, Evaluation.proposed, Referral.state)
        .join(School, School.urn == Commission.urn)
        .outerjoin(Evaluation, Evaluation.commission_id == Commission.id)
        .outerjoin(Referral, Referral.commission_id == Commission.id)
        .where(Commission.reference == reference)
    ).one_or_none()
    if row is None:
        return None
    case, is_academy, proposed, referral = row
    place = session.execute(
        sa.select(Cluster.name, Alliance.name)
        .join(ClusterMembership, ClusterMembership.cluster_id == Cluster.id)
        .outerjoin(Alliance, Alliance.id == Cluster.alliance_id)
        .where(
            ClusterMembership.urn == case.urn,
            ClusterMembership.starts_on <= as_of,
            sa.or_(ClusterMembership.ends_on.is_(None), ClusterMembership.ends_on >= as_of),
        )
    ).first()
    head, lead = people.parties(session, case.urn, case.provider_id, as_of)
    return Beside(
        id=case.id,
        cluster=place[0] if place else None,
        alliance=place[1] if place else None,
        is_academy=is_academy,
        paused_from=case.paused_from.value if case.paused_from else None,
        head=head,
        lead=lead,
        tasks=_tasks(session, case.id),
        messages=messages_of(session, case.id, MAILS_KNOWN),
        money=_money(session, case.id),
        plan=_plan(session, case.id),
        proposed=proposed.value if proposed else None,
        referral=referral.value if referral else None,
        runs=runs_of(session, case.id),
    )


def messages_of(session: Session, commission_id: int, limit: int) -> tuple[MessageLine, ...]:
    """The newest e-mails about a case, alone or in a digest."""
    alone = sa.select(Message.id).where(Message.commission_id == commission_id)
    ids = messages_about(Notice.commission_id == commission_id, alone)
    rows = session.scalars(
        sa.select(Message)
        .options(defer(Message.context, raiseload=True))
        .where(Message.id.in_(ids))
        .order_by(Message.id.desc())
        .limit(limit)
    )
    return tuple(line_of(message) for message in rows)


def _tasks(session: Session, commission_id: int) -> tuple[TaskOfCase, ...]:
    rows = session.scalars(
        sa.select(OfficerTask)
        .where(OfficerTask.commission_id == commission_id, OfficerTask.state == OfficerTaskState.OPEN)
        .order_by(OfficerTask.due_on, OfficerTask.id)
    )
    return tuple(TaskOfCase(task.id, task.kind, task.text, task.due_on) for task in rows)


def _money(session: Session, commission_id: int) -> MoneyOfCase | None:
    found = session.execute(
        sa.select(Reservation, Commitment, FundYear)
        .join(FundYear, FundYear.id == Reservation.fund_year_id)
        .outerjoin(Commitment, Commitment.commission_id == Reservation.commission_id)
        .where(Reservation.commission_id == commission_id)
    ).one_or_none()
    if found is None:
        return None
    reservation, commitment, year = found
    spends = []
    if commitment is not None:
        spends = list(
            session.scalars(
                sa.select(Spend).where(Spend.commitment_id == commitment.id).order_by(Spend.spent_on, Spend.id)
            )
        )
    return MoneyOfCase(
        year=year.label,
        budget=year.budget_pence,
        reserved=reservation.pence if reservation.state is HoldState.HELD else 0,
        committed=commitment.pence if commitment else 0,
        spent=commitment.spent_pence if commitment else 0,
        released=commitment.released_pence
        if commitment
        else (reservation.pence if reservation.state is HoldState.RELEASED else 0),
        payments=tuple(Payment(one.spent_on, one.what_for, one.pence) for one in spends),
    )


def _plan(session: Session, commission_id: int) -> PlanOfCase | None:
    rows = session.execute(
        sa.select(Plan, Objective.text)
        .outerjoin(Objective, Objective.plan_id == Plan.id)
        .where(Plan.commission_id == commission_id)
        .order_by(Objective.position)
    ).all()
    if not rows:
        return None
    plan, objectives = rows[0][0], [text for _, text in rows if text is not None]
    return PlanOfCase(
        state=plan.state.value,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        cost=plan.cost_pence,
        vat=plan.vat.value,
        objectives=tuple(objectives),
        agreed_by_school=plan.school_agreed_by or "",
        agreed_by_provider=plan.provider_agreed_by or "",
        approved_by=plan.approved_by or "",
    )
