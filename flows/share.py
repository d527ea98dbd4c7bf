"""One part of a day's work, by school: what the daily tick hands to several workers at once."""

from datetime import date
from typing import Annotated, Literal

from prefect import flow
from pydantic import Field

from flows.day_steps import work_through
from flows.hooks import on_trouble
from flows.steps import run
from tasks.reports import keep_report, raise_failed

Number = Annotated[int, Field(ge=0, le=63)]
Parts = Annotated[int, Field(ge=1, le=64)]


@flow(name="share", on_failure=[on_trouble], on_crashed=[on_trouble], validate_parameters=True)
async def share(what: Literal["cases", "people"], as_of: date, part: Number, of: Parts) -> dict[str, int]:
    """Do what is due for the schools (or people) of one part. Whichever worker takes it, once or twice: rows decide."""
    facts, failed = work_through(what, as_of, part, of)
    run(keep_report, "share", as_of, facts, failed)
    raise_failed(failed)
    return facts
