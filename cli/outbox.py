"""`sib outbox`: the messages and what became of them; retry, abort, hold, release, undo."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from cli import holding
from cli.options import DAY, as_json
from cli.printing import show_json, show_rows
from models.messages import MessageState

if TYPE_CHECKING:
    from queries.outbox import MessageLine, Wanted

NUMBER = click.IntRange(1, 2**63 - 1)
STATES = click.Choice([state.value for state in MessageState])


def which(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that choose messages."""
    for option in (
        click.option("--on", type=DAY, default=None, help="Messages of this day."),
        click.option("--template", default="", metavar="TEXT", help="With this in the template's name."),
        click.option("--case", default="", metavar="REF", help="About this case."),
        click.option("--to", default="", metavar="TEXT", help="With this in the recipient's address."),
        click.option("--unsettled", is_flag=True, help="Of whose arrival nobody could be sure, resent ones included."),
        click.option("--state", "states", type=STATES, multiple=True, help="In this state; may be said several times."),
    ):
        command = option(command)
    return command


@click.group(invoke_without_command=True)
@which
@click.option("--limit", type=click.IntRange(1), default=None, help="The last so many.")
@as_json
@click.pass_context
def outbox(ctx: click.Context, /, limit: int | None, json_wanted: bool, **chosen: Any) -> None:
    """List the messages and what became of them; retry or abort some."""
    if ctx.invoked_subcommand is not None:
        return
    from config.database import reading_scope
    from queries.outbox import matching, unsettled

    with reading_scope() as session:
        lines = matching(session, _wanted(**chosen), limit=limit)
        open_questions = unsettled(session)
    if json_wanted:
        show_json(lines)
        return
    show_rows(
        ("Number", "Day", "State", "Tries", "Template", "To", "Case", "Said"),
        [(m.id, m.day, m.state, m.attempts, m.template, m.recipient, m.reference, _said(m)) for m in lines],
        "The outbox is empty." if not any(chosen.values()) else "No message fits.",
    )
    if open_questions:
        click.echo(
            f"{open_questions} unsettled: connection or sender died before the answer, so nobody can say whether they "
            "arrived. `sib outbox --state unknown` lists them; retry or abort each.",
            err=True,
        )


@outbox.command()
@click.argument("messages", type=NUMBER, nargs=-1, metavar="[MESSAGE ...]")
@which
def retry(messages: tuple[int, ...], **chosen: Any) -> None:
    """Have messages sent again: each MESSAGE, or all that the options choose.

    Messages that failed, bounced, were withheld or aborted, whose fate is unsettled, or that would be tried later.
    """
    from casework.outbox import send_again

    _change(messages, chosen, send_again, MessageState.QUEUED, "queued")


@outbox.command()
@click.argument("messages", type=NUMBER, nargs=-1, metavar="[MESSAGE ...]")
@which
def abort(messages: tuple[int, ...], **chosen: Any) -> None:
    """Stop messages that have not gone: each MESSAGE, or all that the options choose."""
    from casework.outbox import abort as stop

    _change(messages, chosen, stop, MessageState.ABORTED, "aborted")


for held in (holding.hold, holding.release, holding.undo):
    outbox.add_command(held)


def _change(
    messages: tuple[int, ...], chosen: dict[str, Any], act: Callable[..., None], to: MessageState, done: str
) -> None:
    """Those named, all or none; of those chosen by options, the ones whose state allows it."""
    from dataclasses import replace

    from config.database import session_scope
    from queries.outbox import ids_matching
    from rules.message_states import sources

    if bool(messages) == any(chosen.values()):
        raise click.UsageError("Name messages by their numbers, or choose them by options.")
    with session_scope() as session:
        if not messages:
            wanted = _wanted(**chosen)
            allowed = tuple(state.value for state in sources(to))
            kept = tuple(state for state in wanted.states or allowed if state in allowed)
            wanted = replace(wanted, states=kept, own_words=to is MessageState.QUEUED)
            messages = tuple(ids_matching(session, wanted)) if kept else ()
        act(session, *messages)
    if len(messages) == 1:
        click.echo(f"Message {messages[0]} is {done}.")
    else:
        click.echo(f"{len(messages)} messages are {done}.")


def _said(line: "MessageLine") -> str | None:
    if line.held_until is not None and line.state in {MessageState.QUEUED, MessageState.RETRY}:
        from config import clock

        until = f"until {clock.local(line.held_until):%H:%M on %Y-%m-%d}"
        return (
            f"{line.response} {until.capitalize()}." if line.response else f"Held {until}: `sib outbox undo {line.id}`."
        )
    return line.response


def _wanted(
    *, states: tuple[str, ...], unsettled: bool, to: str, case: str, template: str, on: date | None
) -> "Wanted":
    from queries.outbox import Wanted

    return Wanted(states, unsettled, to, case, template, on)
