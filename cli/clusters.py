"""`sib cluster`: family clusters and alliances, their leads and health, and their realignment."""

from contextlib import nullcontext
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.desks import at_a_desk, reading_desk
from cli.options import DAY, as_json, as_of
from cli.printing import show_json, show_rows
from rules.errors import Refused

if TYPE_CHECKING:
    from papers.impact import ImpactRow


@click.group()
def cluster() -> None:
    """Family clusters (School Improvement Zones) and the alliances that they form."""


@cluster.command()
@click.argument("code", required=False)
@as_of
@as_json
def health(code: str | None, as_of: date | None, json_wanted: bool) -> None:
    """Results, updates on time, support received and given, what the support did: of every cluster, or of one."""
    from casework.board_impact import row_of
    from casework.programme import By, programme
    from queries.cluster_health import health as health_of

    with reading_desk(as_of) as desk:
        lines = health_of(desk.session, desk.as_of, code)
        impact = {one.name: row_of(one) for one in programme(desk.session, desk.as_of, By.CLUSTER).groups}
    if code is not None and not lines:
        raise Refused(f"There is no cluster with the code {code!r}.")
    if json_wanted:
        show_json([{**asdict(c), "impact": _effect(impact.get(c.name))} for c in lines])
        return
    show_rows(
        ("Cluster", "Alliance", "Schools", "Concerns", "Open cases", "Received", "Given", "Updates on time", "Effect"),
        [
            (
                c.name, c.alliance, c.schools, c.concerns, c.open_cases, c.support_received, c.support_given,
                f"{c.updates_on_time} of {c.updates_asked}", _points(impact.get(c.name)),
            )
            for c in lines
        ],
        "There are no clusters: `sib import clusters FILE`.",
    )  # fmt: skip
    if code is not None:
        for result in lines[0].results:
            england = f", England {result.england:g}" if result.england is not None else ""
            click.echo(f"{result.name}, {result.year}: {result.value:g} ({result.pupils} pupils{england})")
        if lines[0].name in impact:
            click.echo(impact[lines[0].name].words)


def _effect(row: "ImpactRow | None") -> dict[str, Any] | None:
    """What the support did at a cluster's schools (`casework.programme`), for other tools; None without a case."""
    if row is None:
        return None
    told = {
        "effect_points": row.points,
        "lower": row.lower,
        "upper": row.upper,
        "gap_narrowed_points": row.narrowed,
        "gap_lower": row.narrowed_lower,
        "gap_upper": row.narrowed_upper,
    }
    return {
        "cases": row.cases,
        "evaluated": row.evaluated,
        **{key: None if value is None else round(value, 2) for key, value in told.items()},
        "words": row.words,
    }


def _points(row: "ImpactRow | None") -> str:
    if row is None or row.points is None:
        return "cannot be told"
    return f"{row.cells[3]} ({row.cells[4]})"


@cluster.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from", "starts_on", type=DAY, required=True, help="The day from which the new order holds.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@as_json
def realign(file: Path, starts_on: date, dry_run: bool, json_wanted: bool) -> None:
    """Bring schools and clusters into the order of FILE, in the layout of `sib import clusters`, from a day on.

    What was before that day stays as it was; the file's own dates do not matter.
    """
    from casework import clusters as work
    from config.database import rolled_back
    from feeds.reading import read_feed
    from feeds.rows import ClusterMembershipRow

    rows = [row for row in read_feed(file, "clusters", None).rows if isinstance(row, ClusterMembershipRow)]
    with rolled_back() if dry_run else nullcontext(), at_a_desk(None) as desk:
        found = work.realign(desk, rows, starts_on)
    if json_wanted:
        show_json(asdict(found))
        return
    click.echo(
        f"{'Dry run, from' if dry_run else 'From'} {starts_on.isoformat()}: {found.moved} schools move, "
        f"{found.joined} join, {found.stayed} stay; {found.new_clusters} clusters are new, "
        f"{found.changed_clusters} change alliance or zone."
    )


@cluster.command()
@click.argument("code")
@click.option("--email", required=True)
@click.option("--name", default="", help="First name and surname of somebody who is not known yet.")
@click.option("--for", "responsibility", required=True, help="The activity across the cluster, such as maths network.")
@as_of
def lead(code: str, email: str, name: str, responsibility: str, as_of: date | None) -> None:
    """Nominate somebody for an activity across the cluster with this code."""
    from casework import clusters as work
    from casework import members

    with at_a_desk(as_of) as desk:
        contact = members.person(desk, email, name)
        work.nominate(desk, code, contact, responsibility)
        click.echo(f"{contact.name} leads on {responsibility} in {code}.")
