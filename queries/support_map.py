"""The map of support, theme × family cluster: who supports whom, where need has no support, support no need [5.1]."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.clusters import Cluster, ClusterMembership
from models.commissions import Commission, CommissionState
from models.priorities import IdentificationRun, Priority, PriorityScope
from models.providers import Provider
from models.schools import School
from models.themes import Theme

NO_CLUSTER = "in no cluster"
_SUPPORTED = (CommissionState.PLANNING, CommissionState.ACTIVE, CommissionState.PAUSED, CommissionState.EVALUATING)
_ON_THE_WAY = (CommissionState.CONFIRMED, CommissionState.OFFERED, CommissionState.BROKERING)


@dataclass(frozen=True, slots=True)
class Support:
    """One piece of support: which provider supports which school."""

    reference: str
    school: str
    provider: str


@dataclass(frozen=True, slots=True)
class MapCell:
    """A theme in a cluster, counted in schools. `need`: whose figures say so at the last identification; `met`: of
    those, schools with support for the theme; `coming`: of the rest, where it is being arranged; `unmet`: the rest;
    `without_need`: schools with support though the figures do not ask for it."""

    theme: str
    cluster: str
    need: int
    met: int
    coming: int
    without_need: int
    support: tuple[Support, ...]

    @property
    def unmet(self) -> int:
        return self.need - self.met - self.coming

    @property
    def words(self) -> str:
        """The cell in words."""
        if not self.need and not self.without_need:
            return "no need, no support"
        said = []
        if self.need:
            said.append(f"{self.met} of {self.need} in need supported")
        if self.coming:
            said.append(f"{self.coming} being arranged")
        if self.unmet:
            said.append(f"{self.unmet} without support")
        if self.without_need:
            said.append(f"{self.without_need} supported without need in the figures")
        return ", ".join(said)


@dataclass(frozen=True, slots=True)
class SupportMap:
    """Every theme and cluster that has need or support, and a cell for each pair of them that has either."""

    as_of: date
    themes: tuple[str, ...]
    clusters: tuple[str, ...]
    cells: tuple[MapCell, ...]

    def cell(self, theme: str, cluster: str) -> MapCell | None:
        """The cell of a pair; None where there is neither need nor support."""
        return next((one for one in self.cells if (one.theme, one.cluster) == (theme, cluster)), None)


def support_map(session: Session, as_of: date) -> SupportMap:
    """The map on a day, from the last identification of each area and the cases as they stand."""
    need = _need(session)
    supported, coming, support = _cases(session)
    place = _clusters(session, as_of)
    names = dict(session.execute(sa.select(Theme.code, Theme.name)).tuples().all())
    cells: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for theme, urn in sorted(need | supported):
        cells[names[theme], place.get(urn, NO_CLUSTER)].append((theme, urn))
    found = []
    for (theme_name, cluster), pairs in cells.items():
        wanted = [pair for pair in pairs if pair in need]
        found.append(
            MapCell(
                theme=theme_name,
                cluster=cluster,
                need=len(wanted),
                met=sum(pair in supported for pair in wanted),
                coming=sum(pair in coming and pair not in supported for pair in wanted),
                without_need=sum(pair in supported and pair not in need for pair in pairs),
                support=tuple(one for pair in pairs for one in support.get(pair, ())),
            )
        )
    found.sort(key=lambda one: (one.theme, one.cluster == NO_CLUSTER, one.cluster))
    return SupportMap(
        as_of,
        tuple(dict.fromkeys(one.theme for one in found)),
        tuple(sorted({one.cluster for one in found}, key=lambda name: (name == NO_CLUSTER, name))),
        tuple(found),
    )


def total(cells: Iterable[MapCell]) -> tuple[int, int, int, int, int]:
    """Need, met, coming, unmet and support without need, added up."""
    rows = [(one.need, one.met, one.coming, one.unmet, one.without_need) for one in cells]
    need, met, coming, unmet, without = (sum(row[at] for row in rows) for at in range(5))
    return need, met, coming, unmet, without


def _need(session: Session) -> set[tuple[str, int]]:
    last = sa.select(sa.func.max(IdentificationRun.id)).group_by(IdentificationRun.la_code)
    rows = session.execute(
        sa.select(Priority.theme, Priority.urn).where(
            Priority.run_id.in_(last), Priority.scope == PriorityScope.SCHOOL, Priority.level != "watch"
        )
    )
    return {(theme, urn) for theme, urn in rows if urn is not None}


def _cases(
    session: Session,
) -> tuple[set[tuple[str, int]], set[tuple[str, int]], dict[tuple[str, int], list[Support]]]:
    supported, coming = set(), set()
    support: dict[tuple[str, int], list[Support]] = defaultdict(list)
    rows = session.execute(
        sa.select(Commission.theme, Commission.urn, Commission.state, Commission.reference, School.name, Provider.name)
        .join(School, School.urn == Commission.urn)
        .outerjoin(Provider, Provider.id == Commission.provider_id)
        .where(Commission.state.in_((*_SUPPORTED, *_ON_THE_WAY)))
        .order_by(Commission.id)
    )
    for theme, urn, state, reference, school, provider in rows:
        if state in _SUPPORTED and provider is not None:
            supported.add((theme, urn))
            support[theme, urn].append(Support(reference, school, provider))
        else:
            coming.add((theme, urn))
    return supported, coming, support


def _clusters(session: Session, as_of: date) -> dict[int, str]:
    rows = session.execute(
        sa.select(ClusterMembership.urn, Cluster.name)
        .join(Cluster, Cluster.id == ClusterMembership.cluster_id)
        .where(
            ClusterMembership.starts_on <= as_of,
            sa.or_(ClusterMembership.ends_on.is_(None), ClusterMembership.ends_on >= as_of),
        )
    )
    return dict(rows.tuples().all())
