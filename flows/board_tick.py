"""The Board's day: letters to groups drafted, co-options that end told of, attendance asked for."""

from datetime import date

from prefect import flow

from flows.hooks import on_trouble
from flows.steps import day_of_run, run
from tasks.board import board_day
from tasks.reports import keep_report, raise_failed


@flow(name="board-tick", on_failure=[on_trouble], on_crashed=[on_trouble])
async def board_tick(as_of: date | None = None) -> dict[str, int]:
    """What the Board's own days ask for; the daily tick that follows makes the e-mails. Repeating changes nothing."""
    day = day_of_run(as_of)
    found = run(board_day, day)
    facts = {"letters": found.letters, "co_options": found.co_options, "unrecorded": found.unrecorded}
    run(keep_report, "board-tick", day, facts, list(found.failed_checks))
    raise_failed(list(found.failed_checks))
    return facts
