"""`sib board`: members, expertise, co-option, groups and interests."""

from datetime import date
from typing import Any

import click

from cli.desks import at_a_desk, reading_desk
from cli.options import DAY, as_json, as_of
from cli.printing import show_json, show_rows


@click.command()
@as_of
@as_json
def members(as_of: date | None, json_wanted: bool) -> None:
    """Who is on the Board on a day; co-options that have ended are not."""
    from queries.board import member_lines

    with reading_desk(as_of) as desk:
        lines = member_lines(desk.session, desk.as_of)
    if json_wanted:
        show_json(lines)
    else:
        show_rows(
            ("Name", "Kind", "Group", "Key stages", "Substitutes", "Until"),
            [(m.name, m.kind, m.group, " ".join(m.stages), " ".join(m.substitutes), m.ends_on) for m in lines],
            "The Board has no members: `sib import board FILE`.",
        )


@click.command()
@as_of
@as_json
def expertise(as_of: date | None, json_wanted: bool) -> None:
    """Who knows which key stage, and where there is a gap to fill by co-option."""
    from queries.board import expertise as by_stage

    with reading_desk(as_of) as desk:
        lines = by_stage(desk.session, desk.as_of, desk.policy.board.stages)
    if json_wanted:
        show_json([{"stage": line.stage, "members": line.members, "gap": line.is_gap} for line in lines])
    else:
        show_rows(
            ("Key stage", "Members"),
            [(line.stage, ", ".join(line.members) or "nobody: a gap, to be filled by co-option") for line in lines],
            "No key stage is asked for.",
        )


@click.command("co-opt")
@click.argument("email")
@click.option("--name", default="", help="First name and surname of somebody who is not known yet.")
@click.option("--stage", "stages", multiple=True, required=True, help="A key stage of the expertise; again for each.")
@click.option("--until", type=DAY, required=True, help="The day on which the place ends.")
@click.option("--reason", required=True, help="Why, in a sentence.")
@as_of
def co_opt(email: str, name: str, stages: tuple[str, ...], until: date, reason: str, as_of: date | None) -> None:
    """Co-opt somebody for a gap in expertise until a day."""
    from casework import members as people

    with at_a_desk(as_of) as desk:
        contact = people.person(desk, email, name)
        people.co_opt(desk, contact, stages, until, reason)
        click.echo(f"{contact.name} is co-opted until {until.isoformat()}.")


@click.command()
@click.argument("code")
@click.option("--email", required=True, help="Whom the Chair writes to.")
@click.option("--name", default="", help="First name and surname of somebody who is not known yet.")
@as_of
def group(code: str, email: str, name: str, as_of: date | None) -> None:
    """Say whom the Chair writes to at the nominating group with this code."""
    from casework import members as people

    with at_a_desk(as_of) as desk:
        contact = people.person(desk, email, name)
        found = people.set_correspondent(desk, code, contact)
        click.echo(f"The Chair writes to {contact.name} at {found.name}.")


@click.command()
@click.argument("email")
@click.option("--urn", type=int, default=None)
@click.option("--provider", default=None, help="A provider's code.")
@click.option("--trust", default=None, help="A trust's group UID.")
@click.option("--reason", required=True, help="Such as: chairs its governors.")
@as_of
def interest(
    email: str, urn: int | None, provider: str | None, trust: str | None, reason: str, as_of: date | None
) -> None:
    """Declare an interest: the person does not vote on what touches that school, provider or trust."""
    from casework import members as people

    with at_a_desk(as_of) as desk:
        contact = people.contact_at(desk, email)
        people.declare(desk, contact, reason, urn=urn, provider=provider, trust=trust)
        click.echo(f"The interest of {contact.name} is declared.")


@click.command()
@as_of
@as_json
def tick(as_of: date | None, json_wanted: bool) -> None:
    """Draft the Chair's letters that are due, and tell of co-options that end. Repeating a day changes nothing."""
    from cli.running import run_flow

    facts = run_flow("board-tick", _tick_flow, {"as_of": as_of})
    if json_wanted:
        show_json(facts)
    else:
        click.echo(
            f"{facts['letters']} letters drafted, {facts['co_options']} co-options end, "
            f"{facts['unrecorded']} meetings wait for their attendance."
        )


def _tick_flow() -> Any:
    from flows.board_tick import board_tick as flow

    return flow
