"""`sib tick`: everything that a day asks for, for one day or day by day."""

from datetime import date, timedelta
from typing import Any

import click

from cli.options import DAY, as_json, as_of
from cli.printing import show_json, show_rows
from rules.errors import Refused


@click.command()
@as_of
@click.option("--from", "first", type=DAY, default=None, help="Day by day from this day …")
@click.option("--to", "last", type=DAY, default=None, help="… to this one, in one process.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent, now or on a day to come, and change nothing.")
@as_json
def tick(as_of: date | None, first: date | None, last: date | None, dry_run: bool, json_wanted: bool) -> None:
    """Open rounds, chase, advance, escalate and make the day's e-mails. Repeating a day changes nothing."""
    from config import clock

    if (first is None) != (last is None) or (first is not None and as_of is not None):
        raise click.UsageError("Say --as-of DAY, or --from DAY --to DAY.")
    if first is not None and last is not None:
        if last < first:
            raise Refused(f"--to {last.isoformat()} is before --from {first.isoformat()}.")
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    else:
        days = [as_of or clock.today()]
    if dry_run:
        _show_dry(days, json_wanted)
        return
    done = [_one(day) for day in days]
    if json_wanted:
        show_json(done)
        return
    for facts in done:
        if len(done) == 1 or any(count for name, count in facts.items() if name.endswith("_changed")):
            click.echo(
                f"{facts['day']}: {facts['rounds_changed']} rounds opened, {facts['updates_changed']} updates chased, "
                f"{facts['cases_changed']} cases moved on, {facts['people_changed']} e-mails made."
            )


def _one(day: date) -> dict[str, Any]:
    from cli.running import run_flow

    return {"day": day.isoformat(), **run_flow("tick", _flow, {"as_of": day})}


def _flow() -> Any:
    from flows.tick import tick as flow

    return flow


def _show_dry(days: list[date], json_wanted: bool) -> None:
    """Foresee the days, and show the e-mails that they would send."""
    from cli.dry_run import foreseen
    from config import clock

    lines, checks = foreseen(days)
    if json_wanted:
        show_json(lines)
    else:
        if days[0] > clock.today():
            click.echo("If nobody answers until then:")
        show_rows(
            ("Day", "To", "Subject", "Case", "What becomes of it"),
            [(one.day, one.recipient, one.subject, one.reference, one.fate) for one in lines],
            "Nothing would be sent.",
        )
    for check in checks:
        click.echo(f"An operator would have to look at this: {check}", err=True)
