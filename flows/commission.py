"""Commissioning runs: one school and theme, or all confirmed priorities at once. An officer triggers them."""

from datetime import date
from typing import Annotated, Any

from prefect import flow
from pydantic import Field

from flows.hooks import on_trouble
from flows.steps import day_of_run, run
from rules.eligibility import whole_pence
from tasks.commissions import commission_case, find_confirmed, start_cases
from tasks.reports import keep_report, raise_failed

# What each is for stands in the docstrings, under Args: Prefect's own form shows it there and nowhere else.
Urn = Annotated[int, Field(ge=1, le=9_999_999)]
ThemeCode = Annotated[str, Field(pattern=r"^[a-z][a-z-]*$")]
Pounds = Annotated[float, Field(gt=0, le=100_000)]
Reason = Annotated[str, Field(min_length=3, max_length=1000)]
Actor = Annotated[str, Field(pattern=r"^(system|officer|contact:\d+|api-token:\d+)$")]


@flow(name="commission", on_failure=[on_trouble], on_crashed=[on_trouble])
async def commission(
    urn: Urn,
    theme: ThemeCode,
    pounds: Pounds,
    reason: Reason,
    provider: str | None = None,
    as_of: date | None = None,
    actor: Actor = "officer",
) -> dict[str, Any]:
    """Commission support for one school: eligibility, money reserved, support offered.

    Refused with every objection in plain words when the school is not eligible; nothing has changed then.

    Args:
        urn: The school's URN, as on GIAS.
        theme: What the support is about: reading, writing, maths, attendance …
        pounds: What the support may cost, in pounds.
        reason: Why, in a sentence. Name no person.
        provider: The code of the provider to ask first; without it, as ranked.
        as_of: The day the run is for; today without it.
        actor: Who asks for it, as an id.
    """
    day = day_of_run(as_of)
    started = run(commission_case, urn, theme, whole_pence(pounds), reason, provider, day, actor)
    facts = {"cases": [started.commission_id], "reference": started.reference, "state": started.state}
    run(keep_report, "commission", day, facts, [])
    return facts


@flow(name="commission-confirmed", on_failure=[on_trouble], on_crashed=[on_trouble])
async def commission_confirmed(
    pounds: Pounds,
    cases: dict[str, str | None] | None = None,
    as_of: date | None = None,
    actor: Actor = "officer",
) -> dict[str, Any]:
    """Start confirmed cases, the worst evidence first, as far as the money goes: all of them or those chosen.

    Which provider each asks first is solved for all of them together under capacity, not first come first served.

    Args:
        pounds: What one case may cost, in pounds.
        cases: Only these cases, by reference, each with the code of the provider to ask first, or null.
        as_of: The day the run is for; today without it.
        actor: Who asks for it, as an id.
    """
    day = day_of_run(as_of)
    waiting = run(find_confirmed, cases)
    outcome = run(start_cases, waiting, whole_pence(pounds), day, actor)
    facts = {
        "waiting": len(waiting if cases is None else cases),
        "started": len(outcome.started),
        "cases": list(outcome.started),
    }
    run(keep_report, "commission-confirmed", day, facts, list(outcome.failed_checks))
    raise_failed(list(outcome.failed_checks))
    return facts
