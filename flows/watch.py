"""See that the day's work was done: missed runs and mail that nobody settled reach an operator."""

from prefect import flow

from config import clock
from flows.hooks import on_trouble
from flows.steps import run
from tasks.watching import look_for_trouble


@flow(name="watch", on_failure=[on_trouble], on_crashed=[on_trouble])
async def watch() -> dict[str, int]:
    """Look at the clock and at what has reported; how many alarms were raised."""
    return {"alarms": len(run(look_for_trouble, clock.now()))}
