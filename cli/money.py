"""`sib fund`: what is budgeted, reserved, committed, spent and free; opening a year, contributions, payments."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from cli.amounts import pence
from cli.deciding import decide
from cli.fund_years import carry_over, pay_chair, shares, statement, vat
from cli.options import DAY, as_json, as_of
from cli.printing import show_json, show_rows
from rules.eligibility import pounds as money
from rules.errors import Refused


@click.group(invoke_without_command=True)
@as_json
@click.option(
    "--xlsx", "file", type=click.Path(dir_okay=False, path_type=Path), default=None, help="Write an Excel file."
)
@click.pass_context
def fund(ctx: click.Context, json_wanted: bool, file: Path | None) -> None:
    """The Strategic School Improvement Fund, year by year."""
    if ctx.invoked_subcommand is not None:
        return
    import sqlalchemy as sa

    from config.database import reading_scope
    from models.fund import FundYear
    from queries.money import fund_years
    from queries.statement import statement as statement_of

    with reading_scope() as session:
        lines = fund_years(session)
        if file is not None:
            from casework.fund_book import book

            years = session.scalars(sa.select(FundYear).order_by(FundYear.starts_on.desc())).all()
            file.write_bytes(book(lines, [statement_of(session, year) for year in years]))
            click.echo(f"Written to {file}.", err=json_wanted)
    if file is not None and not json_wanted:
        return
    if json_wanted:
        show_json(lines)
        return
    show_rows(
        ("Year", "Budget", "Reserved", "Committed", "Spent", "Free"),
        [(y.label, *(money(p) for p in (y.budget, y.reserved, y.committed, y.spent, y.free))) for y in lines],
        "No Fund year is open: `sib fund open 2025 --pounds 100000`.",
    )


@fund.command("open")
@click.argument("year", type=click.IntRange(2000, 2100))
@click.option("--pounds", required=True, help="The grant.")
@click.option("--chair-pounds", default="4500", show_default=True, help="The ring-fence for the Independent Chair.")
def open_(year: int, pounds: str, chair_pounds: str) -> None:
    """Open the Fund year that begins on 1 April of YEAR."""
    from casework.fund import open_year
    from config.database import session_scope

    with session_scope() as session:
        made = open_year(session, year, pence(pounds), pence(chair_pounds))
        click.echo(f"{made.label} is open with {money(made.budget_pence)} to commission with.")


@fund.command()
@click.argument("contributor")
@click.option("--pounds", required=True)
@click.option("--basis", required=True, help="How it was worked out: by pupils, by schools.")
@click.option("--on", "on", type=DAY, required=True, help="The day it was received.")
def contribute(contributor: str, pounds: str, basis: str, on: date) -> None:
    """Record a contribution from schools or a joining council."""
    from casework import fund as money_of
    from config.database import session_scope

    with session_scope() as session:
        year = money_of.year_of(session, on)
        if year is None:
            raise Refused(f"No Fund year covers {on.isoformat()}.")
        money_of.contribute(session, year, contributor=contributor, pence=pence(pounds), basis=basis, on=on)
    click.echo(f"{contributor}: {money(pence(pounds))} added to the Fund.")


@fund.command()
@click.argument("reference")
@click.option("--pounds", required=True)
@click.option("--invoice", required=True, help="The invoice's number: the same one is never paid twice.")
@click.option("--for", "what_for", required=True, help="What it is for.")
@as_of
def spend(reference: str, pounds: str, invoice: str, what_for: str, as_of: date | None) -> None:
    """Record a payment against a case's commitment."""
    from casework import spending

    def act(desk: Any, case: Any) -> None:
        spending.pay(desk, case, invoice=invoice, pence=pence(pounds), what_for=what_for)

    decide([reference], as_of, act)
    click.echo(f"{money(pence(pounds))} recorded against {reference}.")


for _command in (statement, shares, pay_chair, carry_over, vat):
    fund.add_command(_command)
