"""Clusters and alliances: realigned from a day without touching what was, led, and looked at as clusters."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework import clusters, events, members
from feeds.rows import ClusterMembershipRow
from models.clusters import Cluster, ClusterLead, ClusterMembership
from models.providers import Provider
from models.results import PublishedResult
from queries.cluster_health import alignment_on, health, members_on
from rules.errors import Refused
from tests.casework.stages import active
from tests.casework.world import LONG_AGO, PROVIDERS, SCHOOLS, START, desk_at

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Where the kind of database makes no difference."""

FROM = date(2026, 4, 1)
BEFORE = FROM - timedelta(days=1)


def row(urn: int, code: str, *, alliance: str = "A2", zone: str = "North") -> ClusterMembershipRow:
    return ClusterMembershipRow(code, f"Cluster {code}", alliance, f"Alliance {alliance}", zone, urn, LONG_AGO, None)


NEW_ORDER = [row(SCHOOLS[0], "C2"), row(SCHOOLS[1], "C2"), row(SCHOOLS[2], "C1", alliance="A2", zone="South")]


def spells(session: Session) -> list[tuple[int, int, date, date | None]]:
    return [
        (one.urn, one.cluster_id, one.starts_on, one.ends_on)
        for one in session.scalars(sa.select(ClusterMembership).order_by(ClusterMembership.urn, ClusterMembership.id))
    ]


def test_from_a_day_on_and_never_before_it(session: Session) -> None:
    before = {day: members_on(session, day) for day in (LONG_AGO, START, BEFORE)}
    alliance_before = alignment_on(session, session.scalars(sa.select(Cluster)).one(), START)
    found = clusters.realign(desk_at(session, START), NEW_ORDER, FROM)
    assert (found.moved, found.joined, found.stayed, found.new_clusters, found.changed_clusters) == (2, 0, 1, 1, 1)
    assert {day: members_on(session, day) for day in before} == before
    first, second = session.scalars(sa.select(Cluster).order_by(Cluster.code)).all()
    assert members_on(session, FROM) == {first.id: list(SCHOOLS[2:]), second.id: list(SCHOOLS[:2])}
    assert alignment_on(session, first, BEFORE) == alliance_before == ("West Alliance", None)
    assert alignment_on(session, first, FROM) == ("Alliance A2", "South")
    assert events.broken_chains(session) == []


def test_the_same_file_again_changes_nothing(session: Session) -> None:
    clusters.realign(desk_at(session, START), NEW_ORDER, FROM)
    once = spells(session)
    again = clusters.realign(desk_at(session, START), NEW_ORDER, FROM)
    assert (again.moved, again.joined, again.new_clusters, again.changed_clusters) == (0, 0, 0, 0)
    assert spells(session) == once


@on_sqlite
@pytest.mark.parametrize(
    ("rows", "starts_on", "said"),
    [
        ([row(1, "C2")], FROM, "There is no school with URN 1"),
        ([row(SCHOOLS[0], "C2"), row(SCHOOLS[0], "C3")], FROM, "is in two clusters of the file"),
        ([row(SCHOOLS[0], "C2")], date(2015, 8, 31), "has moved after 2015-08-31 already"),
        ([row(SCHOOLS[0], "C2")], LONG_AGO, "moves to C1 on 2015-09-01 already"),
    ],
)
def test_what_cannot_be_realigned_changes_nothing(
    session: Session, rows: list[ClusterMembershipRow], starts_on: date, said: str
) -> None:
    before = spells(session)
    with pytest.raises(Refused, match=said):
        clusters.realign(desk_at(session, START), rows, starts_on)
    assert spells(session) == before
    assert len(session.scalars(sa.select(Cluster)).all()) == 1


def test_a_lead_follows_another_and_both_stay_on_record(session: Session) -> None:
    desk = desk_at(session, START)
    one = clusters.nominate(desk, "C1", members.person(desk, "one@example.org", "One Lead"), "maths network")
    assert clusters.nominate(desk, "C1", members.person(desk, "one@example.org", "One Lead"), "maths network") is one
    later = desk_at(session, START + timedelta(days=30))
    clusters.nominate(later, "C1", members.person(later, "two@example.org", "Two Lead"), "maths network")
    assert len(session.scalars(sa.select(ClusterLead)).all()) == 2
    assert health(session, START, "C1")[0].leads == ("One Lead: maths network",)
    assert health(session, later.as_of, "C1")[0].leads == ("Two Lead: maths network",)
    with pytest.raises(Refused, match="no cluster with the code"):
        clusters.nominate(desk, "C9", members.person(desk, "one@example.org", ""), "maths network")


def test_the_health_of_a_cluster(session: Session) -> None:
    active(session)
    provider = session.scalars(sa.select(Provider).where(Provider.code == PROVIDERS[0])).one()
    provider.urn = SCHOOLS[1]
    session.flush()
    (found,) = health(session, date(2025, 11, 1))
    assert (found.code, found.alliance, found.schools) == ("C1", "West Alliance", 6)
    assert found.tsa == ("Provider TSA1",)
    assert found.sip == ("Provider SIP1",)
    (maths,) = found.results
    assert (maths.measure, maths.year, maths.pupils, maths.value, maths.england) == (
        "ks2_mat_exp",
        "2024-25",
        180,
        40.0,
        73.0,
    )
    assert (found.support_received, found.open_cases) == (1, 1)
    assert found.support_given in (0, 1)
    assert health(session, date(2025, 11, 1), "C9") == []


@on_sqlite
def test_small_numbers_are_not_shown_of_a_cluster_either(session: Session) -> None:
    session.execute(sa.update(PublishedResult).values(cohort=0))
    session.execute(sa.update(PublishedResult).where(PublishedResult.urn == SCHOOLS[0]).values(cohort=5))
    assert health(session, START)[0].results == ()
    session.execute(sa.update(PublishedResult).where(PublishedResult.urn == SCHOOLS[0]).values(cohort=6))
    assert health(session, START)[0].results[0].pupils == 6


@on_sqlite
def test_schools_that_the_file_leaves_out_stay(session: Session) -> None:
    found = clusters.realign(desk_at(session, START), [replace(NEW_ORDER[0])], FROM)
    assert found.moved == 1
    assert sum(len(urns) for urns in members_on(session, FROM).values()) == 6
