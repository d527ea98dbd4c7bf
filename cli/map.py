"""`sib map`: who supports whom in each theme and cluster, where need has no support, where support has no need."""

from datetime import date

import click

from cli.options import as_json, as_of
from cli.printing import show_json, show_rows


@click.command(name="map")
@click.option("--theme", default=None, help="Only this theme, by its name.")
@click.option("--xlsx", type=click.Path(dir_okay=False), default=None, help="Write an Excel file.")
@as_of
@as_json
def map_(theme: str | None, xlsx: str | None, as_of: date | None, json_wanted: bool) -> None:
    """Map support: theme by family cluster, counted in schools."""
    from casework.map_book import by_cluster
    from cli.programme import write_sheet
    from config import clock
    from config.database import reading_scope
    from queries.support_map import support_map

    with reading_scope() as session:
        found = support_map(session, as_of or clock.today())
    cells = [one for one in found.cells if theme is None or one.theme.casefold() == theme.casefold()]
    sheet = by_cluster(cells)
    if xlsx is not None:
        write_sheet(xlsx, sheet)
    if json_wanted:
        show_json(
            {
                "as_of": found.as_of,
                "themes": found.themes,
                "clusters": found.clusters,
                "cells": [
                    {
                        "theme": one.theme,
                        "cluster": one.cluster,
                        "need": one.need,
                        "met": one.met,
                        "coming": one.coming,
                        "unmet": one.unmet,
                        "without_need": one.without_need,
                        "support": one.support,
                    }
                    for one in cells
                ],
            }
        )
    elif xlsx is not None:
        click.echo(f"Written to {xlsx}.")
    else:
        show_rows(sheet.headings, sheet.rows, "There is neither need nor support yet.")
