"""Commissioning runs: one school and theme, or all confirmed priorities at once. An officer triggers them."""

from datetime import date
from typing import Annotated

from prefect import flow
from pydantic import Field

from flows.hooks import on_trouble
from flows.steps import day_of_run, run
from tasks.commissions import assign_providers, commission_case, find_confirmed, start_cases
from tasks.reports import keep_report, raise_failed

Urn = Annotated[int, Field(ge=1, le=9_999_999, description="The school's URN, as on GIAS.")]
ThemeCode = Annotated[
    str, Field(pattern=r"^[a-z][a-z-]*$", description="A theme: reading, writing, maths, attendance …")
]
Pounds = Annotated[float, Field(gt=0, le=100_000, description="What the support may cost, in pounds.")]
Reason = Annotated[str, Field(min_length=3, max_length=1000, description="Why, in a sentence. Name no person.")]
ProviderCode = Annotated[str | None, Field(description="The provider to ask first; empty: as ranked.")]
Day = Annotated[date | None, Field(description="The day the run is for; empty: today.")]
Actor = Annotated[str, Field(pattern=r"^(system|officer|contact:\d+)$", description="Who triggered the run, as an id.")]


@flow(name="commission", on_failure=[on_trouble], on_crashed=[on_trouble])
async def commission(
    urn: Urn,
    theme: ThemeCode,
    pounds: Pounds,
    reason: Reason,
    provider: ProviderCode = None,
    as_of: Day = None,
    actor: Actor = "officer",
) -> dict[str, int | str]:
    """Commission support for one school: eligibility, money reserved, support offered.

    Refused with every objection in plain words when the school is not eligible; nothing has changed then.
    """
    day = day_of_run(as_of)
    started = run(commission_case, urn, theme, round(pounds * 100), reason, provider, day, actor)
    facts: dict[str, int | str] = {
        "commission": started.commission_id,
        "reference": started.reference,
        "state": started.state,
    }
    run(keep_report, "commission", day, facts, [])
    return facts


@flow(name="commission-confirmed", on_failure=[on_trouble], on_crashed=[on_trouble])
async def commission_confirmed(pounds: Pounds, as_of: Day = None, actor: Actor = "officer") -> dict[str, int]:
    """Start every confirmed case, the worst evidence first, as far as the money goes.

    Which provider each asks first is solved for all of them together under capacity, not first come first served.
    """
    day = day_of_run(as_of)
    waiting = run(find_confirmed)
    first = run(assign_providers, waiting, day)
    outcome = run(start_cases, waiting, round(pounds * 100), first, day, actor)
    facts = {"waiting": outcome.seen, "started": outcome.changed}
    run(keep_report, "commission-confirmed", day, facts, list(outcome.failed_checks))
    raise_failed(list(outcome.failed_checks))
    return facts
