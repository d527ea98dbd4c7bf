"""`sib board`: what is decided, with movers and votes; what was decided under delegated authority, ratified."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from cli.desks import at_a_desk, reading_desk
from cli.options import as_json, as_of
from cli.printing import show_json, show_rows
from rules.errors import Refused

if TYPE_CHECKING:
    from casework.decisions import Motion
    from casework.desk import Desk
    from models.board import Meeting
    from models.commissions import Commission

KINDS = ("confirm-priority", "reject-priority", "approve-plan", "recommission", "end-case", "note")
OWN = ("carry-over", "other")
"""Matters of the Board's own, on no case."""


def _voting(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of a motion: who moves and seconds it, and who votes how."""
    for option in (
        click.option("--mover", required=True, help="The member who moves it, by e-mail address."),
        click.option("--seconder", default=None, help="The member who seconds it."),
        click.option("--for", "in_favour", multiple=True, help="A member who votes for it; again for each."),
        click.option("--against", multiple=True),
        click.option("--abstain", multiple=True),
        click.option("--conflict", multiple=True, help="A member who declares an interest, and does not vote."),
        click.option("--agreed", is_flag=True, help="Whoever is present and not named votes for it."),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("meeting")
@click.argument("kind", type=click.Choice([*KINDS, *OWN]))
@click.argument("references", nargs=-1)
@click.option(
    "--text", required=True, help="What is decided and why, in a sentence. Name no school: minutes are public."
)
@_voting
@as_of
def decide(
    meeting: str,
    kind: str,
    references: tuple[str, ...],
    text: str,
    mover: str,
    seconder: str | None,
    in_favour: tuple[str, ...],
    against: tuple[str, ...],
    abstain: tuple[str, ...],
    conflict: tuple[str, ...],
    agreed: bool,
    as_of: date | None,
) -> None:
    """Record a decision of MEETING on each case named, and carry it out; all of them or none."""
    from casework import decisions
    from casework.board_meetings import meeting_named

    if (kind in OWN) == bool(references):
        raise click.UsageError("Name the cases." if kind in KINDS else f"A decision on {kind} is on no case.")
    with at_a_desk(as_of, "board") as desk:
        found = meeting_named(desk, meeting)
        motion = _motion(desk, found, text, mover, seconder, (in_favour, against, abstain, conflict), agreed)
        cases: list[Commission | None] = [_case(desk, one) for one in references]
        made = [decisions.decide(desk, found, kind, motion, case) for case in cases or [None]]
        for decision in made:
            click.echo(f"Decision {decision.id}: {decision.state.value}.")


@click.command()
@click.argument("meeting")
@click.argument("numbers", nargs=-1, type=int)
@click.option("--all", "everything", is_flag=True, help="Every decision that waits.")
@click.option("--text", default="Ratified.", show_default=True)
@_voting
@as_of
def ratify(
    meeting: str,
    numbers: tuple[int, ...],
    everything: bool,
    text: str,
    mover: str,
    seconder: str | None,
    in_favour: tuple[str, ...],
    against: tuple[str, ...],
    abstain: tuple[str, ...],
    conflict: tuple[str, ...],
    agreed: bool,
    as_of: date | None,
) -> None:
    """Put delegated decisions to MEETING: ratified when carried, else reversed and undone."""
    from casework import decisions
    from casework.board_meetings import meeting_named
    from models.board import Decision

    if everything == bool(numbers):
        raise click.UsageError("Number the decisions, or say --all.")
    with at_a_desk(as_of, "board") as desk:
        found = meeting_named(desk, meeting)
        motion = _motion(desk, found, text, mover, seconder, (in_favour, against, abstain, conflict), agreed)
        waiting = [one for one in decisions.delegated(desk) if one.decided_on <= found.day]
        for number in numbers:
            if desk.session.get(Decision, number) is None:
                raise Refused(f"There is no decision number {number}.")
        chosen = [desk.session.get_one(Decision, number) for number in numbers] or waiting
        for decision in chosen:
            decisions.ratify(desk, found, decision, motion)
            click.echo(f"Decision {decision.id}: {decision.state.value}.")


@click.command("decisions")
@click.option("--state", default=None, help="Such as delegated.")
@as_of
@as_json
def list_decisions(state: str | None, as_of: date | None, json_wanted: bool) -> None:
    """List decisions with their votes."""
    from queries.decisions import find_decisions

    with reading_desk(as_of) as desk:
        found = find_decisions(desk.session)
    lines = [line for line in found.lines if state is None or line.state == state]
    if json_wanted:
        show_json(lines)
    else:
        show_rows(
            ("Number", "Day", "Kind", "Case", "State", "For", "Against", "Conflicts"),
            [(d.id, d.decided_on, d.kind, d.reference, d.state, d.in_favour, d.against, d.conflicted) for d in lines],
            "Nothing has been decided.",
        )


def _motion(
    desk: "Desk",
    meeting: "Meeting",
    text: str,
    mover: str,
    seconder: str | None,
    votes: tuple[tuple[str, ...], ...],
    agreed: bool,
) -> "Motion":
    from casework.decisions import Motion
    from casework.members import member_at
    from models.board import VoteChoice

    choices = (VoteChoice.FOR, VoteChoice.AGAINST, VoteChoice.ABSTAIN, VoteChoice.CONFLICTED)
    given: dict[int, VoteChoice] = {}
    for choice, names in zip(choices, votes, strict=True):
        for name in names:
            member = member_at(desk, name, meeting.day)
            if member.id in given:
                raise Refused(f"{member.contact.name} votes twice.")
            given[member.id] = choice
    return Motion(
        text=text,
        mover_id=member_at(desk, mover, meeting.day).id,
        seconder_id=member_at(desk, seconder, meeting.day).id if seconder else None,
        votes=given,
        agreed=agreed,
    )


def _case(desk: "Desk", reference: str) -> "Commission":
    import sqlalchemy as sa

    from casework.lifecycle import locked
    from models.commissions import Commission

    found = desk.session.scalar(sa.select(Commission.id).where(Commission.reference == reference))
    if found is None:
        raise Refused(f"There is no case {reference}.")
    return locked(desk, found)
