"""Send what waits in the outbox, every few minutes inside the hours that mail may be sent.

Runs that were asked for while Prefect was away start here too, where no page is looked at.
"""

from datetime import date

from prefect import flow

from flows.hooks import on_trouble
from flows.steps import run
from tasks.deliver import Delivered, deliver_waiting, instant_of
from tasks.dispatch import dispatch_requests


@flow(name="deliver", on_failure=[on_trouble], on_crashed=[on_trouble])
async def deliver(as_of: date | None = None, limit: int | None = None) -> dict[str, int | str]:
    """Send what is due. `as_of` sends as at nine o'clock on another day, for a demo or a test."""
    run(dispatch_requests)
    return facts_of(run(deliver_waiting, instant_of(as_of), limit))


def facts_of(found: Delivered) -> dict[str, int | str]:
    """A delivery as the facts of a run."""
    return {
        "sent": found.sent,
        "retried": found.retried,
        "failed": found.failed,
        "unknown": found.unknown,
        "withheld": found.withheld,
        "quiet_because": found.quiet_because,
        "stopped_because": found.stopped_because,
    }
