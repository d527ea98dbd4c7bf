"""`sib board`: the Board's meetings."""

from datetime import date

import click

from cli.options import as_json, as_of
from cli.printing import show_json, show_rows


@click.group()
def board() -> None:
    """The School Improvement Board."""


@board.command()
@click.option(
    "--plan", "academic_year", default=None, help="Plan the seven meetings of a school year, such as 2025-26."
)
@as_of
@as_json
def meetings(academic_year: str | None, as_of: date | None, json_wanted: bool) -> None:
    """List the meetings, after planning those of a school year when it is named."""
    from casework.board_meetings import plan_meetings
    from casework.desk import desk_for
    from config import clock
    from config.database import session_scope
    from queries.board import meetings as planned

    with session_scope() as session:
        if academic_year is not None:
            plan_meetings(desk_for(session, as_of or clock.today(), actor="officer"), academic_year)
        lines = planned(session)
    if json_wanted:
        show_json(lines)
    else:
        show_rows(
            ("Day", "School year", "Number", "State"),
            [(m.day, m.academic_year, m.number, m.state) for m in lines],
            "No meetings are planned: `sib board meetings --plan 2025-26`.",
        )
