"""The statement of a Fund year: what each case holds, has spent and gave back; by theme and by cluster. Pence."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.clusters import Cluster, ClusterMembership
from models.commissions import Commission
from models.fund import ChairPayment, Commitment, Contribution, FundYear, HoldState, Reservation, Spend
from models.plans import Plan
from models.providers import Provider
from models.schools import School
from models.themes import Theme


@dataclass(frozen=True, slots=True)
class CaseMoney:
    """One case in a year. `committed` is what is promised and not spent yet; the cluster is the school's on the day on
    which the money was set aside, whatever has been realigned since.
    """

    reference: str
    urn: int
    school: str
    theme: str
    cluster: str
    provider: str
    vat: str
    reserved: int
    committed: int
    spent: int
    released: int


@dataclass(frozen=True, slots=True)
class GroupMoney:
    """The cases of one theme or one cluster together."""

    name: str
    cases: int
    reserved: int
    committed: int
    spent: int
    released: int


@dataclass(frozen=True, slots=True)
class ContributionLine:
    contributor: str
    basis: str
    pence: int
    received_on: date


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """A payment; `reference` is empty for one to the Chair."""

    paid_on: date
    reference: str
    what_for: str
    pence: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A Fund year whole: its cases, grouped two ways, who contributed, what was paid."""

    label: str
    cases: tuple[CaseMoney, ...]
    by_theme: tuple[GroupMoney, ...]
    by_cluster: tuple[GroupMoney, ...]
    contributions: tuple[ContributionLine, ...]
    payments: tuple[PaymentLine, ...]


def statement(session: Session, year: FundYear) -> Statement:
    """The statement of a year; its sums are the totals on the year's own row, to the penny."""
    cases = _cases(session, year)
    return Statement(
        label=year.label,
        cases=cases,
        by_theme=_grouped(cases, lambda case: case.theme),
        by_cluster=_grouped(cases, lambda case: case.cluster or "No cluster"),
        contributions=tuple(
            ContributionLine(one.contributor, one.basis, one.pence, one.received_on)
            for one in session.scalars(
                sa.select(Contribution)
                .where(Contribution.fund_year_id == year.id)
                .order_by(Contribution.received_on, Contribution.id)
            )
        ),
        payments=_payments(session, year),
    )


def _cases(session: Session, year: FundYear) -> tuple[CaseMoney, ...]:
    rows = session.execute(
        sa.select(Reservation, Commitment, Commission, School.name, Theme.name, Provider.name, Plan.vat)
        .join(Commission, Commission.id == Reservation.commission_id)
        .join(School, School.urn == Commission.urn)
        .join(Theme, Theme.code == Commission.theme)
        .outerjoin(Commitment, Commitment.commission_id == Commission.id)
        .outerjoin(Provider, Provider.id == Commission.provider_id)
        .outerjoin(Plan, Plan.commission_id == Commission.id)
        .where(Reservation.fund_year_id == year.id)
        .order_by(Commission.id)
    ).all()
    clusters = _clusters(session, [(row[2].urn, row[0].reserved_on) for row in rows])
    lines = []
    for reservation, commitment, commission, school, theme, provider, vat in rows:
        lines.append(
            CaseMoney(
                reference=commission.reference,
                urn=commission.urn,
                school=school,
                theme=theme,
                cluster=clusters.get((commission.urn, reservation.reserved_on), ""),
                provider=provider or "",
                vat=vat.value if vat else "",
                reserved=reservation.pence if reservation.state is HoldState.HELD else 0,
                committed=commitment.pence - commitment.spent_pence - commitment.released_pence if commitment else 0,
                spent=commitment.spent_pence if commitment else 0,
                released=(commitment.released_pence if commitment else 0)
                + (reservation.pence if reservation.state is HoldState.RELEASED else 0),
            )
        )
    return tuple(lines)


def _clusters(session: Session, wanted: list[tuple[int, date]]) -> dict[tuple[int, date], str]:
    """The name of each school's cluster on each day."""
    spells: dict[int, list[tuple[date, date | None, str]]] = {}
    for urn, starts_on, ends_on, name in session.execute(
        sa.select(ClusterMembership.urn, ClusterMembership.starts_on, ClusterMembership.ends_on, Cluster.name)
        .join(Cluster, Cluster.id == ClusterMembership.cluster_id)
        .where(ClusterMembership.urn.in_({urn for urn, _ in wanted}))
        .order_by(ClusterMembership.starts_on)
    ):
        spells.setdefault(urn, []).append((starts_on, ends_on, name))
    return {
        (urn, day): name
        for urn, day in wanted
        for starts_on, ends_on, name in spells.get(urn, [])
        if starts_on <= day and (ends_on is None or ends_on >= day)
    }


def _grouped(cases: tuple[CaseMoney, ...], key: Callable[[CaseMoney], str]) -> tuple[GroupMoney, ...]:
    groups: dict[str, list[CaseMoney]] = {}
    for case in cases:
        groups.setdefault(key(case), []).append(case)
    return tuple(
        GroupMoney(
            name=name,
            cases=len(group),
            reserved=sum(one.reserved for one in group),
            committed=sum(one.committed for one in group),
            spent=sum(one.spent for one in group),
            released=sum(one.released for one in group),
        )
        for name, group in sorted(groups.items())
    )


def _payments(session: Session, year: FundYear) -> tuple[PaymentLine, ...]:
    to_providers = session.execute(
        sa.select(Spend.spent_on, Commission.reference, Spend.what_for, Spend.pence)
        .join(Commitment, Commitment.id == Spend.commitment_id)
        .join(Commission, Commission.id == Commitment.commission_id)
        .where(Commitment.fund_year_id == year.id)
        .order_by(Spend.spent_on, Spend.id)
    )
    to_the_chair = session.execute(
        sa.select(ChairPayment.paid_on, ChairPayment.what_for, ChairPayment.pence)
        .where(ChairPayment.fund_year_id == year.id)
        .order_by(ChairPayment.paid_on, ChairPayment.id)
    )
    lines = [PaymentLine(*row) for row in to_providers.tuples()]
    lines += [PaymentLine(day, "", f"Independent Chair: {what_for}", pence) for day, what_for, pence in to_the_chair]
    return tuple(sorted(lines, key=lambda line: line.paid_on))
