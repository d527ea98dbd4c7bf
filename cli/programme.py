"""`sib impact` over the whole programme: a list, JSON, an Excel file, the Board's page."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.printing import show_json, show_rows
from rules.errors import Refused

if TYPE_CHECKING:
    from papers.workbook import Sheet


def show_programme(by: str, as_of: date | None, xlsx: str | None, *, json_wanted: bool) -> None:
    """Print the programme divided by one thing, or write it to a file."""
    from casework.board_impact import row_of, table
    from casework.programme import By, programme
    from config import clock
    from config.database import reading_scope
    from papers.impact import HEADINGS

    with reading_scope() as session:
        found = programme(session, as_of or clock.today(), By(by))
    if xlsx is not None:
        write_sheet(xlsx, table(found))
    if json_wanted:
        show_json(
            {"by": by, "as_of": found.as_of, "whole": _facts(found.whole), "groups": [*map(_facts, found.groups)]}
        )
        return
    if xlsx is not None:
        click.echo(f"Written to {xlsx}.")
        return
    rows_shown = [row_of(line).cells for line in (*found.groups, found.whole)]
    show_rows((by.capitalize(), *HEADINGS[1:]), rows_shown if found.whole.cases else [], "No support has begun yet.")
    if found.whole.cases:
        click.echo(found.whole.all_words)


def show_board(as_of: date | None, *, html: bool) -> None:
    """Print the page for the Board."""
    from casework.board_impact import board_impact
    from config import clock
    from config.database import reading_scope
    from papers.impact import to_html, to_markdown

    with reading_scope() as session:
        view = board_impact(session, as_of or clock.today())
    click.echo(to_html(view) if html else to_markdown(view), nl=False)


def write_sheet(file: str, sheet: "Sheet") -> None:
    """Write one table as an Excel file; texts stay texts, whatever they begin with.

    Raises:
        Refused: the file cannot be written.
    """
    from papers.workbook import to_xlsx

    try:
        Path(file).write_bytes(to_xlsx([sheet]))
    except OSError as error:
        raise Refused(f"{file} cannot be written: {error.strerror}.") from error


def _facts(line: Any) -> dict[str, Any]:
    effect, gap = line.effect, line.narrowed
    return {
        "name": line.name,
        "cases": line.cases,
        "ended": line.ended,
        "evaluated": line.evaluated,
        "effect_points": round(effect.points, 2) if effect else None,
        "lower": round(effect.lower, 2) if effect else None,
        "upper": round(effect.upper, 2) if effect else None,
        "plain_points": round(effect.plain, 2) if effect else None,
        "better_than_programme": round(effect.better_than_programme, 3) if effect else None,
        "stands_out": effect.stands_out if effect else 0,
        "beyond": line.beyond,
        "gap": {
            "schools": line.gap_schools,
            "narrowed_points": round(gap.points, 2) if gap else None,
            "lower": round(gap.lower, 2) if gap else None,
            "upper": round(gap.upper, 2) if gap else None,
            "stands_out": gap.stands_out if gap else 0,
            "words": line.gap_words,
        },
        "pounds": line.pence / 100,
        "pounds_a_case": line.pence_a_case / 100,
        "pounds_a_point": None if line.pence_a_point is None else line.pence_a_point / 100,
        "updates": {"on_time": line.updates.on_time, "late": line.updates.late, "missed": line.updates.missed},
        "words": line.words,
    }
