"""Reading for a page: off the event loop, in a session that cannot write; and the day that pages go by."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from config import clock
from config.database import reading_scope

T = TypeVar("T")


async def read(ask: Callable[[Session], T]) -> T:
    """What `ask` finds."""

    def work() -> T:
        with reading_scope() as session:
            return ask(session)

    return await run_in_threadpool(work)


def day_shown() -> date:
    """The day that the pages go by: a demo's own, else today."""
    return clock.today()
