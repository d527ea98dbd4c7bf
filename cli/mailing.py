"""`sib deliver` and `sib preview`."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.options import as_json, as_of
from cli.printing import show_json
from rules.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from models.messages import Message


@click.command()
@click.option("--limit", type=click.IntRange(min=1), default=None, help="Send so many at most.")
@as_of
@as_json
def deliver(limit: int | None, as_of: date | None, json_wanted: bool) -> None:
    """Send what waits in the outbox. With --as-of, as at nine o'clock on that day."""
    from cli.running import run_flow

    facts = run_flow("deliver", _flow, {"as_of": as_of, "limit": limit})
    if json_wanted:
        show_json(facts)
    elif not facts:
        # A delivery comes every few minutes and keeps no report, which is all that comes back from Prefect's server.
        click.echo("Prefect's server has delivered. `sib outbox` says how the messages stand.")
    elif facts.get("quiet_because"):
        click.echo(f"Nothing was sent. {facts['quiet_because']}")
    else:
        click.echo(
            f"{facts['sent']} sent, {facts['retried']} will be retried, {facts['failed']} failed, "
            f"{facts['unknown']} unsettled, {facts['withheld']} withheld."
        )
        if facts.get("stopped_because"):
            click.echo(f"The rest waits: the mail server cannot be used ({facts['stopped_because']}).")


@click.command()
@click.argument("which", metavar="MESSAGE|REF", required=False)
@as_of
@click.option("--all", "everything", is_flag=True, help="Every e-mail there is, with invented people, into --to DIR.")
@click.option(
    "--to",
    "place",
    type=click.Path(path_type=Path),
    default=None,
    help="Write HTML here; with --all a folder.",
)
def preview(which: str | None, as_of: date | None, everything: bool, place: Path | None) -> None:
    """Show an e-mail without sending it: a MESSAGE by its number, or the newest of case REF.

    With --as-of: what case REF would send if that day were done now; nothing is kept. Links are masked. With --all:
    every e-mail with invented people, each as .html and .eml, and an index.html to read them by.
    """
    from config.database import reading_scope, rolled_back
    from queries.outbox import message, newest_of_case, of_case_after

    if everything:
        if which is not None or as_of is not None or place is None:
            raise click.UsageError("Say --all --to DIR, and nothing else.")
        _write_all(place)
        return
    if which is None:
        raise click.UsageError("Say a MESSAGE, a case's REF, or --all --to DIR.")
    file = place
    if as_of is None:
        with reading_scope() as session:
            found = message(session, int(which)) if which.isascii() and which.isdigit() else None
            shown = [one for one in (found or newest_of_case(session, which),) if one is not None]
            if not shown:
                raise Refused(f"There is no message {which}, nor one of a case with that reference.")
            _show(shown, file)
        return
    with rolled_back() as session:
        before = _done_for_show(session, as_of)
        shown = of_case_after(session, which, before)
        if not shown:
            raise Refused(f"On {as_of.isoformat()} nothing would be sent for {which}.")
        _show(shown, file)


def _write_all(folder: Path) -> None:
    from mail.gallery import write_gallery

    try:
        written = write_gallery(folder)
    except OSError as error:
        raise Refused(f"The e-mails cannot be written to {folder}: {error.strerror}.") from None
    click.echo(f"{written} e-mails are in {folder}: open {folder / 'index.html'}.")


def _done_for_show(session: "Session", day: date) -> int:
    """Do a day inside the transaction that is rolled back; the number of the last message before it."""
    import asyncio

    from flows.tick import tick as flow
    from queries.outbox import newest_id

    before = newest_id(session)
    asyncio.run(flow.fn(as_of=day))
    return before


def _show(messages: "Sequence[Message]", file: Path | None) -> None:
    from config.settings import settings
    from mail.catalogue import for_reading
    from mail.rendering import render

    for found in messages:
        rendered = render(for_reading(found.template, found.context, settings().base_url))
        click.echo(f"To: {found.recipient_name} <{found.recipient}>\nSubject: {rendered.subject}\n\n{rendered.text}")
        if file is not None:
            try:
                file.write_text(rendered.html, "utf-8")
            except OSError as error:
                raise Refused(f"The e-mail cannot be written to {file}: {error.strerror}.") from None


def _flow() -> Any:
    from flows.deliver import deliver as flow

    return flow
