"""`sib board minutes`: drafted, mended, agreed, published, corrected; circulated to whoever is on the list."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from cli.desks import at_a_desk, reading_desk
from cli.options import as_json, as_of
from cli.printing import show_json, show_rows
from rules.errors import Refused


@click.group(invoke_without_command=True)
@as_of
@as_json
@click.pass_context
def minutes(ctx: click.Context, as_of: date | None, json_wanted: bool) -> None:
    """The minutes, version by version."""
    if ctx.invoked_subcommand is not None:
        return
    from queries.minutes import every_version

    with reading_desk(as_of) as desk:
        lines = every_version(desk.session)
    if json_wanted:
        show_json(lines)
    else:
        show_rows(
            ("Meeting", "Version", "State", "Published", "SHA-256"),
            [(m.code, m.version, m.state, m.published_at, m.sha256) for m in lines],
            "There are no minutes yet: `sib board minutes draft MEETING`.",
        )


@minutes.command()
@click.argument("meeting")
@click.option(
    "--to", "file", type=click.Path(dir_okay=False, path_type=Path), default=None, help="Write the text here."
)
@as_of
def draft(meeting: str, file: Path | None, as_of: date | None) -> None:
    """Draft MEETING's minutes from its attendance and decisions, in Markdown."""
    from casework import minutes as work
    from casework.board_meetings import meeting_named

    with at_a_desk(as_of) as desk:
        text = work.draft(desk, meeting_named(desk, meeting)).markdown
    _give(text, file)


@minutes.command()
@click.argument("meeting")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_of
def edit(meeting: str, file: Path, as_of: date | None) -> None:
    """Replace the draft's text by a Markdown FILE."""
    from casework import minutes as work
    from casework.board_meetings import meeting_named

    with at_a_desk(as_of) as desk:
        work.edit(desk, meeting_named(desk, meeting), _read(file))
    click.echo("Kept.")


@minutes.command()
@click.argument("meeting")
@click.option("--by", default="the Board", show_default=True)
@as_of
def agree(meeting: str, by: str, as_of: date | None) -> None:
    """The draft is agreed as it stands."""
    from casework import minutes as work
    from casework.board_meetings import meeting_named

    with at_a_desk(as_of) as desk:
        work.agree(desk, meeting_named(desk, meeting), by)
    click.echo("Agreed.")


@minutes.command()
@click.argument("meeting")
@as_of
def reopen(meeting: str, as_of: date | None) -> None:
    """Take agreed minutes back to a draft."""
    from casework import minutes as work
    from casework.board_meetings import meeting_named

    with at_a_desk(as_of) as desk:
        work.reopen(desk, meeting_named(desk, meeting))
    click.echo("A draft again.")


@minutes.command()
@click.argument("meeting")
@as_of
def publish(meeting: str, as_of: date | None) -> None:
    """Publish agreed minutes: from now on nothing of them changes. They are circulated by the next run."""
    from casework import minutes as work
    from casework.board_meetings import meeting_named

    with at_a_desk(as_of) as desk:
        made = work.publish(desk, meeting_named(desk, meeting))
        click.echo(f"Version {made.version} is published. SHA-256 {made.sha256}")


@minutes.command()
@click.argument("meeting")
@click.option("--why", required=True, help="What was wrong.")
@click.option("--file", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=None)
@as_of
def correct(meeting: str, why: str, file: Path | None, as_of: date | None) -> None:
    """Begin a new version of published minutes."""
    from casework import minutes as work
    from casework.board_meetings import meeting_named

    with at_a_desk(as_of) as desk:
        made = work.correct(desk, meeting_named(desk, meeting), why, _read(file) if file else None)
        click.echo(f"Version {made.version} is a draft.")


@minutes.command()
@click.argument("meeting")
@click.option(
    "--to", "file", type=click.Path(dir_okay=False, path_type=Path), default=None, help="Write the text here."
)
@as_of
def show(meeting: str, file: Path | None, as_of: date | None) -> None:
    """The newest version's text."""
    from casework import minutes as work
    from casework.board_meetings import meeting_named

    with reading_desk(as_of) as desk:
        found = work.latest(desk, meeting_named(desk, meeting))
        if found is None:
            raise Refused(f"There are no minutes of {meeting} yet.")
        text = found.markdown
    _give(text, file)


@minutes.command()
@click.option("--networks", is_flag=True, help="Put every head and provider's lead on the list who never said stop.")
@click.option("--email", default=None, help="Put one person on the list.")
@click.option("--name", default="", help="First name and surname of somebody who is not known yet.")
@click.option("--network", default="other", show_default=True, help="Such as: primary heads' association.")
@as_of
def subscribe(networks: bool, email: str | None, name: str, network: str, as_of: date | None) -> None:
    """Say who in the school networks is sent the minutes."""
    from casework import circulation, members

    if networks == (email is not None):
        raise click.UsageError("Say --networks, or --email ADDRESS.")
    with at_a_desk(as_of) as desk:
        if email is not None:
            made = circulation.subscribe(desk, members.person(desk, email, name), network)
            click.echo("On the list." if made else "That person is on the list, or has said stop.")
        else:
            click.echo(f"{circulation.subscribe_networks(desk)} people put on the list.")


@minutes.command()
@as_of
@as_json
def circulate(as_of: date | None, json_wanted: bool) -> None:
    """Send published minutes to everybody on the list, once. Repeating a day changes nothing."""
    from cli.running import run_flow

    facts = run_flow("circulate-minutes", _flow, {"as_of": as_of})
    if json_wanted:
        show_json(facts)
    else:
        meetings = "1 meeting" if facts["minutes"] == 1 else f"{facts['minutes']} meetings"
        click.echo(f"Minutes of {meetings} sent to {facts['people']} people.")


def _flow() -> Any:
    from flows.circulate_minutes import circulate_minutes as flow

    return flow


def _give(text: str, file: Path | None) -> None:
    if file is None:
        click.echo(text, nl=False)
    else:
        file.write_text(text, encoding="utf-8")
        click.echo(f"Written to {file}.")


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Refused(f"{file} is not a text in UTF-8.") from None
