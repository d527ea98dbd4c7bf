"""Clusters with their dated membership, and providers with what they can do and whom they are linked to."""

from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from feeds.rows import ClusterMembershipRow, ProviderRow
from intake.report import Taken
from intake.unknown import refuse_unknown
from intake.upserting import Counts, upsert
from models.clusters import Alliance, Cluster, ClusterMembership
from models.providers import (
    Provider,
    ProviderCluster,
    ProviderConflict,
    ProviderStage,
    ProviderTheme,
    ProviderType,
    Reach,
)
from models.schools import School, Trust
from models.themes import Theme


def write_clusters(session: Session, rows: Sequence[ClusterMembershipRow]) -> Taken:
    """Keep alliances, clusters and which school belongs to which from when; a later membership ends the earlier one.

    Raises:
        Refused: an unknown school.
    """
    refuse_unknown("URN", {row.urn for row in rows}, set(session.scalars(sa.select(School.urn))))
    alliances = {r.alliance_code: r.alliance_name for r in rows if r.alliance_code}
    counts = upsert(
        session, Alliance, ("code",), [{"code": code, "name": name or code} for code, name in alliances.items()]
    )
    by_code = dict(session.execute(sa.select(Alliance.code, Alliance.id)).tuples().all())
    clusters = {
        r.cluster_code: {
            "code": r.cluster_code,
            "name": r.cluster_name,
            "alliance_id": by_code.get(r.alliance_code or ""),
            "family_partnership_zone": r.family_partnership_zone,
        }
        for r in rows
    }
    counts += upsert(session, Cluster, ("code",), list(clusters.values()))
    ids = dict(session.execute(sa.select(Cluster.code, Cluster.id)).tuples().all())
    held: dict[int, list[ClusterMembership]] = {}
    for one in session.scalars(sa.select(ClusterMembership).order_by(ClusterMembership.starts_on)):
        held.setdefault(one.urn, []).append(one)
    made: list[ClusterMembership] = []
    for row in sorted(rows, key=lambda r: (r.urn, r.starts_on)):
        new, count = _membership(held.setdefault(row.urn, []), row, ids[row.cluster_code])
        made += new
        counts += count
    session.flush()
    session.bulk_save_objects(made)
    return Taken(counts)


def write_providers(session: Session, rows: Sequence[ProviderRow], *, as_of: date) -> Taken:
    """Keep providers by their code. A link to a cluster that the file no longer has ends the day before `as_of`.

    Raises:
        Refused: an unknown school, trust, theme or cluster.
    """
    refuse_unknown("URN", {r.urn for r in rows if r.urn}, set(session.scalars(sa.select(School.urn))))
    refuse_unknown("conflict URN", {u for r in rows for u in r.conflicts}, set(session.scalars(sa.select(School.urn))))
    refuse_unknown("trust", {r.trust_uid for r in rows if r.trust_uid}, set(session.scalars(sa.select(Trust.uid))))
    refuse_unknown("theme", {t for r in rows for t in r.themes}, set(session.scalars(sa.select(Theme.code))))
    clusters = dict(session.execute(sa.select(Cluster.code, Cluster.id)).tuples().all())
    refuse_unknown("cluster", {c for r in rows for c in r.linked_clusters}, set(clusters))
    counts = upsert(
        session,
        Provider,
        ("code",),
        [
            {
                "code": row.code,
                "name": row.name,
                "type": ProviderType(row.type),
                "reach": Reach(row.reach),
                "urn": row.urn,
                "trust_uid": row.trust_uid,
                "capacity": row.capacity,
                "day_rate_pence": row.day_rate_pence,
                "postcode": row.postcode,
                "easting": row.easting,
                "northing": row.northing,
                "valid_from": row.starts_on,
                "valid_to": row.ends_on,
            }
            for row in rows
        ],
    )
    details = (Provider.themes, Provider.stages, Provider.clusters, Provider.conflicts)
    asked = sa.select(Provider).options(*(selectinload(one) for one in details))
    known = {provider.code: provider for provider in session.scalars(asked)}
    for row in rows:
        counts += _details(known[row.code], row, [clusters[code] for code in row.linked_clusters], as_of)
    session.flush()
    return Taken(counts)


def _membership(
    held: list[ClusterMembership], row: ClusterMembershipRow, cluster_id: int
) -> tuple[list[ClusterMembership], Counts]:
    """What is to be added to the memberships that a school holds: one, or nothing where it is among them."""
    for one in held:
        if one.cluster_id == cluster_id and one.starts_on == row.starts_on:
            if one.ends_on == row.ends_on or (row.ends_on is None and one.ends_on is not None):
                return [], Counts(unchanged=1)  # realigned since: an older file does not undo it
            one.ends_on = row.ends_on
            return [], Counts(changed=1)
    for one in held:
        if one.ends_on is None and one.starts_on < row.starts_on:
            one.ends_on = row.starts_on - timedelta(days=1)
    made = ClusterMembership(urn=row.urn, cluster_id=cluster_id, starts_on=row.starts_on, ends_on=row.ends_on)
    held.append(made)
    return [made], Counts(written=1)


def _details(provider: Provider, row: ProviderRow, clusters: list[int], as_of: date) -> Counts:
    changed = False
    if {one.theme for one in provider.themes} != set(row.themes):
        provider.themes = [ProviderTheme(theme=theme) for theme in sorted(set(row.themes))]
        changed = True
    if {one.stage for one in provider.stages} != set(row.key_stages):
        provider.stages = [ProviderStage(stage=stage) for stage in sorted(set(row.key_stages))]
        changed = True
    linked = {one.cluster_id: one for one in provider.clusters if one.ends_on is None}
    for cluster_id, link in linked.items():
        if cluster_id not in clusters:
            link.ends_on = max(as_of - timedelta(days=1), link.starts_on)
            changed = True
    for cluster_id in clusters:
        if cluster_id not in linked:
            starts_on = row.starts_on if not provider.clusters else as_of
            provider.clusters.append(ProviderCluster(cluster_id=cluster_id, starts_on=starts_on))
            changed = True
    declared = {one.urn for one in provider.conflicts}
    for urn in set(row.conflicts) - declared:
        provider.conflicts.append(ProviderConflict(urn=urn, reason="Declared in the list of providers."))
        changed = True
    return Counts(changed=1) if changed else Counts()
