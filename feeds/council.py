"""The council's lists of clusters and of providers, in the layout of docs/feeds.md."""

from feeds import values
from feeds.council_rows import CouncilFile, CouncilRow, overlap
from feeds.report import Ledger
from feeds.rows import ClusterMembershipRow, ProviderRow, Row
from feeds.table import Table
from feeds.values import CellError

CLUSTER_COLUMNS = (
    "cluster_code",
    "cluster_name",
    "alliance_code",
    "alliance_name",
    "family_partnership_zone",
    "urn",
    "from",
    "to",
)
PROVIDER_COLUMNS = (
    "provider_code",
    "provider_name",
    "provider_type",
    "urn",
    "trust_uid",
    "reach",
    "themes",
    "key_stages",
    "capacity",
    "day_rate_pounds",
    "postcode",
    "easting",
    "northing",
    "linked_clusters",
    "conflicts",
    "from",
    "to",
)
PROVIDER_TYPES = ("tsa", "sip", "nle", "mat", "teaching-school-hub", "curriculum-hub", "council", "school")
REACHES = ("local", "regional", "national")
KEY_STAGES = ("EYFS", "KS1", "KS2", "KS3", "KS4", "KS5")


def key_stage(column: str, text: str) -> str:
    """One key stage, in capitals however it is typed."""
    return values.choice(column, text.upper(), KEY_STAGES)


def read_clusters(table: Table, year: str | None, ledger: Ledger) -> list[Row]:
    """Memberships of family clusters: a school is in one cluster at a time.

    Refuses the whole file for any bad row, for a cluster or an alliance of two names, and for a school in two places.
    """
    del year
    file = CouncilFile(table, ledger, CLUSTER_COLUMNS)
    rows: list[Row] = []
    described: dict[tuple[str, str], tuple[int, tuple[str | None, ...]]] = {}
    by_urn: dict[int, list[tuple[int, ClusterMembershipRow]]] = {}
    for row, membership in file.read(_membership):
        cluster = (membership.cluster_name, membership.alliance_code, membership.family_partnership_zone)
        facts: list[tuple[tuple[str, str], tuple[str | None, ...]]] = [(("cluster", membership.cluster_code), cluster)]
        if membership.alliance_code:
            facts.append((("alliance", membership.alliance_code), (membership.alliance_name,)))
        for key, fact in facts:
            earlier = described.setdefault(key, (row, fact))
            if earlier[1] != fact:
                file.problem(row, f"{key[0]} {key[1]} is described otherwise in row {earlier[0]}")
        for other, theirs in by_urn.setdefault(membership.urn, []):
            if overlap((membership.starts_on, membership.ends_on), (theirs.starts_on, theirs.ends_on)):
                file.problem(row, f"URN {membership.urn} is in a cluster at the same time in row {other}")
        by_urn[membership.urn].append((row, membership))
        rows.append(membership)
    file.finish()
    return rows


def _membership(row: CouncilRow) -> ClusterMembershipRow:
    starts, ends = row.period()
    alliance, name = row.optional_code("alliance_code"), row.text("alliance_name")
    if (alliance is None) != (name is None):
        raise CellError("alliance_code", "and alliance_name go together: one of them is empty")
    return ClusterMembershipRow(
        cluster_code=row.code("cluster_code"),
        cluster_name=row.needed("cluster_name"),
        alliance_code=alliance,
        alliance_name=name,
        family_partnership_zone=row.text("family_partnership_zone"),
        urn=row.urn(),
        starts_on=starts,
        ends_on=ends,
    )


def read_providers(table: Table, year: str | None, ledger: Ledger) -> list[Row]:
    """Providers, one row each. A provider that becomes another type is another provider, with a code of its own.

    Refuses the whole file for any bad row and for a code that two rows bear.
    """
    del year
    file = CouncilFile(table, ledger, PROVIDER_COLUMNS)
    rows: list[Row] = []
    seen: dict[str, int] = {}
    for row, provider in file.read(_provider):
        earlier = seen.setdefault(provider.code, row)
        if earlier != row:
            file.problem(row, f"provider {provider.code} is in row {earlier} already")
        rows.append(provider)
    file.finish()
    return rows


def _provider(row: CouncilRow) -> ProviderRow:
    starts, ends = row.period()
    kind = values.choice("provider_type", row.needed("provider_type"), PROVIDER_TYPES)
    urn, trust = row.optional_urn(), row.text("trust_uid")
    if urn is not None and trust is not None:
        raise CellError("urn", "and trust_uid are both filled: a provider is a school or a trust")
    if kind == "school" and urn is None:
        raise CellError("urn", "is empty, so that conflicts of interest of this school would go unseen")
    if kind == "mat" and trust is None:
        raise CellError("trust_uid", "is empty, so that conflicts of interest of this trust would go unseen")
    easting = values.optional_whole("easting", row.raw("easting"), 700_000)
    northing = values.optional_whole("northing", row.raw("northing"), 1_300_000)
    if (easting is None) != (northing is None):
        raise CellError("easting", "and northing go together: one of them is empty")
    return ProviderRow(
        code=row.code("provider_code"),
        name=row.needed("provider_name"),
        type=kind,
        urn=urn,
        trust_uid=values.uid("trust_uid", trust) if trust else None,
        reach=values.choice("reach", row.needed("reach"), REACHES),
        themes=row.many("themes", values.code),
        key_stages=row.many("key_stages", key_stage),
        capacity=values.whole("capacity", row.raw("capacity"), 999),
        day_rate_pence=values.pence("day_rate_pounds", row.raw("day_rate_pounds")),
        postcode=values.postcode("postcode", row.raw("postcode")),
        easting=easting,
        northing=northing,
        linked_clusters=row.many("linked_clusters", values.code),
        conflicts=row.many("conflicts", values.urn),
        starts_on=starts,
        ends_on=ends,
    )
