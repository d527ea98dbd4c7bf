"""`sib board`: meetings planned, moved, cancelled; invitations, replies, attendance, the Chair's letters."""

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import click

from cli.desks import at_a_desk, reading_desk
from cli.options import DAY, as_json, as_of
from cli.printing import show_json, show_rows
from rules.errors import Refused

if TYPE_CHECKING:
    from casework.attendance import Seat
    from casework.desk import Desk
    from models.board import Meeting


@click.command()
@click.option(
    "--plan", "academic_year", default=None, help="Plan the seven meetings of a school year, such as 2025-26."
)
@as_of
@as_json
def meetings(academic_year: str | None, as_of: date | None, json_wanted: bool) -> None:
    """List the meetings, after planning those of a school year when it is named."""
    from casework.board_meetings import plan_meetings
    from queries.board import meetings as planned

    if academic_year is not None:
        with at_a_desk(as_of) as desk:
            plan_meetings(desk, academic_year)
    with reading_desk(as_of) as desk:
        lines = planned(desk.session)
    if json_wanted:
        show_json(lines)
    else:
        show_rows(
            ("Meeting", "Day", "Begins", "Place", "State"),
            [(m.code, m.day, f"{m.starts_at:%H:%M}", m.place, m.state) for m in lines],
            "No meetings are planned: `sib board meetings --plan 2025-26`.",
        )


@click.command()
@click.argument("meeting")
@click.option("--to", "day", type=DAY, default=None, help="The new day.")
@click.option("--at", "starts_at", default=None, help="The new time, such as 16:30.")
@click.option("--place", default=None)
@click.option("--short-notice", default="", help="Why it comes with less than the usual notice.")
@as_of
def move(
    meeting: str, day: date | None, starts_at: str | None, place: str | None, short_notice: str, as_of: date | None
) -> None:
    """Change a meeting's day, time or place; whoever was invited is told."""
    from casework.board_meetings import Change, meeting_named, move_meeting

    if day is None and starts_at is None and place is None:
        raise click.UsageError("Say what changes: --to, --at or --place.")
    with at_a_desk(as_of) as desk:
        found = meeting_named(desk, meeting)
        move_meeting(desk, found, Change(day, _time(starts_at), place, short_notice))
        click.echo(f"The Board meets on {found.day.isoformat()} at {found.starts_at:%H:%M}.")


@click.command()
@click.argument("meeting")
@click.option("--reason", required=True, help="Why, in a sentence.")
@click.option("--short-notice", default="", help="Why it comes with less than the usual notice.")
@as_of
def cancel(meeting: str, reason: str, short_notice: str, as_of: date | None) -> None:
    """Cancel a meeting; whoever was invited is told."""
    from casework.board_meetings import cancel_meeting, meeting_named

    with at_a_desk(as_of) as desk:
        found = meeting_named(desk, meeting)
        cancel_meeting(desk, found, reason, short_notice)
        click.echo(f"The meeting of {found.day.isoformat()} is cancelled.")


@click.command()
@as_of
@as_json
def prepare(as_of: date | None, json_wanted: bool) -> None:
    """Invite to the meetings that come, and make the papers of those that are near. Repeating a day changes nothing."""
    from cli.running import run_flow

    facts = run_flow("prepare-board", _prepare_flow, {"as_of": as_of})
    if json_wanted:
        show_json(facts)
    else:
        click.echo(f"{facts['invitations']} invitations and {facts['packs']} packs made.")


def _prepare_flow() -> Any:
    from flows.prepare_board import prepare_board as flow

    return flow


@click.command()
@click.argument("meeting")
@click.argument("member")
@click.option("--coming", "choice", flag_value="coming")
@click.option("--apologies", "choice", flag_value="apologies")
@click.option("--substitute", "choice", flag_value="substitute", help="The designated substitute comes.")
@click.option("--who", default=None, help="Which substitute, by e-mail address, when there are several.")
@click.option("--note", default="")
@as_of
def reply(meeting: str, member: str, choice: str | None, who: str | None, note: str, as_of: date | None) -> None:
    """Answer an invitation for MEMBER, named by the e-mail address: what the link in the invitation does."""
    from casework import invitations, members
    from casework.board_meetings import meeting_named
    from models.board import ReplyChoice

    if choice is None:
        raise click.UsageError("Say --coming, --apologies or --substitute.")
    with at_a_desk(as_of) as desk:
        found = meeting_named(desk, meeting)
        invitations.reply(
            desk,
            found,
            members.member_at(desk, member, found.day),
            ReplyChoice(choice),
            substitute=members.contact_at(desk, who) if who else None,
            note=note,
            by="officer",
        )
    click.echo(f"Kept: {choice}.")


