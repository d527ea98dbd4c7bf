"""`sib board`: meetings, members, decisions, papers and minutes of the School Improvement Board."""

import click

from cli.lazy import LazyGroup

COMMANDS = {
    "meetings": ("cli.board_meetings:meetings", "List the meetings; plan those of a school year"),
    "move": ("cli.board_meetings:move", "Move a meeting, with notice"),
    "cancel": ("cli.board_meetings:cancel", "Cancel a meeting, with notice"),
    "prepare": ("cli.board_meetings:prepare", "Invite, and make the papers, as far as they are due"),
    "reply": ("cli.board_meetings:reply", "Answer an invitation for a member"),
    "attendance": ("cli.board_meetings:attendance", "Record who came, or show who said and did what"),
    "letters": ("cli.board_meetings:letters", "The Chair's letters to groups; send one"),
    "decide": ("cli.board_decisions:decide", "Record a decision with its votes, and carry it out"),
    "ratify": ("cli.board_decisions:ratify", "Put delegated decisions to a meeting"),
    "decisions": ("cli.board_decisions:list_decisions", "List decisions with their votes"),
    "pack": ("cli.board_papers:pack", "The papers of a meeting, as page and PDF"),
    "minutes": ("cli.board_minutes:minutes", "Draft, agree, publish, correct and circulate the minutes"),
    "members": ("cli.board_people:members", "Who is on the Board on a day"),
    "expertise": ("cli.board_people:expertise", "Expertise by key stage, and the gaps"),
    "co-opt": ("cli.board_people:co_opt", "Co-opt somebody until a day"),
    "group": ("cli.board_people:group", "Say whom the Chair writes to at a nominating group"),
    "interest": ("cli.board_people:interest", "Declare a member's interest in a school, provider or trust"),
    "tick": ("cli.board_people:tick", "Draft letters and tell of co-options that end"),
}


@click.group(cls=LazyGroup, commands_at=COMMANDS)
def board() -> None:
    """The School Improvement Board.

    A MEETING is named by its school year and number, 2026-27/2 (0 is the results review), or by its day.
    """
