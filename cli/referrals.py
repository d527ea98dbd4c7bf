"""`sib referrals`: concerns about academies put to the regional director, by a person's letter."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from cli.deciding import decide
from cli.desks import reading_desk
from cli.options import as_json, as_of
from cli.printing import show_json, show_rows
from rules.errors import Refused


@click.group(invoke_without_command=True)
@as_of
@as_json
@click.pass_context
def referrals(ctx: click.Context, as_of: date | None, json_wanted: bool) -> None:
    """Concerns about academies that are, or may be, put to the regional director."""
    if ctx.invoked_subcommand is not None:
        return
    from queries.referrals import referrals as every

    with reading_desk(as_of) as desk:
        lines = every(desk.session)
    if json_wanted:
        show_json(lines)
    else:
        show_rows(
            ("Case", "School", "State", "Opened", "Sent", "Answered", "Closed"),
            [(r.reference, r.school, r.state, r.opened_on, r.sent_on, r.answered_on, r.closed_on) for r in lines],
            "Nothing has been referred.",
        )


@referrals.command()
@click.argument("reference")
@click.option("--to", "file", type=click.Path(dir_okay=False, path_type=Path), default=None, help="Write it here.")
@as_of
def letter(reference: str, file: Path | None, as_of: date | None) -> None:
    """The draft letter, for a person to read, change and send."""
    import sqlalchemy as sa

    from casework.referrals import draft_letter
    from models.commissions import Commission

    with reading_desk(as_of) as desk:
        found = desk.session.scalars(sa.select(Commission).where(Commission.reference == reference)).one_or_none()
        if found is None:
            raise Refused(f"There is no case {reference}.")
        drafted = draft_letter(desk, found)
    text = f"Subject: {drafted.subject}\n\n{drafted.text}"
    if file is None:
        click.echo(text, nl=False)
    else:
        file.write_text(text, encoding="utf-8")
        click.echo(f"Written to {file}. A person sends it; then: sib referrals sent {reference} --by NAME")


@referrals.command()
@click.argument("reference")
@click.option("--by", required=True, help="Who sent the letter.")
@as_of
def sent(reference: str, by: str, as_of: date | None) -> None:
    """Record that a person has sent the letter."""
    _do(reference, as_of, lambda work, desk, case: work.mark_sent(desk, case, by), "sent")


@referrals.command()
@click.argument("reference")
@click.option("--said", required=True, help="What came back, in a sentence.")
@as_of
def answered(reference: str, said: str, as_of: date | None) -> None:
    """Record what the regional director answered."""
    _do(reference, as_of, lambda work, desk, case: work.mark_answered(desk, case, said), "answered")


@referrals.command()
@click.argument("reference")
@click.option("--reason", required=True, help="Why, in a sentence.")
@as_of
def close(reference: str, reason: str, as_of: date | None) -> None:
    """Close a referral that was sent."""
    _do(reference, as_of, lambda work, desk, case: work.close(desk, case, reason), "closed")


@referrals.command()
@click.argument("reference")
@click.option("--reason", required=True, help="Why, in a sentence.")
@as_of
def withdraw(reference: str, reason: str, as_of: date | None) -> None:
    """Withdraw a draft that is not needed any more."""
    _do(reference, as_of, lambda work, desk, case: work.withdraw(desk, case, reason), "withdrawn")


def _do(reference: str, as_of: date | None, act: Any, word: str) -> None:
    from casework import referrals as work

    decide([reference], as_of, lambda desk, case: act(work, desk, case))
    click.echo(f"The referral of {reference} is {word}.")
