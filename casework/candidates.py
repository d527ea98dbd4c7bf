"""What is known of every provider on a day, and what a case needs: the values that a ranking is made of."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analysis.matching import CaseNeed, ProviderOption
from casework.track_record import track_record
from models.clusters import ClusterMembership
from models.commissions import ENDED, Commission, CommissionState, Offer, OfferState
from models.providers import Provider, ProviderCluster, ProviderConflict, ProviderStage, ProviderTheme, ProviderType
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
        linked = _linked(session, urns, as_of)
        in_trust = sa.and_(TrustMembership.urn == School.urn, TrustMembership.ends_on.is_(None))
        rows = session.execute(
            sa.select(School, TrustMembership.uid)
            .outerjoin(TrustMembership, in_trust)
            .where(School.urn.in_(urns))
            .order_by(TrustMembership.uid.desc())
        )
        schools = {school.urn: (school, uid) for school, uid in rows}
        found += [_need(one, *schools[one.urn], linked) for one in batch]
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
    providers = session.scalars(sa.select(Provider).order_by(Provider.code)).all()
    themes, stages, conflicts = _details(session)
    taken, timely = _at_work(session)
    records = track_record(session, as_of)
    return [
        ProviderOption(
            code=provider.code,
            name=provider.name,
            themes=frozenset(themes[provider.id]),
            stages=frozenset(stages[provider.id]),
            free=provider.capacity - taken[provider.id],
            easting=provider.easting,
            northing=provider.northing,
            impact_points=records[provider.code].points if provider.code in records else None,
            evaluated=records[provider.code].evaluated if provider.code in records else 0,
            on_time=timely.get(provider.id),
            cost_pence=provider.day_rate_pence * usual_days,
            urn=provider.urn,
            trust=provider.trust_uid,
            conflicts=frozenset(conflicts[provider.id]),
            unavailable=_unavailable(provider, as_of),
        )
        for provider in providers
    ]


def _details(session: Session) -> tuple[dict[int, set[str]], dict[int, set[str]], dict[int, set[int]]]:
    """What each provider is expert in, the key stages it works at, and the schools it has a conflict with."""
    text, number = sa.cast(sa.null(), sa.Text), sa.cast(sa.null(), sa.Integer)
    rows: sa.Result[tuple[int, str | None, str | None, int | None]] = session.execute(
        sa.union_all(
            sa.select(ProviderTheme.provider_id, ProviderTheme.theme, text, number),
            sa.select(ProviderStage.provider_id, text, ProviderStage.stage, number),
            sa.select(ProviderConflict.provider_id, text, text, ProviderConflict.urn),
        )
    )
    themes: dict[int, set[str]] = defaultdict(set)
    stages: dict[int, set[str]] = defaultdict(set)
    conflicts: dict[int, set[int]] = defaultdict(set)
    for provider_id, theme, stage, urn in rows:
        if theme is not None:
            themes[provider_id].add(theme)
        elif stage is not None:
            stages[provider_id].add(stage)
        else:
            conflicts[provider_id].add(urn)
    return themes, stages, conflicts


def _unavailable(provider: Provider, as_of: date) -> str | None:
    if provider.valid_from > as_of:
        return f"it can be asked from {provider.valid_from.isoformat()} on"
    if provider.valid_to is not None and provider.valid_to < as_of:
        return f"its designation ended on {provider.valid_to.isoformat()}"
    return None


def _at_work(session: Session) -> tuple[Counter[int], dict[int, float]]:
    """How many cases take up each provider's capacity (worked on, asked about, or promised by a run), and the share of
    its updates that came in time, where any were due.
    """
    nothing = (sa.literal(0), sa.literal(0))
    busy = sa.select(Commission.provider_id, sa.literal(1), *nothing).where(Commission.state.in_(_BUSY))
    asked = (
        sa.select(Offer.provider_id, sa.literal(1), *nothing)
        .join(Commission)
        .where(Offer.state == OfferState.PENDING, Commission.state.not_in(list(ENDED)))
    )
    promised = sa.select(Commission.wanted_provider_id, sa.literal(1), *nothing).where(
        Commission.state == CommissionState.OFFERED
    )
    in_time = sa.case((ImpactUpdate.answered_on <= ImpactUpdate.due_on, 1), else_=0)
    due = (
        sa.select(Commission.provider_id, sa.literal(0), sa.literal(1), in_time)
        .join(Commission, Commission.id == ImpactUpdate.commission_id)
        .where(
            ImpactUpdate.party == UpdateParty.PROVIDER,
            ImpactUpdate.state.in_([UpdateState.ANSWERED, UpdateState.MISSED]),
        )
    )
    each = sa.union_all(busy, asked, promised, due).subquery()
    provider_id, *counts = each.c
    rows = session.execute(
        sa.select(provider_id, *(sa.func.sum(one) for one in counts))
        .where(provider_id.is_not(None))
        .group_by(provider_id)
    )
    taken: Counter[int] = Counter()
    shares: dict[int, float] = {}
    for number, cases, updates, early in rows:
        taken[number] = cases
        if updates:
            shares[number] = early / updates
    return taken, shares
