"""The cases of the programme: whose they are, what they cost, how their updates came. Plain values, a row a case."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.clusters import Alliance, Cluster, ClusterAlignment, ClusterMembership
from models.commissions import Commission, CommissionState
from models.fund import Commitment, FundYear
from models.providers import Provider
from models.rounds import ImpactUpdate, UpdateParty, UpdateState
from models.schools import School
from models.themes import Theme

BEGUN = (CommissionState.ACTIVE, CommissionState.PAUSED, CommissionState.EVALUATING, CommissionState.CLOSED)
ENDED_SUPPORT = (CommissionState.EVALUATING, CommissionState.CLOSED)


@dataclass(frozen=True, slots=True)
class Updates:
    """Impact updates that have fallen due, by how they came."""

    on_time: int = 0
    late: int = 0
    missed: int = 0

    @property
    def due(self) -> int:
        return self.on_time + self.late + self.missed

    def plus(self, other: "Updates") -> "Updates":
        """Both together."""
        return Updates(self.on_time + other.on_time, self.late + other.late, self.missed + other.missed)


NO_UPDATES = Updates()


@dataclass(frozen=True, slots=True)
class ProgrammeCase:
    """One case whose support has begun. Cluster and alliance are those of its school on the day that it began, the year
    is the Fund year that pays for it. `pence` is what it costs the Fund: what was committed less what was released."""

    commission_id: int
    reference: str
    urn: int
    school: str
    theme: str
    provider: str
    provider_code: str
    cluster: str
    alliance: str
    year: str
    starts_on: date | None
    ended: bool
    outcome: str | None
    pence: int
    updates: Updates
    provider_updates: Updates


def programme_cases(session: Session, as_of: date, *, ended_only: bool = False) -> list[ProgrammeCase]:
    """Every case whose support has begun, or only those where it is over, in the order of their numbers."""
    rows = session.execute(
        sa.select(Commission, School.name, Theme.name, Provider.name, Provider.code, FundYear.label, Commitment)
        .join(School, School.urn == Commission.urn)
        .join(Theme, Theme.code == Commission.theme)
        .join(Provider, Provider.id == Commission.provider_id)
        .outerjoin(Commitment, Commitment.commission_id == Commission.id)
        .outerjoin(FundYear, FundYear.id == Commitment.fund_year_id)
        .where(Commission.state.in_(ENDED_SUPPORT if ended_only else BEGUN), Commission.starts_on <= as_of)
        .order_by(Commission.id)
    ).all()
    places = _Places(session)
    came = updates_by_party(session, as_of)
    found = []
    for case, school, theme, provider, code, year, commitment in rows:
        cluster, alliance = places.of(case.urn, case.starts_on or as_of)
        parties = [came.get((case.id, party), NO_UPDATES) for party in UpdateParty]
        found.append(
            ProgrammeCase(
                commission_id=case.id,
                reference=case.reference,
                urn=case.urn,
                school=school,
                theme=theme,
                provider=provider,
                provider_code=code,
                cluster=cluster,
                alliance=alliance,
                year=year or "not paid by the Fund",
                starts_on=case.starts_on,
                ended=case.state in ENDED_SUPPORT,
                outcome=case.outcome.value if case.outcome else None,
                pence=commitment.pence - commitment.released_pence if commitment else 0,
                updates=together(parties),
                provider_updates=came.get((case.id, UpdateParty.PROVIDER), NO_UPDATES),
            )
        )
    return found


def together(updates: Iterable[Updates]) -> Updates:
    """All of them added up."""
    total = NO_UPDATES
    for one in updates:
        total = total.plus(one)
    return total


def updates_by_party(session: Session, as_of: date) -> dict[tuple[int, UpdateParty], Updates]:
    """By case and party: answered by the due day, answered later, or missed; what is not due yet is not counted, and
    one that is overdue and still awaited counts as missed so far."""
    on_time = sa.and_(ImpactUpdate.state == UpdateState.ANSWERED, ImpactUpdate.answered_on <= ImpactUpdate.due_on)
    answered = ImpactUpdate.state == UpdateState.ANSWERED
    rows = session.execute(
        sa.select(
            ImpactUpdate.commission_id,
            ImpactUpdate.party,
            sa.func.sum(sa.case((on_time, 1), else_=0)),
            sa.func.sum(sa.case((answered, 1), else_=0)),
            sa.func.count(),
        )
        .where(
            ImpactUpdate.state != UpdateState.CANCELLED,
            sa.or_(answered, ImpactUpdate.due_on < as_of),
        )
        .group_by(ImpactUpdate.commission_id, ImpactUpdate.party)
    )
    return {
        (case, party): Updates(int(punctual), int(given) - int(punctual), int(asked) - int(given))
        for case, party, punctual, given, asked in rows
    }


class _Places:
    """Which cluster and alliance a school was in on a day."""

    def __init__(self, session: Session) -> None:
        self.members: dict[int, list[tuple[date, date | None, int]]] = defaultdict(list)
        for urn, starts, ends, cluster in session.execute(
            sa.select(
                ClusterMembership.urn,
                ClusterMembership.starts_on,
                ClusterMembership.ends_on,
                ClusterMembership.cluster_id,
            ).order_by(ClusterMembership.starts_on, ClusterMembership.id)
        ):
            self.members[urn].append((starts, ends, cluster))
        self.clusters = {
            one.id: (one.name, one.alliance_id) for one in session.scalars(sa.select(Cluster).order_by(Cluster.id))
        }
        self.aligned: dict[int, list[tuple[date, date | None, int | None]]] = defaultdict(list)
        for cluster, starts, ends, alliance in session.execute(
            sa.select(
                ClusterAlignment.cluster_id,
                ClusterAlignment.starts_on,
                ClusterAlignment.ends_on,
                ClusterAlignment.alliance_id,
            ).order_by(ClusterAlignment.starts_on, ClusterAlignment.id)
        ):
            self.aligned[cluster].append((starts, ends, alliance))
        self.alliances = dict(session.execute(sa.select(Alliance.id, Alliance.name)).tuples().all())

    def of(self, urn: int, day: date) -> tuple[str, str]:
        cluster = next((c for start, end, c in self.members[urn] if start <= day and (end is None or end >= day)), None)
        if cluster is None:
            return "in no cluster", "in no alliance"
        name, alliance = self.clusters[cluster]
        then = [a for start, end, a in self.aligned[cluster] if start <= day and (end is None or end >= day)]
        return name, self.alliances.get((then[0] if then else alliance) or 0, "in no alliance")
