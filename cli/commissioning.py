"""`sib commission`: for one school and theme, or for all confirmed priorities."""

from datetime import date
from typing import Any

import click

from cli.options import as_json, as_of
from cli.printing import show_json, show_rows


@click.command()
@click.argument("urn", type=click.IntRange(1, 9_999_999), required=False)
@click.argument("theme", required=False)
@click.option(
    "--pounds", type=click.FloatRange(min=0, min_open=True, max=100_000), default=None, help="What it may cost."
)
@click.option("--reason", default=None, help="Why, in a sentence; name no person.")
@click.option("--provider", default=None, help="The code of the provider to ask first.")
@click.option("--all-confirmed", is_flag=True, help="Start every confirmed priority, as far as the money goes.")
@click.option("--dry-run", is_flag=True, help="With --all-confirmed: show the run with its reasons, change nothing.")
@as_of
@as_json
def commission(
    urn: int | None,
    theme: str | None,
    pounds: float | None,
    reason: str | None,
    provider: str | None,
    all_confirmed: bool,
    dry_run: bool,
    as_of: date | None,
    json_wanted: bool,
) -> None:
    """Commission support for the school with URN and a THEME: money is reserved and support offered to the school."""
    from cli.running import run_flow
    from config.settings import settings

    if dry_run and not all_confirmed:
        raise click.UsageError("--dry-run goes with --all-confirmed.")
    if all_confirmed:
        if urn is not None or provider is not None:
            raise click.UsageError("--all-confirmed takes no URN, theme or provider.")
        each = pounds or settings().policy.usual_pence / 100
        if dry_run:
            _propose(each, as_of, json_wanted=json_wanted)
            return
        facts = run_flow("commission-confirmed", _confirmed_flow, {"pounds": each, "as_of": as_of})
        said = f"{facts['started']} of {facts['waiting']} confirmed priorities started."
    else:
        missing = [
            name
            for name, value in (("URN", urn), ("THEME", theme), ("--pounds", pounds), ("--reason", reason))
            if not value
        ]
        if missing:
            raise click.UsageError(f"Missing {', '.join(missing)}.")
        facts = run_flow(
            "commission",
            _one_flow,
            {"urn": urn, "theme": theme, "pounds": pounds, "reason": reason, "provider": provider, "as_of": as_of},
        )
        said = f"{facts['reference']} is {facts['state']}."
    if json_wanted:
        show_json(facts)
    else:
        click.echo(said)


def _propose(each: float, as_of: date | None, *, json_wanted: bool) -> None:
    """Show the run as it would be. Nothing is written: the session only reads."""
    from casework.desk import desk_for
    from casework.run_proposal import money_words, propose_run
    from config import clock
    from config.database import reading_scope
    from rules.eligibility import whole_pence

    with reading_scope() as session:
        proposal = propose_run(desk_for(session, as_of or clock.today()), whole_pence(each))
    if json_wanted:
        show_json(proposal.facts())
        return
    show_rows(
        ("Evidence", "Case", "School", "Theme", "Asks first", "Score", "Rank", "Second choice", "Would cost", "Why"),
        [
            (
                one.evidence_rank,
                one.reference,
                one.school,
                one.theme,
                choice.name if choice else "nobody",
                f"{choice.score:.1f}" if choice else "",
                choice.rank if choice else "",
                pairing.second.name if pairing and pairing.second else "",
                f"{pairing.second_costs_run:.1f}" if pairing and pairing.second_costs_run is not None else "",
                one.why,
            )
            for one in proposal.cases
            for pairing in (one.pairing,)
            for choice in (pairing.choice if pairing else None,)
        ],
        "No confirmed priorities wait for a run.",
    )
    if proposal.cases:
        click.echo(money_words(proposal))


def _one_flow() -> Any:
    from flows.commission import commission as flow

    return flow


def _confirmed_flow() -> Any:
    from flows.commission import commission_confirmed as flow

    return flow
