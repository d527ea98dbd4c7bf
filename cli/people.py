"""`sib person` and `sib retain`: what is held about people, and for how long."""

from datetime import date
from typing import Any

import click

from cli.options import as_json, as_of
from cli.printing import show_json
from rules.errors import Refused


@click.group()
def person() -> None:
    """What is held about a person."""


@person.command()
@click.argument("email")
def export(email: str) -> None:
    """Print everything that is held about the person with this address, as JSON (UK GDPR Article 15)."""
    from config.database import reading_scope
    from queries.person_records import contact_at, held, traces_of

    with reading_scope() as session:
        contact = contact_at(session, email)
        if contact is None:
            raise Refused(f"Nobody has the address {email}.")
        show_json(held(session, traces_of(session, contact)).rows)


@person.command()
@click.argument("email")
@as_json
def redact(email: str, json_wanted: bool) -> None:
    """Take the person with this address out of the records for good (UK GDPR Article 17); cases and money stay true."""
    from config import clock
    from tasks.retention import redact_person

    done = redact_person(email, clock.today())
    if json_wanted:
        show_json(done)
        return
    rows = done["rows"]
    assert isinstance(rows, dict)
    where = ", ".join(f"{number} {table.replace('_', ' ')}" for table, number in rows.items()) or "no other record"
    click.echo(f"Contact {done['contact_id']} was taken out: {where}; {done['roles_ended']} roles ended.")


@click.command()
@as_of
@click.option("--dry-run", is_flag=True, help="Say what would go, and change nothing.")
@as_json
def retain(as_of: date | None, dry_run: bool, json_wanted: bool) -> None:
    """Let go of what is kept no longer, by the periods of SIB_RETENTION."""
    facts = _dry(as_of) if dry_run else _really(as_of)
    if json_wanted:
        show_json(facts)
        return
    for what, number in facts.items():
        click.echo(f"{what}: {number}{' would go' if dry_run else ''}")


def _really(as_of: date | None) -> dict[str, Any]:
    from cli.running import run_flow

    return run_flow("retain", _flow, {"as_of": as_of})


def _dry(as_of: date | None) -> dict[str, Any]:
    import asyncio

    from config.database import rolled_back

    with rolled_back():
        found: dict[str, Any] = asyncio.run(_flow().fn(as_of=as_of))
    return found


def _flow() -> Any:
    from flows.retain import retain as flow

    return flow
