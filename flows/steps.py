"""Running a step: as a Prefect task inside a flow run, as a plain function when no engine is there (ADR 0007)."""

from collections.abc import Callable
from datetime import date
from typing import ParamSpec, TypeVar

from prefect import Task
from prefect.context import FlowRunContext
from prefect.runtime import flow_run

from config import clock

P = ParamSpec("P")
R = TypeVar("R")


def run(step: Task[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a synchronous task and give its result."""
    act: Callable[P, R] = step.fn if FlowRunContext.get() is None else step
    return act(*args, **kwargs)


def day_of_run(as_of: date | None) -> date:
    """The day a run is for: as it was told, else the day it was scheduled for, so that a late run is its own day's
    run.
    """
    if as_of is not None:
        return as_of
    scheduled = flow_run.get_scheduled_start_time() if FlowRunContext.get() is not None else None
    return clock.local(scheduled).date() if scheduled is not None else clock.today()
