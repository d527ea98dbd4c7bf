"""Family clusters and alliances [4.2]: leads nominated, zones realigned from a day on, without rewriting what was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from casework import events
from casework.desk import Desk
from feeds.rows import ClusterMembershipRow
from models.clusters import Alliance, Cluster, ClusterAlignment, ClusterLead, ClusterMembership
from models.contacts import Contact
from models.schools import School
from rules.errors import Refused

CHAIN = "clusters"


@dataclass(frozen=True, slots=True)
class Realigned:
    """What a realignment comes to: schools that move, or join their first cluster; clusters that are new or change
    their alliance or zone; schools that stay.
    """

    moved: int
    joined: int
    stayed: int
    new_clusters: int
    changed_clusters: int


def realign(desk: Desk, rows: Sequence[ClusterMembershipRow], starts_on: date) -> Realigned:
    """Bring schools and clusters into the order of a file, from a day on.

    A membership or alignment that changes ends the day before; nothing that was before the day is touched, so that
    statements, packs and evaluations of the past stay as they were. Schools that the file leaves out stay where they
    are. The same file and day again change nothing.

    Raises:
        Refused: an unknown school, a school twice, a day on which somebody has moved later already.
    """
    _check(desk, rows, starts_on)
    clusters = {cluster.code: cluster for cluster in desk.session.scalars(sa.select(Cluster))}
    new_clusters, changed = 0, 0
    for row in {row.cluster_code: row for row in rows}.values():
        if row.cluster_code not in clusters:
            clusters[row.cluster_code] = Cluster(code=row.cluster_code, name=row.cluster_name)
            desk.session.add(clusters[row.cluster_code])
            desk.session.flush()
            new_clusters += 1
        changed += _align(desk, clusters[row.cluster_code], row, starts_on)
    moved, joined, stayed = 0, 0, 0
    current = {
        one.urn: one
        for one in desk.session.scalars(sa.select(ClusterMembership).where(ClusterMembership.ends_on.is_(None)))
    }
    for row in rows:
        cluster, now = clusters[row.cluster_code], current.get(row.urn)
        if now is not None and now.cluster_id == cluster.id:
            stayed += 1
            continue
        if now is not None:
            now.ends_on = starts_on - timedelta(days=1)
            desk.session.flush()
        desk.session.add(ClusterMembership(urn=row.urn, cluster_id=cluster.id, starts_on=starts_on))
        moved, joined = moved + (now is not None), joined + (now is None)
    desk.session.flush()
    found = Realigned(moved, joined, stayed, new_clusters, max(changed - new_clusters, 0))
    if found.moved or found.joined or changed:
        events.record_of(
            desk,
            CHAIN,
            "realigned",
            f"{found.moved} schools moved and {found.joined} joined a cluster from {starts_on.isoformat()}.",
            {"from": starts_on.isoformat(), "moved": found.moved, "joined": found.joined},
        )
    return found


def nominate(desk: Desk, code: str, contact: Contact, responsibility: str) -> ClusterLead:
    """Nominate somebody for an activity across a cluster [4.7]; whoever had it before ends the day before.

    Raises:
        Refused: there is no such cluster, or it is not said for what.
    """
    cluster = named(desk, code)
    if not responsibility.strip():
        raise Refused("Say what the lead is responsible for.")
    for lead in desk.session.scalars(
        sa.select(ClusterLead).where(
            ClusterLead.cluster_id == cluster.id,
            ClusterLead.responsibility == responsibility,
            ClusterLead.ends_on.is_(None),
        )
    ):
        if lead.contact_id == contact.id:
            return lead
        lead.ends_on = max(desk.as_of - timedelta(days=1), lead.starts_on)
    made = ClusterLead(
        cluster_id=cluster.id, contact_id=contact.id, responsibility=responsibility, starts_on=desk.as_of
    )
    desk.session.add(made)
    desk.session.flush()
    events.record_of(desk, CHAIN, "lead-nominated", responsibility, {"cluster": cluster.id, "lead": made.id})
    return made


def named(desk: Desk, code: str) -> Cluster:
    """The cluster with a code.

    Raises:
        Refused: there is none.
    """
    found = desk.session.scalars(sa.select(Cluster).where(Cluster.code == code)).one_or_none()
    if found is None:
        raise Refused(f"There is no cluster with the code {code!r}.")
    return found


def _check(desk: Desk, rows: Sequence[ClusterMembershipRow], starts_on: date) -> None:
    urns = [row.urn for row in rows]
    known = set(desk.session.scalars(sa.select(School.urn).where(School.urn.in_(urns))))
    if unknown := sorted(set(urns) - known):
        raise Refused(f"There is no school with URN {unknown[0]}.")
    if twice := sorted({urn for urn in urns if urns.count(urn) > 1}):
        raise Refused(f"URN {twice[0]} is in two clusters of the file.")
    later = desk.session.scalar(
        sa.select(ClusterMembership.urn)
        .where(ClusterMembership.urn.in_(urns), ClusterMembership.starts_on > starts_on)
        .order_by(ClusterMembership.urn)
        .limit(1)
    )
    if later is not None:
        raise Refused(f"URN {later} has moved after {starts_on.isoformat()} already: realign from a later day.")
    wanted = {row.urn: row.cluster_code for row in rows}
    for urn, code in desk.session.execute(
        sa.select(ClusterMembership.urn, Cluster.code)
        .join(Cluster, Cluster.id == ClusterMembership.cluster_id)
        .where(
            ClusterMembership.urn.in_(urns),
            ClusterMembership.starts_on == starts_on,
            ClusterMembership.ends_on.is_(None),
        )
    ):
        if wanted[urn] != code:
            raise Refused(f"URN {urn} moves to {code} on {starts_on.isoformat()} already: realign from a later day.")


def _align(desk: Desk, cluster: Cluster, row: ClusterMembershipRow, starts_on: date) -> bool:
    """Bring a cluster into its alliance and zone from the day on; whether anything changed."""
    alliance_id = _alliance(desk, row)
    zone = row.family_partnership_zone
    now = desk.session.scalars(
        sa.select(ClusterAlignment).where(ClusterAlignment.cluster_id == cluster.id, ClusterAlignment.ends_on.is_(None))
    ).one_or_none()
    standing = (cluster.alliance_id, cluster.family_partnership_zone)
    if standing == (alliance_id, zone) and cluster.name == row.cluster_name:
        return False
    if now is None:
        since = desk.session.scalar(
            sa.select(sa.func.min(ClusterMembership.starts_on)).where(ClusterMembership.cluster_id == cluster.id)
        )
        if since is not None and since < starts_on:
            desk.session.add(
                ClusterAlignment(
                    cluster_id=cluster.id,
                    alliance_id=standing[0],
                    family_partnership_zone=standing[1],
                    starts_on=since,
                    ends_on=starts_on - timedelta(days=1),
                )
            )
    elif now.starts_on < starts_on:
        now.ends_on = starts_on - timedelta(days=1)
    else:
        desk.session.delete(now)
    desk.session.flush()
    desk.session.add(
        ClusterAlignment(
            cluster_id=cluster.id, alliance_id=alliance_id, family_partnership_zone=zone, starts_on=starts_on
        )
    )
    cluster.name, cluster.alliance_id, cluster.family_partnership_zone = row.cluster_name, alliance_id, zone
    desk.session.flush()
    return True


def _alliance(desk: Desk, row: ClusterMembershipRow) -> int | None:
    if not row.alliance_code:
        return None
    found = desk.session.scalars(sa.select(Alliance).where(Alliance.code == row.alliance_code)).one_or_none()
    if found is None:
        found = Alliance(code=row.alliance_code, name=row.alliance_name or row.alliance_code)
        desk.session.add(found)
        desk.session.flush()
    return found.id
