"""What is known of every provider on a day, and what a case needs: the values that a ranking is made of."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from analysis.matching import CaseNeed, ProviderOption
from casework.track_record import track_record
from models.clusters import ClusterMembership
from models.commissions import ENDED, Commission, CommissionState, Offer, OfferState
from models.providers import Provider, ProviderCluster, ProviderType
from models.rounds import ImpactUpdate, UpdateParty, UpdateState
from models.schools import School, TrustMembership
from queries.in_parts import in_parts

# Offered or at work: what takes up a provider's capacity.
_BUSY = [CommissionState.PLANNING, CommissionState.ACTIVE, CommissionState.PAUSED]


def case_need(session: Session, commission: Commission, as_of: date) -> CaseNeed:
    """What a case needs, with the TSA and the SIP that its cluster is linked to on a day."""
    return case_needs(session, [commission], as_of)[0]


def case_needs(session: Session, commissions: Sequence[Commission], as_of: date) -> list[CaseNeed]:
    """What each of many cases needs, in their order, in a few queries for every 500."""
    found: list[CaseNeed] = []
    for batch in in_parts(commissions):
        urns = {one.urn for one in batch}
        schools = {school.urn: school for school in session.scalars(sa.select(School).where(School.urn.in_(urns)))}
        linked = _linked(session, urns, as_of)
        trusts: dict[int, str] = {}
        for urn, uid in session.execute(
            sa.select(TrustMembership.urn, TrustMembership.uid)
            .where(TrustMembership.urn.in_(urns), TrustMembership.ends_on.is_(None))
            .order_by(TrustMembership.uid)
        ):
            trusts.setdefault(urn, uid)
        found += [_need(one, schools[one.urn], trusts.get(one.urn), linked) for one in batch]
    return found


def _need(
    commission: Commission, school: School, trust: str | None, linked: dict[tuple[int, ProviderType], str]
) -> CaseNeed:
    return CaseNeed(
        reference=commission.reference,
        urn=commission.urn,
        theme=commission.theme,
        stage=stage_of(school),
        trust=trust,
        easting=school.easting,
        northing=school.northing,
        budget_pence=None,
        linked_tsa=linked.get((commission.urn, ProviderType.TSA)),
        linked_sip=linked.get((commission.urn, ProviderType.SIP)),
    )


def _linked(session: Session, urns: Collection[int], as_of: date) -> dict[tuple[int, ProviderType], str]:
    """The code of the TSA and the SIP of each school's cluster on a day; of several of a kind, the first by code."""
    rows = session.execute(
        sa.select(ClusterMembership.urn, Provider.type, Provider.code)
        .join(ProviderCluster, ProviderCluster.provider_id == Provider.id)
        .join(ClusterMembership, ClusterMembership.cluster_id == ProviderCluster.cluster_id)
        .where(
            ClusterMembership.urn.in_(urns),
            ClusterMembership.starts_on <= as_of,
            sa.or_(ClusterMembership.ends_on.is_(None), ClusterMembership.ends_on >= as_of),
            ProviderCluster.starts_on <= as_of,
            sa.or_(ProviderCluster.ends_on.is_(None), ProviderCluster.ends_on >= as_of),
        )
        .order_by(Provider.code)
    )
    linked: dict[tuple[int, ProviderType], str] = {}
    for urn, kind, code in rows:
        linked.setdefault((urn, kind), code)
    return linked


def stage_of(school: School) -> str:
    """The key stage that support is for.

    KS2 where pupils leave by 13, KS4 where they stay longer, else not tied to one.
    """
    if school.high_age is None or school.low_age is None:
        return "all"
    if school.low_age >= 11 or school.high_age > 13:
        return "KS4" if school.low_age >= 9 else "all"
    return "KS2" if school.high_age >= 11 else "KS1"


def options(session: Session, as_of: date, *, usual_days: int) -> list[ProviderOption]:
    """Every provider as it stands on a day; what a case usually costs is its day rate for `usual_days` days.

    Its capacity is taken up by the cases that it works on, those it is asked about, and those whose school is still
    asked while a run has kept its place.
    """
    providers = session.scalars(
        sa.select(Provider)
        .options(selectinload(Provider.themes), selectinload(Provider.stages), selectinload(Provider.conflicts))
        .order_by(Provider.code)
    ).all()
    busy = dict(
        session.execute(
            sa.select(Commission.provider_id, sa.func.count())
            .where(Commission.provider_id.is_not(None), Commission.state.in_(_BUSY))
            .group_by(Commission.provider_id)
        )
        .tuples()
        .all()
    )
    asked = dict(
        session.execute(
            sa.select(Offer.provider_id, sa.func.count())
            .join(Commission)
            .where(
                Offer.provider_id.is_not(None),
                Offer.state == OfferState.PENDING,
                Commission.state.not_in(list(ENDED)),
            )
            .group_by(Offer.provider_id)
        )
        .tuples()
        .all()
    )
    promised = dict(
        session.execute(
            sa.select(Commission.wanted_provider_id, sa.func.count())
            .where(Commission.wanted_provider_id.is_not(None), Commission.state == CommissionState.OFFERED)
            .group_by(Commission.wanted_provider_id)
        )
        .tuples()
        .all()
    )
    timely = _share_on_time(session)
    records = track_record(session, as_of)
    return [
        ProviderOption(
            code=provider.code,
            name=provider.name,
            themes=frozenset(theme.theme for theme in provider.themes),
            stages=frozenset(stage.stage for stage in provider.stages),
            free=provider.capacity - sum(taken.get(provider.id, 0) for taken in (busy, asked, promised)),
            easting=provider.easting,
            northing=provider.northing,
            impact_points=records[provider.code].points if provider.code in records else None,
            evaluated=records[provider.code].evaluated if provider.code in records else 0,
            on_time=timely.get(provider.id),
            cost_pence=provider.day_rate_pence * usual_days,
            urn=provider.urn,
            trust=provider.trust_uid,
            conflicts=frozenset(conflict.urn for conflict in provider.conflicts),
            unavailable=_unavailable(provider, as_of),
        )
        for provider in providers
    ]


def _unavailable(provider: Provider, as_of: date) -> str | None:
    if provider.valid_from > as_of:
        return f"it can be asked from {provider.valid_from.isoformat()} on"
    if provider.valid_to is not None and provider.valid_to < as_of:
        return f"its designation ended on {provider.valid_to.isoformat()}"
    return None


def _share_on_time(session: Session) -> dict[int, float]:
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    rows = session.execute(
        sa.select(
            Commission.provider_id,
            sa.func.count(),
            sa.func.sum(sa.case((ImpactUpdate.answered_on <= ImpactUpdate.due_on, 1), else_=0)),
        )
        .join(Commission, Commission.id == ImpactUpdate.commission_id)
        .where(
            Commission.provider_id.is_not(None),
            ImpactUpdate.party == UpdateParty.PROVIDER,
            ImpactUpdate.state.in_([UpdateState.ANSWERED, UpdateState.MISSED]),
        )
        .group_by(Commission.provider_id)
    )
    for provider_id, total, on_time in rows:
        if provider_id is not None:
            counts[provider_id] = [total, int(on_time or 0)]
    return {provider_id: on_time / total for provider_id, (total, on_time) in counts.items() if total}
