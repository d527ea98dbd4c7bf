"""prefect.yaml without a server: every entrypoint loads, every schedule is right in winter and in summer."""

import inspect
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from prefect.flows import Flow, load_flow_from_entrypoint
from prefect.server.schemas.schedules import CronSchedule
from prefect.utilities.callables import parameter_schema

from config.settings import ROOT

LONDON = ZoneInfo("Europe/London")
FILE = yaml.safe_load((ROOT / "prefect.yaml").read_text())
DEPLOYMENTS: list[dict[str, Any]] = FILE["deployments"]
SCHEDULES = [(d["name"], schedule) for d in DEPLOYMENTS for schedule in d.get("schedules", [])]

by_name = pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda d: d["name"])
by_schedule = pytest.mark.parametrize(("name", "schedule"), SCHEDULES, ids=[f"{n}-{s['slug']}" for n, s in SCHEDULES])


def loaded(entrypoint: str) -> Flow[..., Any]:
    """The flow itself: the placeholder that Prefect makes of one it cannot import would hide why."""
    return load_flow_from_entrypoint(entrypoint, use_placeholder_flow=False)


def test_prefect_is_the_one_this_file_was_proved_with() -> None:
    import prefect
    from prefect.server.api import server  # with another fastapi it dies here

    assert prefect.__version__ == FILE["prefect-version"]
    assert server.create_app is not None


@by_name
def test_the_entrypoint_loads(deployment: dict[str, Any]) -> None:
    flow = loaded(deployment["entrypoint"])
    assert flow.name == deployment["name"]
    assert inspect.iscoroutinefunction(flow.fn), "a synchronous flow costs a second more"


@pytest.mark.parametrize("name", ["commission", "commission-confirmed"])
def test_the_form_that_an_officer_fills_in_says_what_each_field_is_for(name: str) -> None:
    entrypoint = next(d["entrypoint"] for d in DEPLOYMENTS if d["name"] == name)
    fields = parameter_schema(loaded(entrypoint)).properties
    assert [field for field, said in fields.items() if not said.get("description")] == []
    assert fields["pounds"] == {
        "description": fields["pounds"]["description"],
        "exclusiveMinimum": 0,
        "maximum": 100_000,
        "position": fields["pounds"]["position"],
        "title": "pounds",
        "type": "number",
    }


@by_name
def test_trouble_reaches_an_operator(deployment: dict[str, Any]) -> None:
    flow = loaded(deployment["entrypoint"])
    assert flow.on_failure_hooks
    assert flow.on_crashed_hooks


@by_name
def test_a_flow_never_overlaps_itself(deployment: dict[str, Any]) -> None:
    assert deployment["concurrency_limit"]["limit"] == (64 if deployment["name"] == "share" else 1)


@by_name
def test_deployments_are_on_the_one_pool(deployment: dict[str, Any]) -> None:
    assert deployment["work_pool"]["name"] == "sib"
    assert deployment["description"]


def test_what_is_scheduled_can_run_without_parameters() -> None:
    for deployment in DEPLOYMENTS:
        if not deployment.get("schedules"):
            continue
        flow = loaded(deployment["entrypoint"])
        needed = [p.name for p in inspect.signature(flow.fn).parameters.values() if p.default is p.empty]
        assert needed == [], deployment["name"]


def test_an_officer_fills_in_a_typed_form() -> None:
    flow = loaded("flows.commission.commission")
    fields = flow.parameters.properties
    assert {"urn", "theme", "pounds", "reason", "provider"} <= set(fields)
    assert fields["urn"]["type"] == "integer"
    assert set(flow.parameters.required or ()) >= {"urn", "theme", "pounds", "reason"}


@by_schedule
def test_a_schedule_has_a_slug_and_a_zone(name: str, schedule: dict[str, Any]) -> None:
    assert schedule["slug"]
    assert schedule["timezone"] == "Europe/London"


def test_slugs_are_unique_within_a_deployment() -> None:
    slugs = [(name, schedule["slug"]) for name, schedule in SCHEDULES]
    assert len(slugs) == len(set(slugs))


@by_schedule
@pytest.mark.parametrize("changes_on", [date(2027, 3, 28), date(2027, 10, 31)], ids=["to-summer", "to-winter"])
async def test_the_wall_clock_says_the_same_before_and_after_the_change(
    name: str, schedule: dict[str, Any], changes_on: date
) -> None:
    cron = CronSchedule(cron=schedule["cron"], timezone=schedule["timezone"])
    start = datetime.combine(changes_on - timedelta(days=4), time(0), LONDON)
    found = [moment.astimezone(LONDON) for moment in await cron.get_dates(2000, start=start, end=start + timedelta(9))]
    before = {moment.time() for moment in found if moment.date() < changes_on}
    after = {moment.time() for moment in found if moment.date() > changes_on}
    assert before == after
    assert bool(found) == (name != "identify")


@by_schedule
async def test_nothing_is_scheduled_in_the_hour_that_changes(name: str, schedule: dict[str, Any]) -> None:
    cron = CronSchedule(cron=schedule["cron"], timezone=schedule["timezone"])
    found = await cron.get_dates(300, start=datetime(2027, 3, 1, tzinfo=LONDON))
    assert found
    assert all(moment.astimezone(LONDON).hour != 1 for moment in found)


async def test_the_day_starts_in_order() -> None:
    """A round is opened before it is chased, and both before anything is evaluated."""
    start = datetime(2027, 6, 1, tzinfo=LONDON)
    first = {}
    for name, schedule in SCHEDULES:
        if name in {"open-round", "tick", "evaluate"}:
            cron = CronSchedule(cron=schedule["cron"], timezone=schedule["timezone"])
            first[name] = (await cron.get_dates(1, start=start))[0].astimezone(LONDON).time()
    assert first == {"open-round": time(7, 10), "tick": time(7, 30), "evaluate": time(7, 50)}
