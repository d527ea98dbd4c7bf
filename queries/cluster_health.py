"""The health of family clusters on a day [4.2, 4.7]: results, updates on time, support received and given.

Clusters are evaluated as clusters: figures of their schools are pooled over pupils, and one of fewer pupils than may be
shown is left out.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.clusters import Alliance, Cluster, ClusterAlignment, ClusterLead, ClusterMembership
from models.commissions import ENDED, Commission, CommissionState
from models.contacts import Contact
from models.priorities import Priority
from models.providers import Provider, ProviderCluster, ProviderType
from models.results import PublishedResult, ReferenceResult
from models.rounds import ImpactUpdate, UpdateState
from models.schools import School, SchoolStatus
from rules.measures import CATALOGUE
from rules.small_numbers import SMALLEST

HEADLINES = ("ks2_rwm_exp", "ks2_mat_exp", "ks2_read_exp", "ks4_attainment8", "ks4_basics_94", "absence_overall")


@dataclass(frozen=True, slots=True)
class ClusterResult:
    """A measure of a cluster in its latest year: the mean over pupils of its schools, beside England's."""

    measure: str
    name: str
    year: str
    schools: int
    pupils: int
    value: float
    england: float | None


@dataclass(frozen=True, slots=True)
class ClusterHealth:
    """One cluster on a day. `support_given` counts the cases that its own schools, as providers, have delivered."""

    code: str
    name: str
    alliance: str | None
    zone: str | None
    schools: int
    tsa: tuple[str, ...]
    sip: tuple[str, ...]
    leads: tuple[str, ...]
    results: tuple[ClusterResult, ...]
    concerns: int
    open_cases: int
    support_received: int
    support_given: int
    outcomes: dict[str, int]
    updates_asked: int
    updates_on_time: int


def members_on(session: Session, day: date) -> dict[int, list[int]]:
    """The URNs of each cluster's open schools on a day, by the cluster's id."""
    found: dict[int, list[int]] = {}
    for cluster_id, urn in session.execute(
        sa.select(ClusterMembership.cluster_id, ClusterMembership.urn)
        .join(School, School.urn == ClusterMembership.urn)
        .where(_on(ClusterMembership, day), School.status != SchoolStatus.CLOSED)
        .order_by(ClusterMembership.urn)
    ):
        found.setdefault(cluster_id, []).append(urn)
    return found


def health(session: Session, day: date, code: str | None = None) -> list[ClusterHealth]:
    """The health of every cluster, or of one, in the order of their codes."""
    wanted = sa.select(Cluster).order_by(Cluster.code)
    if code is not None:
        wanted = wanted.where(Cluster.code == code)
    members = members_on(session, day)
    return [_one(session, day, cluster, members.get(cluster.id, [])) for cluster in session.scalars(wanted)]


def _one(session: Session, day: date, cluster: Cluster, urns: list[int]) -> ClusterHealth:
    cases = session.execute(
        sa.select(Commission.state, Commission.outcome, Priority.is_concern)
        .outerjoin(Priority, Priority.id == Commission.priority_id)
        .where(Commission.urn.in_(urns), Commission.identified_on <= day)
    ).all()
    supported = {CommissionState.ACTIVE, CommissionState.EVALUATING, CommissionState.CLOSED}
    asked = session.execute(
        sa.select(ImpactUpdate.answered_on, ImpactUpdate.due_on)
        .join(Commission, Commission.id == ImpactUpdate.commission_id)
        .where(Commission.urn.in_(urns), ImpactUpdate.due_on < day, ImpactUpdate.state != UpdateState.CANCELLED)
    ).all()
    given = session.scalar(
        sa.select(sa.func.count())
        .select_from(Commission)
        .join(Provider, Provider.id == Commission.provider_id)
        .where(Provider.urn.in_(urns), Commission.state.in_(supported), Commission.starts_on <= day)
    )
    alliance, zone = alignment_on(session, cluster, day)
    return ClusterHealth(
        code=cluster.code,
        name=cluster.name,
        alliance=alliance,
        zone=zone,
        schools=len(urns),
        tsa=_linked(session, cluster.id, ProviderType.TSA, day),
        sip=_linked(session, cluster.id, ProviderType.SIP, day),
        leads=_leads(session, cluster.id, day),
        results=_results(session, urns),
        concerns=sum(bool(concern) and state not in ENDED for state, _, concern in cases),
        open_cases=sum(state not in ENDED for state, _, _ in cases),
        support_received=sum(state in supported for state, _, _ in cases),
        support_given=given or 0,
        outcomes=dict(sorted(Counter(outcome.value for _, outcome, _ in cases if outcome is not None).items())),
        updates_asked=len(asked),
        updates_on_time=sum(answered is not None and answered <= due for answered, due in asked),
    )


