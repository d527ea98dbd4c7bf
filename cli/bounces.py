"""`sib bounces`: what came back, reading the mailbox for it, an address that works after all."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from cli.options import as_json, as_of
from cli.printing import show_json, show_rows
from models.returned_mail import ReturnKind
from rules.errors import Refused


@click.group(invoke_without_command=True)
@click.option("--kind", type=click.Choice([kind.value for kind in ReturnKind]), default=None)
@as_json
@click.pass_context
def bounces(ctx: click.Context, kind: str | None, json_wanted: bool) -> None:
    """List what came back: bounces, absences and the rest, newest first."""
    if ctx.invoked_subcommand is not None:
        return
    from config.database import reading_scope
    from queries.returned_mail import returned

    with reading_scope() as session:
        lines = returned(session, kind=kind)
    if json_wanted:
        show_json(lines)
        return
    show_rows(
        ("Day", "Kind", "Person", "Address", "Case", "Message", "Back on", "Said"),
        [
            (
                line.received_on,
                line.kind,
                line.person or "nobody of ours",
                f"{line.address} (dead)" if line.address_is_dead else line.address,
                line.reference,
                line.message,
                line.back_on,
                " ".join(part for part in (line.status, line.said[:80]) if part),
            )
            for line in lines
        ],
        "Nothing has come back.",
    )


@bounces.command("read")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@as_of
@as_json
def read_(files: tuple[Path, ...], as_of: date | None, json_wanted: bool) -> None:
    """Read the mailbox of SIB_RETURNS_URL, or FILES with one mail each. Reading one twice changes nothing."""
    facts = _from_files(files, as_of) if files else _from_mailbox(as_of)
    if json_wanted:
        show_json(facts)
    elif facts.get("quiet_because"):
        raise Refused(str(facts["quiet_because"]))
    else:
        kinds = ", ".join(f"{count} {kind}" for kind, count in facts.items() if kind in set(ReturnKind))
        click.echo(f"{facts.get('read', 0)} new{f': {kinds}' if kinds else ''}; {facts.get('known', 0)} known before.")


@bounces.command()
@click.argument("address")
def revive(address: str) -> None:
    """An ADDRESS that was taken for dead works after all: write to it again."""
    from casework.returned_mail import revive as wake
    from config import clock
    from tasks.batch import at_a_desk

    with at_a_desk(clock.today(), "officer") as desk:
        wake(desk, address)
    click.echo("That address is written to again.")


def _from_mailbox(as_of: date | None) -> dict[str, Any]:
    from cli.running import run_flow

    return run_flow("collect-returned", _flow, {"as_of": as_of})


def _from_files(files: tuple[Path, ...], as_of: date | None) -> dict[str, Any]:
    from collections import Counter

    from config import clock
    from mail.returned import read
    from tasks.collect_returned import take_all

    day = as_of or clock.today()
    done, kinds = take_all([(str(file), read(file.read_bytes(), day)) for file in files], day)
    return {"read": len(kinds), "known": len(done) - len(kinds), **Counter(kind.value for kind in kinds)}


def _flow() -> Any:
    from flows.collect_returned import collect_returned as flow

    return flow
