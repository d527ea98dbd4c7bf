"""`sib db`: bring the database up to date, check it, back it up and restore it."""

from pathlib import Path

import click

from cli.options import as_json
from cli.printing import show_json
from rules.errors import Refused


@click.group()
def db() -> None:
    """The database."""


@db.command()
def upgrade() -> None:
    """Bring the schema up to date and write the catalogue of themes; safe to repeat."""
    set_up()
    click.echo("The database is up to date.")


@db.command()
def check() -> None:
    """Say whether the schema is what this version needs and the event log is whole."""
    from casework.events import broken_chains
    from config import migrations
    from config.database import engine, reading_scope

    migrations.require_current(engine())
    found = migrations.differences(engine())
    if found:
        raise Refused("The schema differs from the models: " + "; ".join(found))
    with reading_scope() as session:
        broken = broken_chains(session)
    if broken:
        raise Refused(f"The event log has been changed or cut: {', '.join(broken[:5])}.")
    click.echo("The schema is up to date and the event log is whole.")


@db.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write a copy of the database to FILE, while it is in use."""
    from config.backups import back_up

    how = back_up(file)
    click.echo(f"Backed up to {file} by {how}.")


@db.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--yes", is_flag=True, help="Replace the database that is there.")
def restore(file: Path, yes: bool) -> None:
    """Put the copy in FILE in the database's place."""
    from config.backups import restore as put_back

    put_back(file, replace=yes)
    click.echo(f"Restored from {file}.")


@db.command("hash")
@as_json
def hash_(json_wanted: bool) -> None:
    """Print the hash of what is in the database: the same before a backup and after its restore."""
    from config.database import engine
    from config.fingerprint import content_hash, content_hashes

    if json_wanted:
        show_json(content_hashes(engine()))
    else:
        click.echo(content_hash(engine()))


def set_up() -> None:
    """The schema and the catalogue of themes."""
    from config import migrations
    from config.database import engine, session_scope
    from intake.themes import seed_themes

    migrations.upgrade(engine())
    with session_scope() as session:
        seed_themes(session)