def alignment_on(session: Session, cluster: Cluster, day: date) -> tuple[str | None, str | None]:
    """The alliance and the Family Partnership Zone that a cluster was in on a day."""
    spell = session.scalars(
        sa.select(ClusterAlignment).where(ClusterAlignment.cluster_id == cluster.id, _on(ClusterAlignment, day))
    ).one_or_none()
    alliance_id = spell.alliance_id if spell is not None else cluster.alliance_id
    zone = spell.family_partnership_zone if spell is not None else cluster.family_partnership_zone
    return session.scalar(sa.select(Alliance.name).where(Alliance.id == alliance_id)), zone


def _linked(session: Session, cluster_id: int, kind: ProviderType, day: date) -> tuple[str, ...]:
    return tuple(
        session.scalars(
            sa.select(Provider.name)
            .join(ProviderCluster, ProviderCluster.provider_id == Provider.id)
            .where(
                ProviderCluster.cluster_id == cluster_id,
                Provider.type == kind,
                _on(ProviderCluster, day),
                Provider.valid_from <= day,
                sa.or_(Provider.valid_to.is_(None), Provider.valid_to >= day),
            )
            .order_by(Provider.id)
        )
    )


def _leads(session: Session, cluster_id: int, day: date) -> tuple[str, ...]:
    rows = session.execute(
        sa.select(Contact, ClusterLead.responsibility)
        .join(ClusterLead, ClusterLead.contact_id == Contact.id)
        .where(ClusterLead.cluster_id == cluster_id, _on(ClusterLead, day))
        .order_by(ClusterLead.id)
    )
    return tuple(f"{contact.name}: {responsibility}" for contact, responsibility in rows)


def _results(session: Session, urns: Sequence[int]) -> tuple[ClusterResult, ...]:
    years = dict(
        session.execute(
            sa.select(PublishedResult.measure, sa.func.max(PublishedResult.year))
            .where(
                PublishedResult.urn.in_(urns),
                PublishedResult.measure.in_(HEADLINES),
                PublishedResult.value.is_not(None),
                PublishedResult.cohort >= SMALLEST,
            )
            .group_by(PublishedResult.measure)
        )
        .tuples()
        .all()
    )
    found = []
    for measure in (one for one in HEADLINES if one in years):
        year = years[measure]
        rows = session.execute(
            sa.select(PublishedResult.value, PublishedResult.cohort).where(
                PublishedResult.urn.in_(urns),
                PublishedResult.measure == measure,
                PublishedResult.year == year,
                PublishedResult.value.is_not(None),
                PublishedResult.cohort >= SMALLEST,
            )
        ).all()
        pupils = sum(cohort or 0 for _, cohort in rows)
        if pupils < SMALLEST:
            continue
        england = session.scalar(
            sa.select(ReferenceResult.value)
            .where(
                ReferenceResult.measure == measure, ReferenceResult.year == year, ReferenceResult.area.like("england%")
            )
            .order_by(ReferenceResult.area.desc())
            .limit(1)
        )
        found.append(
            ClusterResult(
                measure=measure,
                name=CATALOGUE[measure].name,
                year=year,
                schools=len(rows),
                pupils=pupils,
                value=round(sum((value or 0.0) * (cohort or 0) for value, cohort in rows) / pupils, 1),
                england=england,
            )
        )
    return tuple(found)


def _on(
    table: type[ClusterMembership] | type[ClusterAlignment] | type[ClusterLead] | type[ProviderCluster], day: date
) -> sa.ColumnElement[bool]:
    return sa.and_(table.starts_on <= day, sa.or_(table.ends_on.is_(None), table.ends_on >= day))
