"""`sib deliver`, `sib outbox` and `sib preview`."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from cli.options import as_json, as_of
from cli.printing import show_json, show_rows
from models.messages import MessageState
from rules.errors import Refused


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
    elif facts.get("quiet_because"):
        click.echo(f"Nothing was sent. {facts['quiet_because']}")
    else:
        click.echo(
            f"{facts['sent']} sent, {facts['retried']} will be retried, {facts['failed']} failed, "
            f"{facts['unknown']} unknown, {facts['withheld']} withheld."
        )


@click.group(invoke_without_command=True)
@click.option("--state", type=click.Choice([state.value for state in MessageState]), default=None)
@as_json
@click.pass_context
def outbox(ctx: click.Context, state: str | None, json_wanted: bool) -> None:
    """List the messages and what became of them."""
    if ctx.invoked_subcommand is not None:
        return
    from config.database import reading_scope
    from queries.outbox import outbox as messages

    with reading_scope() as session:
        lines = messages(session, state=state)
    if json_wanted:
        show_json(lines)
        return
    show_rows(
        ("Number", "Day", "State", "Template", "To", "Case", "Said"),
        [(m.id, m.day, m.state, m.template, m.recipient, m.reference, m.response) for m in lines],
        "The outbox is empty.",
    )


@outbox.command()
@click.argument("message", type=int)
def retry(message: int) -> None:
    """Have MESSAGE sent again: one that failed, was withheld or aborted, or whose fate is unknown."""
    from casework.outbox import send_again
    from config.database import session_scope

    with session_scope() as session:
        send_again(session, message)
    click.echo(f"Message {message} is queued.")


@outbox.command()
@click.argument("message", type=int)
def abort(message: int) -> None:
    """Stop MESSAGE, which has not gone."""
    from casework.outbox import abort as stop
    from config.database import session_scope

    with session_scope() as session:
        stop(session, message)
    click.echo(f"Message {message} is aborted.")


@click.command()
@click.argument("which", metavar="MESSAGE|REF")
@click.option(
    "--to", "file", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Write the HTML here."
)
def preview(which: str, file: Path | None) -> None:
    """Show an e-mail without sending it: a MESSAGE by its number, or the newest of case REF. Its links are masked."""
    import sqlalchemy as sa

    from config.database import reading_scope
    from config.settings import settings
    from mail.catalogue import context_of, links_in, with_links
    from mail.rendering import render
    from models.commissions import Commission
    from models.messages import Message

    with reading_scope() as session:
        if which.isdigit():
            found = session.get(Message, int(which))
        else:
            found = session.scalars(
                sa.select(Message)
                .join(Commission, Commission.id == Message.commission_id)
                .where(Commission.reference == which)
                .order_by(Message.id.desc())
                .limit(1)
            ).one_or_none()
        if found is None:
            raise Refused(f"There is no message {which}, nor one of a case with that reference.")
        masked = {one: f"{settings().base_url}/•••" for one in links_in(found.context)}
        rendered = render(context_of(found.template, with_links(found.context, masked)))
    click.echo(f"To: {found.recipient_name} <{found.recipient}>\nSubject: {rendered.subject}\n\n{rendered.text}")
    if file is not None:
        file.write_text(rendered.html, "utf-8")


def _flow() -> Any:
    from flows.deliver import deliver as flow

    return flow
