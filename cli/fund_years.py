"""`sib fund`: statements, shares of joining councils, the Chair's pay, money carried over, VAT."""

from datetime import date
from typing import TYPE_CHECKING

import click

from cli.amounts import pence
from cli.desks import at_a_desk, reading_desk
from cli.options import as_json, as_of
from cli.printing import show_json, show_rows
from rules.eligibility import pounds as money
from rules.errors import Refused

if TYPE_CHECKING:
    from casework.desk import Desk


@click.command()
@click.argument("year")
@click.option("--by", type=click.Choice(["case", "theme", "cluster"]), default="theme", show_default=True)
@as_json
def statement(year: str, by: str, json_wanted: bool) -> None:
    """The statement of a Fund year, such as 2025-26, by case, theme or cluster."""
    from casework.fund_years import year_labelled
    from queries.statement import statement as statement_of

    with reading_desk(None) as desk:
        found = statement_of(desk.session, year_labelled(desk, year))
    if json_wanted:
        show_json(found)
        return
    if by == "case":
        show_rows(
            ("Case", "School", "Theme", "Cluster", "VAT", "Reserved", "Committed", "Spent", "Released"),
            [
                (
                    c.reference,
                    c.school,
                    c.theme,
                    c.cluster,
                    c.vat,
                    *map(money, (c.reserved, c.committed, c.spent, c.released)),
                )
                for c in found.cases
            ],
            "No money has been set aside.",
        )
        return
    groups = found.by_theme if by == "theme" else found.by_cluster
    show_rows(
        (by.capitalize(), "Cases", "Reserved", "Committed", "Spent", "Released"),
        [(g.name, g.cases, *map(money, (g.reserved, g.committed, g.spent, g.released))) for g in groups],
        "No money has been set aside.",
    )


@click.command()
@click.argument("year")
@click.option(
    "--council",
    "councils",
    multiple=True,
    required=True,
    help="A joining council: NAME:LA_CODE to count from our own tables, or NAME:=NUMBER. Again for each.",
)
@click.option("--by", type=click.Choice(["pupils", "schools"]), default="pupils", show_default=True)
@click.option("--own", type=int, default=None, help="The council's own pupils or schools; counted when left out.")
@click.option("--record", is_flag=True, help="Add the shares to the year's contributions.")
@as_of
@as_json
def shares(
    year: str,
    councils: tuple[str, ...],
    by: str,
    own: int | None,
    record: bool,
    as_of: date | None,
    json_wanted: bool,
) -> None:
    """Work out what joining councils contribute: as much a pupil (or a school) as the year's grant comes to."""
    from casework.fund import contribute
    from casework.fund_years import year_labelled
    from rules.shares import joining

    with at_a_desk(as_of) as desk:
        found = year_labelled(desk, year)
        weights = dict(_weight(desk, one, by) for one in councils)
        base = own if own is not None else _counted(desk, int(desk.council.area), by)
        worked = joining(found.grant_pence, base, weights)
        sums = [
            f"As the council’s own {money(found.grant_pence)} for {base:,} {by}. "
            + share.worked_out(by, sum(one.pence for one in worked), sum(weights.values()))
            for share in worked
        ]
        if record:
            for share, basis in zip(worked, sums, strict=True):
                contribute(desk.session, found, contributor=share.name, pence=share.pence, basis=basis, on=desk.as_of)
    if json_wanted:
        show_json(
            [
                {"council": share.name, "weight": share.weight, "pence": share.pence, "worked_out": basis}
                for share, basis in zip(worked, sums, strict=True)
            ]
        )
    else:
        show_rows(
            ("Council", by.capitalize(), "Share", "Worked out"),
            [(share.name, share.weight, money(share.pence), basis) for share, basis in zip(worked, sums, strict=True)],
            "No council was named.",
        )


def _weight(desk: "Desk", words: str, by: str) -> tuple[str, int]:
    name, _, rest = words.rpartition(":")
    if name and rest.startswith("=") and rest[1:].isdigit():
        return name.strip(), int(rest[1:])
    if name and len(rest) == 3 and rest.isdigit():
        return name.strip(), _counted(desk, int(rest), by)
    raise Refused(f"{words!r} names no council: write NAME:839, or NAME:=52000.")


def _counted(desk: "Desk", la_code: int, by: str) -> int:
    import sqlalchemy as sa

    from models.schools import School, SchoolStatus

    what = sa.func.sum(School.pupils) if by == "pupils" else sa.func.count()
    asked = sa.select(what).where(School.la_code == la_code, School.status == SchoolStatus.OPEN)
    return int(desk.session.scalar(asked) or 0)


@click.command("pay-chair")
@click.option("--pounds", required=True)
@click.option("--invoice", required=True, help="The invoice's number: the same one is never paid twice.")
@click.option("--for", "what_for", required=True)
@as_of
def pay_chair(pounds: str, invoice: str, what_for: str, as_of: date | None) -> None:
    """Record a payment to the Independent Chair, out of the ring-fence."""
    from casework import fund, fund_years

    with at_a_desk(as_of) as desk:
        year = fund.year_of(desk.session, desk.as_of)
        if year is None:
            raise Refused(f"No Fund year covers {desk.as_of.isoformat()}.")
        made = fund_years.pay_chair(desk, year, invoice=invoice, pence=pence(pounds), what_for=what_for)
        click.echo(f"{money(made.pence)} recorded." if made else "This invoice was recorded before.")


@click.command("carry-over")
@click.argument("year")
@click.option("--pounds", required=True)
@click.option(
    "--decision", type=int, required=True, help="The number of the Board's decision: sib board decide … carry-over."
)
@as_of
def carry_over(year: str, pounds: str, decision: int, as_of: date | None) -> None:
    """Carry free money of YEAR, which has ended, into the next, as the Board decided."""
    from casework import fund_years
    from models.board import Decision

    with at_a_desk(as_of) as desk:
        found = desk.session.get(Decision, decision)
        if found is None:
            raise Refused(f"There is no decision number {decision}.")
        made = fund_years.carry_over(desk, fund_years.year_labelled(desk, year), pence(pounds), found)
        click.echo(f"{money(made.pence)} carried over.")


@click.command()
@click.argument("reference", required=False)
@click.option("--treatment", type=click.Choice(["recoverable", "outside-scope"]), default=None)
@click.option("--reason", default="", help="Why, in a sentence.")
@as_of
@as_json
def vat(reference: str | None, treatment: str | None, reason: str, as_of: date | None, json_wanted: bool) -> None:
    """List what finance has to check; with a case and a treatment, settle it."""
    from casework import vat as work
    from models.plans import VatTreatment
    from queries.vat import to_check

    if (reference is None) != (treatment is None):
        raise click.UsageError("Name a case with its --treatment, or neither.")
    if reference is not None and treatment is not None:
        from cli.deciding import decide

        decide([reference], as_of, lambda desk, case: work.settle(desk, case, VatTreatment(treatment), reason))
        click.echo(f"{reference}: {treatment}.")
        return
    with reading_desk(as_of) as desk:
        lines = to_check(desk.session)
    if json_wanted:
        show_json(lines)
    else:
        show_rows(
            ("Case", "School", "Type", "Provider", "Amount", "Why"),
            [(v.reference, v.school, v.school_type, v.provider, money(v.pence), v.reason) for v in lines],
            "There is nothing to check.",
        )
