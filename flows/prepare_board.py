"""Prepare the Board's meetings: members invited, papers made, a set number of school days before each."""

from datetime import date

from prefect import flow

from flows.hooks import on_trouble
from flows.steps import day_of_run, run
from tasks.board import invite_members, make_packs
from tasks.reports import keep_report, raise_failed


@flow(name="prepare-board", on_failure=[on_trouble], on_crashed=[on_trouble])
async def prepare_board(as_of: date | None = None) -> dict[str, int]:
    """Invite, and make the packs that are due; the daily tick that follows makes the e-mails. Repeating changes
    nothing.
    """
    day = day_of_run(as_of)
    invited = run(invite_members, day)
    packs = run(make_packs, day)
    facts = {"meetings": invited.seen, "invitations": invited.changed, "packs": packs.changed}
    failed = [*invited.failed_checks, *packs.failed_checks]
    run(keep_report, "prepare-board", day, facts, failed)
    raise_failed(failed)
    return facts
