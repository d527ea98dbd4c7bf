"""`sib import`: read a published file, or one of the council's own."""

from datetime import date
from pathlib import Path

import click

from cli.options import as_json, as_of
from cli.printing import show_json

KINDS = [
    "schools",
    "groups",
    "links",
    "ks2",
    "ks4",
    "absence",
    "census",
    "ofsted",
    "clusters",
    "providers",
    "contacts",
    "calendar",
    "bank-holidays",
    "board",
]


@click.command("import")
@click.argument("words", nargs=-1, required=True, metavar="[KIND] FILE")
@click.option("--year", default=None, help="The school year of a results file, such as 2017-18.")
@click.option(
    "--area", default=None, help="The local authority whose dates a calendar holds; the council's own when left out."
)
@as_of
@as_json
def import_(words: tuple[str, ...], year: str | None, area: str | None, as_of: date | None, json_wanted: bool) -> None:
    """Read FILE into the database, all or nothing. The KIND is guessed from the headings when it is left out.

    KIND is one of schools, groups, links, ks2, ks4, absence, census, ofsted, clusters, providers, contacts, calendar,
    bank-holidays, board.
    """
    if len(words) > 2 or (len(words) == 2 and words[0] not in KINDS):
        raise click.UsageError(f"Say what to import as: sib import [KIND] FILE, with KIND one of {', '.join(KINDS)}.")
    kind, file = (None, words[0]) if len(words) == 1 else words
    from config import clock
    from config.settings import settings
    from tasks.import_file import import_file

    report = import_file(str(Path(file)), kind, year, as_of or clock.today(), area or settings().area)
    if json_wanted:
        show_json(report)
        return
    for line in report.lines():
        click.echo(line)
