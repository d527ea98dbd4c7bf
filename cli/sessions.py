"""`sib session`: who is signed in to the pages, ending that, and a link to sign in where no mail can go."""

import click

from cli.options import as_json
from cli.printing import show_json, show_rows
from rules.errors import Refused


@click.group()
def session() -> None:
    """Who is signed in to the pages."""


@session.command("list")
@click.option("--all", "ended", is_flag=True, help="Those that have ended too.")
@as_json
def list_(ended: bool, json_wanted: bool) -> None:
    """List sessions, newest first."""
    from config import clock
    from config.database import reading_scope
    from queries.staff import sessions

    with reading_scope() as opened:
        found = sessions(opened, now=clock.now(), ended=ended)
    if json_wanted:
        show_json(found)
        return
    show_rows(
        ("number", "who", "by", "since", "last seen", "until", "ended"),
        [
            (one.id, one.name, one.signed_in_by, one.created_at, one.last_seen_at, one.expires_at, one.revoked_at)
            for one in found
        ],
        "Nobody is signed in.",
    )


@session.command()
@click.argument("number", type=click.IntRange(1), required=False)
@click.option("--email", default=None, help="All sessions of the person at this address.")
@click.option("--all", "everybody", is_flag=True, help="Everybody's.")
def revoke(number: int | None, email: str | None, everybody: bool) -> None:
    """End a session by its NUMBER, a person's, or everybody's: they must sign in again."""
    from casework import sessions
    from config import clock
    from config.database import session_scope

    if sum((number is not None, email is not None, everybody)) != 1:
        raise click.UsageError("Give one of: a number, --email, --all.")
    with session_scope() as opened:
        ended = sessions.revoke(opened, now=clock.now(), by="operator", session_id=number, email=email)
    click.echo(f"{ended} session{'' if ended == 1 else 's'} ended.")


@session.command()
@click.argument("email")
def link(email: str) -> None:
    """Print a one-time link for the person at EMAIL: for the first sign-in, and for a day without mail."""
    from datetime import timedelta

    from casework import links, sign_in_links
    from casework.desk import desk_for
    from config import clock
    from config.database import session_scope
    from config.settings import settings
    from queries import staff

    lasts = timedelta(minutes=settings().sign_in_link_minutes)
    with session_scope() as opened:
        desk = desk_for(opened, clock.today())
        person = staff.by_email(opened, email, desk.as_of)
        if person is None:
            raise Refused(f"{email} is no address of an officer or of a member of the Board.")
        made = sign_in_links.make(desk, person.contact_id)
        address = links.url(made, settings().base_url, desk.link_key)
    click.echo(address)
    click.echo(f"It works once, for {int(lasts.total_seconds() // 60)} minutes.", err=True)
