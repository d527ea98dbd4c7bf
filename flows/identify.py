"""Identify priorities from the published figures: after results day, and whenever new files have come in."""

from datetime import date

from prefect import flow

from config.settings import settings
from flows.hooks import on_trouble
from flows.steps import day_of_run, run
from rules.errors import Refused
from tasks.batch import chunks
from tasks.identify import AREAS, identify_areas
from tasks.reports import keep_report, raise_failed


@flow(name="identify", on_failure=[on_trouble], on_crashed=[on_trouble])
async def identify(la: int | None = None, as_of: date | None = None) -> dict[str, int]:
    """Judge the schools of a local authority and open a case for each new finding; of all those whose schools this
    Board serves unless told (SIB_AREA, SIB_OTHER_AREAS), the council's own first, each held against itself.
    """
    day = day_of_run(as_of)
    areas = [la] if la is not None else list(settings().areas)
    done = [run(identify_areas, batch, day) for batch in chunks(areas, AREAS)]
    found = [one for judged, _ in done for one in judged]
    failed = [one for _, refused in done for one in refused]
    if not found:
        raise Refused(" ".join(failed))
    facts = {
        "run": found[0].run_id,
        "areas": len(found),
        "schools": sum(one.schools for one in found),
        "findings": sum(one.findings for one in found),
        "area_wide": sum(one.area_wide for one in found),
    }
    run(keep_report, "identify", day, facts, failed)
    raise_failed(failed)
    return facts
