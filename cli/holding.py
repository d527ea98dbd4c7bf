"""`sib outbox hold`, `release` and `undo`."""

from datetime import timedelta

import click

NUMBER = click.IntRange(1, 2**63 - 1)


@click.command()
@click.argument("messages", type=NUMBER, nargs=-1, required=True, metavar="MESSAGE ...")
@click.option("--minutes", type=click.IntRange(1, 60 * 24 * 14), default=60, show_default=True, help="For how long.")
def hold(messages: tuple[int, ...], minutes: int) -> None:
    """Keep each MESSAGE, which has not gone, for a while."""
    from casework.holding import hold as keep
    from config import clock
    from config.database import session_scope

    now = clock.now()
    until = now + timedelta(minutes=minutes)
    with session_scope() as session:
        keep(session, messages, until, now)
    click.echo(f"{_named(messages)} held until {clock.local(until):%H:%M on %Y-%m-%d}.")


@click.command()
@click.argument("messages", type=NUMBER, nargs=-1, required=True, metavar="MESSAGE ...")
def release(messages: tuple[int, ...]) -> None:
    """Let each held MESSAGE go with the next delivery."""
    from casework.holding import release as free
    from config import clock
    from config.database import session_scope

    with session_scope() as session:
        free(session, messages, clock.now())
    click.echo(f"{_named(messages)} no longer held.")


@click.command()
@click.argument("message", type=NUMBER)
def undo(message: int) -> None:
    """Take back MESSAGE, an escalation that has not gone: to the Chair, to a group, or a second reminder."""
    from casework.escalating import undo as take_back
    from cli.desks import at_a_desk

    with at_a_desk(None) as desk:
        take_back(desk, message)
    click.echo(f"Message {message} is undone.")


def _named(messages: tuple[int, ...]) -> str:
    return f"Message {messages[0]} is" if len(messages) == 1 else f"{len(messages)} messages are"
