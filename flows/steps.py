"""Running a step: as a Prefect task inside a flow run, as a plain function when no engine is there (ADR 0007)."""

from collections.abc import Callable
from datetime import date
from typing import ParamSpec, TypeVar

from prefect import Task
from prefect.context import FlowRunContext

from config import clock

P = ParamSpec("P")
R = TypeVar("R")


def run(step: Task[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a synchronous task and give its result."""
    act: Callable[P, R] = step.fn if FlowRunContext.get() is None else step
    return act(*args, **kwargs)


def day_of_run(as_of: date | None) -> date:
    """The day a run is for: as it was told, else today.

    A run that comes late is today's: it catches up with all that is due since, and the late runs after it find nothing
    left. Were each its own day's, a person could get the e-mails of several days on one.
    """
    return as_of or clock.today()
