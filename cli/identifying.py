"""`sib identify` and `sib priorities`."""

from datetime import date
from typing import Any

import click

from cli.options import as_json, as_of
from cli.printing import show_json, show_rows


@click.command()
@click.option(
    "--la",
    type=click.IntRange(1, 999),
    default=None,
    help="One local authority; all that the Board serves when left out.",
)
@as_of
@as_json
def identify(la: int | None, as_of: date | None, json_wanted: bool) -> None:
    """Judge the schools of each area by their published figures and open a case for each new priority."""
    from cli.running import run_flow

    facts = run_flow("identify", _flow, {"la": la, "as_of": as_of})
    if json_wanted:
        show_json(facts)
    else:
        click.echo(
            f"{facts['schools']} schools judged: {facts['findings']} priorities of schools, "
            f"{facts['area_wide']} area-wide. `sib priorities` lists them."
        )


@click.command()
@click.option(
    "--la", type=click.IntRange(1, 999), default=None, help="One local authority; all that were identified without."
)
@as_json
def priorities(la: int | None, json_wanted: bool) -> None:
    """List the priorities of the last identification, ranked, with a sentence of evidence each."""
    from config.database import reading_scope
    from queries.priorities import priorities as ranked

    with reading_scope() as session:
        lines = ranked(session, la)
    if json_wanted:
        show_json(lines)
        return
    several = len({p.la for p in lines}) > 1
    show_rows(
        ("Rank", "Level", "School", "Theme", "Case", "Evidence", *(("LA",) if several else ())),
        [
            (p.rank, p.level_words, p.school, p.theme, p.reference, p.sentence, *((p.la,) if several else ()))
            for p in lines
        ],
        "No priorities yet: import results, then run `sib identify`.",
    )


def _flow() -> Any:
    from flows.identify import identify as flow

    return flow