@click.command()
@click.argument("meeting")
@click.option("--present", multiple=True, help="A member who came, by e-mail address; again for each.")
@click.option("--substitute", multiple=True, help="A member whose substitute came: MEMBER or MEMBER=SUBSTITUTE.")
@click.option("--apologies", multiple=True, help="A member who sent apologies and nobody else.")
@click.option("--nobody", is_flag=True, help="Nobody came.")
@as_of
@as_json
def attendance(
    meeting: str,
    present: tuple[str, ...],
    substitute: tuple[str, ...],
    apologies: tuple[str, ...],
    nobody: bool,
    as_of: date | None,
    json_wanted: bool,
) -> None:
    """Record who came; every other member was absent. Without names, show who said and did what."""
    from casework.attendance import record
    from casework.board_meetings import meeting_named
    from queries.board import seats

    if nobody and (present or substitute or apologies):
        raise click.UsageError("Somebody came, or --nobody.")
    if present or substitute or apologies or nobody:
        with at_a_desk(as_of) as desk:
            found = meeting_named(desk, meeting)
            count = record(desk, found, _seats(desk, found, present, substitute, apologies))
            click.echo(f"{count} present, themselves or by a substitute.", err=json_wanted)
    with reading_desk(as_of) as desk:
        lines = seats(desk.session, meeting_named(desk, meeting))
    if json_wanted:
        show_json(lines)
    else:
        show_rows(
            ("Member", "Group", "Replied", "Attendance", "Substitute"),
            [(s.name, s.group, s.reply, s.presence, s.substitute) for s in lines],
            "The Board has no members on that day.",
        )


def _seats(
    desk: "Desk", meeting: "Meeting", present: tuple[str, ...], substitute: tuple[str, ...], apologies: tuple[str, ...]
) -> dict[int, "Seat"]:
    from casework.attendance import Seat
    from casework.members import contact_at, member_at
    from models.board import Presence

    found: dict[int, Seat] = {}
    given = [(one, "", Presence.PRESENT) for one in present]
    given += [(*_pair(one), Presence.SUBSTITUTE) for one in substitute]
    given += [(one, "", Presence.APOLOGIES) for one in apologies]
    for who, instead, presence in given:
        member = member_at(desk, who, meeting.day)
        if member.id in found:
            raise Refused(f"{member.contact.name} is named twice.")
        found[member.id] = Seat(presence, contact_at(desk, instead) if instead else None)
    return found


def _pair(words: str) -> tuple[str, str]:
    member, _, instead = words.partition("=")
    return member, instead


def _time(words: str | None) -> time | None:
    if words is None:
        return None
    try:
        return datetime.strptime(words, "%H:%M").time()  # noqa: DTZ007  a time on the wall has no zone
    except ValueError:
        raise Refused(f"{words!r} is not a time: write it as 16:30.") from None


@click.command()
@click.option(
    "--send", "letter", type=int, default=None, help="Send a draft, by its number: what the Chair's link does."
)
@click.option("--by", default="the Chair", show_default=True, help="Who sends it.")
@as_of
@as_json
def letters(letter: int | None, by: str, as_of: date | None, json_wanted: bool) -> None:
    """List the Chair's letters to nominating groups, and send one."""
    from casework.attendance import send_letter
    from queries.board import group_letters

    if letter is not None:
        with at_a_desk(as_of) as desk:
            send_letter(desk, letter, by)
    with reading_desk(as_of) as desk:
        lines = group_letters(desk.session)
    if json_wanted:
        show_json(lines)
    else:
        show_rows(
            ("Number", "Group", "Member", "Missed", "State", "Sent"),
            [
                (
                    one.id,
                    one.group,
                    one.member,
                    " and ".join(day.isoformat() for day in one.missed),
                    one.state,
                    one.sent_on,
                )
                for one in lines
            ],
            "No member has missed two meetings in a row.",
        )
