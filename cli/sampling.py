"""`sib sample`: an invented area of any size, written as the publishers would write it, or loaded."""

import tempfile
from datetime import date
from pathlib import Path

import click

from cli.options import DAY, as_json
from cli.printing import show_json


@click.command()
@click.option("--schools", type=click.IntRange(10, 300_000), default=155, show_default=True)
@click.option(
    "--active", type=click.IntRange(0, 300_000), default=0, show_default=True, help="Active commissions to load."
)
@click.option("--start", type=DAY, default=None, help="The first day; today when left out.")
@click.option("--seed", type=int, default=2018, show_default=True)
@click.option("--load", is_flag=True, help="Load it into an empty database.")
@click.option(
    "--to", "folder", type=click.Path(path_type=Path, file_okay=False), default=None, help="Write the files here."
)
@as_json
def sample(
    schools: int, active: int, start: date | None, seed: int, load: bool, folder: Path | None, json_wanted: bool
) -> None:
    """Invent an area; the same seed gives the same one. Loading goes through the same importers as real files."""
    if load == (folder is not None):
        raise click.UsageError("Say --load, or --to DIR.")
    from config import clock
    from sample.loading import load_area, write_to

    first = start or clock.today()
    if folder is not None:
        if active:
            raise click.UsageError("--active goes with --load.")
        files = write_to(folder, schools=schools, seed=seed, start=first)
        click.echo(f"{files} files written to {folder}.")
        return
    with tempfile.TemporaryDirectory() as kept:
        loaded = load_area(Path(kept), schools=schools, active=active, seed=seed, start=first)
    if json_wanted:
        show_json(loaded)
    else:
        click.echo(
            f"{loaded.schools} schools and {loaded.active} active commissions loaded; the round opened on "
            f"{loaded.round_opened_on} and is due on {loaded.due_on}."
            if loaded.active
            else f"{loaded.schools} schools loaded."
        )
        if others := loaded.areas[1:]:
            click.echo(
                f"They stand under {len(loaded.areas)} authorities. For `sib identify` to judge all of them, set "
                f"SIB_OTHER_AREAS={','.join(map(str, others))}"
            )
