"""`sib answer`: what a link form does, for tests and for a helpdesk."""

import json
import re
from datetime import date
from pathlib import Path

import click

from cli.options import as_json, as_of
from cli.printing import show_json
from rules.errors import Refused

LARGEST = 1_000_000
_LIKE_AN_OPTION = re.compile(r"-[\w-]{21}", re.ASCII)


class OfALink(click.Command):
    """A command whose argument is a link's token, of which one in sixty-four begins with a hyphen, as options do."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        tokens = [one for one in args if _LIKE_AN_OPTION.fullmatch(one)]
        rest = [one for one in args if one not in tokens]
        return super().parse_args(ctx, [*rest, "--", *tokens] if tokens and "--" not in args else args)


@click.command(cls=OfALink)
@click.argument("token")
@click.option("--file", "file", type=click.Path(path_type=Path), required=True, help="The answer, as JSON.")
@as_of
@as_json
def answer(token: str, file: Path, as_of: date | None, json_wanted: bool) -> None:
    """Give the answer that the link with TOKEN asks for.

    \b
    An offer:  {"accept": true, "name": "Priya Shah", "note": "", "conflict": false}
    A plan:    {"agree": true, "name": "Priya Shah", "note": ""}
    An update: {"name": "Priya Shah", "measures": [{"measure": 7, "value": 58, "cohort": 30,
                "rag": "green", "reason": "…", "changed": "…", "next": "…", "no_change": false}]}
    """
    from casework.answers import answer as take
    from casework.desk import desk_for
    from config import clock
    from config.database import session_scope

    given = read(file)
    with session_scope() as session:
        taken = take(desk_for(session, as_of or clock.today()), token, given)
    if json_wanted:
        show_json(taken)
    else:
        click.echo(f"{taken.reference} is {taken.state.value.replace('_', ' ')}.")


def read(file: Path) -> dict[str, object]:
    """The JSON object in a file.

    Raises:
        Refused: no such file, too large, or no JSON object.
    """
    if not file.is_file():
        raise Refused(f"There is no file {file}.")
    if file.stat().st_size > LARGEST:
        raise Refused(f"{file} is larger than an answer can be.")
    try:
        given = json.loads(file.read_text("utf-8"))
    except (ValueError, RecursionError):
        raise Refused(f"{file} is not JSON.") from None
    if not isinstance(given, dict):
        raise Refused(f"{file} must hold one JSON object.")
    return given
