"""`sib cases` and `sib case`."""

from datetime import date
from typing import TYPE_CHECKING

import click

from cli.options import as_json, as_of
from cli.printing import show_json, show_rows
from models.commissions import CommissionState
from rules.eligibility import pounds
from rules.errors import Refused

if TYPE_CHECKING:
    from queries.cases import CaseView


@click.command()
@click.option("--state", type=click.Choice([state.value for state in CommissionState]), default=None)
@click.option("--overdue", is_flag=True, help="Only those past a deadline or an update's due day.")
@click.option("--search", default=None, help="A part of the reference, the school's name or its URN.")
@as_of
@as_json
def cases(state: str | None, overdue: bool, search: str | None, as_of: date | None, json_wanted: bool) -> None:
    """List cases."""
    from config import clock
    from config.database import reading_scope
    from queries.case_list import CaseFilter, find_cases

    with reading_scope() as session:
        wanted = CaseFilter(search=search or "", state=state or "", overdue=overdue)
        lines = find_cases(session, wanted, as_of or clock.today()).lines
    if json_wanted:
        show_json(lines)
        return
    show_rows(
        ("Case", "School", "Theme", "State", "Since", "Due", "Provider", "Cost"),
        [
            (
                line.reference,
                line.school,
                line.theme,
                line.state.replace("_", " ") + (" (overdue)" if line.overdue else ""),
                line.state_since,
                line.deadline_on,
                line.provider,
                pounds(line.cost_pence) if line.cost_pence else "",
            )
            for line in lines
        ],
        "No cases.",
    )


@click.command()
@click.argument("reference")
@as_of
@as_json
def case(reference: str, as_of: date | None, json_wanted: bool) -> None:
    """Show one case with its offers, plan, updates and timeline."""
    from config import clock
    from config.database import reading_scope
    from queries.cases import case as found

    with reading_scope() as session:
        view = found(session, reference, as_of or clock.today())
    if view is None:
        raise Refused(f"There is no case {reference}.")
    if json_wanted:
        show_json(view)
    else:
        _tell(view)


def _tell(view: "CaseView") -> None:
    line = view.line
    late = " (overdue)" if line.overdue else ""
    click.echo(f"{line.reference}  {line.school}: {line.theme}")
    click.echo(f"State         {line.state.replace('_', ' ')}{late} since {line.state_since}")
    for label, value in (
        ("Evidence", view.evidence or view.reason),
        ("Provider", line.provider),
        ("Officer", view.officer),
        ("Money", f"{pounds(line.cost_pence)}, {pounds(view.spent_pence)} spent" if line.cost_pence else None),
        ("Answer by", line.deadline_on),
        ("Support", f"{view.starts_on} to {view.ends_on}" if view.starts_on else None),
        ("Outcome", line.outcome.replace("_", " ") if line.outcome else None),
        ("Impact", view.verdict),
        ("Held", view.held_because),
    ):
        if value:
            click.echo(f"{label:<13} {value}")
    for one in view.measures:
        latest = "nothing reported" if one.latest is None else f"now {one.latest:g}"
        start = "withheld" if one.baseline is None else f"{one.baseline:g}"
        click.echo(f"Measure       {one.name}: from {start} to {one.target:g} by {one.target_on}, {latest}")
    for said in view.evaluation:
        click.echo(f"Evaluated     {said}")
    for again in view.later:
        for said in again.sentences:
            click.echo(f"{again.evaluated_on}    {said}")
    for update in view.updates:
        click.echo(f"Update        {update.half_term}, {update.party}: {update.state}, due {update.due_on}")
    for event in view.timeline:
        click.echo(f"{event.day}    {event.reason}")
