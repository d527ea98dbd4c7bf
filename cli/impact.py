"""`sib impact`: what came of the support, and whether the method that says so can be trusted."""

from datetime import date

import click

from cli.options import as_json, as_of
from cli.printing import show_json


@click.command()
@click.option("--by", type=click.Choice(["theme", "provider", "cluster", "alliance", "year"]), default=None)
@click.option("--board", is_flag=True, help="The page for the Board, as Markdown; --html: as a page to print.")
@click.option("--html", is_flag=True, help="With --board: HTML with charts.")
@click.option("--xlsx", type=click.Path(dir_okay=False), default=None, help="Write an Excel file.")
@as_of
@click.option("--placebo", is_flag=True, help="Treat random low schools without support as if they had been supported.")
@click.option("--la", type=click.IntRange(1, 999), default=None, help="The authority; the council's own if left out.")
@click.option("--from", "first", default=None, help="The school year before, such as 2016-17.")
@click.option("--to", "last", default=None, help="The school year after.")
@click.option("--measure", default="ks2_rwm_exp", show_default=True, help="The published measure.")
@click.option("--draws", type=click.IntRange(1, 100_000), default=500, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option(
    "--added",
    type=float,
    default=0.0,
    help="Add so many points to the drawn schools: how often is a known effect found?",
)
@as_json
def impact(
    by: str | None,
    board: bool,
    html: bool,
    xlsx: str | None,
    as_of: date | None,
    placebo: bool,
    la: int | None,
    first: str | None,
    last: str | None,
    measure: str,
    draws: int,
    seed: int,
    added: float,
    json_wanted: bool,
) -> None:
    """Say what came of the support, by theme unless told otherwise; --placebo: test the method on schools without."""
    if not placebo:
        from cli.programme import show_board, show_programme

        if board:
            if by or xlsx or json_wanted:
                raise click.UsageError("--board takes --html and --as-of only.")
            show_board(as_of, html=html)
        else:
            show_programme(by or "theme", as_of, xlsx, json_wanted=json_wanted)
        return
    if by or board or html or xlsx or as_of:
        raise click.UsageError("--placebo goes with --la, --from, --to, --measure, --draws and --seed only.")
    if first is None or last is None:
        raise click.UsageError("A placebo test needs two school years: --from 2016-17 --to 2017-18.")
    _placebo(la, first, last, measure, draws, seed, added, json_wanted=json_wanted)


def _placebo(
    la: int | None,
    first: str,
    last: str,
    measure: str,
    draws: int,
    seed: int,
    added: float,
    *,
    json_wanted: bool,
) -> None:
    from analysis.placebo import placebo as tested
    from casework.comparing import unsupported_pairs
    from config.database import reading_scope
    from config.settings import settings
    from feeds.academic_year import normalise_year

    area = la or int(settings().area)
    with reading_scope() as session:
        _, pairs = unsupported_pairs(session, measure, normalise_year(first), normalise_year(last), la_code=area)
    found = tested(pairs, draws=draws, seed=seed, added=added)
    if json_wanted:
        show_json(
            {
                "draws": found.draws,
                "schools": found.schools,
                "false_positive_share": found.false_positive_share,
                "naive_share": found.naive_share,
                "mean_effect_points": round(found.mean_effect, 4),
                "naive_mean_points": round(found.naive_mean, 4),
            }
        )
        return
    click.echo(
        f"{found.draws} sets of {found.set_size} among the {found.low} lowest of {found.schools} schools without "
        f"support, {first} to {last}{f', {added:+g} points added' if added else ''}:"
    )
    click.echo(
        f"Against similar schools  {found.false_positive_share:.1%} of the sets seem to show an effect (5% would be by "
        f"chance); mean {found.mean_effect:+.2f} points."
    )
    click.echo(
        f"Plain before and after   {found.naive_share:.1%} seem to show an effect; mean {found.naive_mean:+.2f} "
        "points: low schools rise by themselves."
    )
