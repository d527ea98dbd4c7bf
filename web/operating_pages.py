"""What machines ask: whether the process lives, whether it can work, its numbers; and Prefect telling of trouble."""

import hmac
import json
from datetime import datetime

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Gauge, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from config import clock, migrations
from config.database import engine, reading_scope
from config.settings import settings
from queries.operating import Standing, standing
from rules.errors import Refused
from tasks.operators import tell_operator

THIS_MACHINE = frozenset({"127.0.0.1", "::1"})
LONGEST_HOOK = 10_000
_REVISION: list[str] = []
"""The schema was found to be this code's own: asked once, for it is never taken back under a running process."""


async def health(_request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok")


async def ready(_request: Request) -> Response:
    """It can work: the database answers and has the schema that this code needs."""
    try:
        await run_in_threadpool(_can_work)
    except Refused as refused:
        return PlainTextResponse(str(refused), status_code=503)
    except SQLAlchemyError:
        return PlainTextResponse("The database does not answer.", status_code=503)
    return PlainTextResponse("ok")


async def metrics(request: Request) -> Response:
    """Numbers in Prometheus' text format, for this machine or for whoever sends the token of SIB_METRICS_TOKEN."""
    if not _may_read(request):
        return PlainTextResponse("This needs the token of SIB_METRICS_TOKEN.", status_code=403)
    try:
        now = clock.now()
        own = await run_in_threadpool(_measured, now)
    except SQLAlchemyError:
        return PlainTextResponse("The database does not answer.", status_code=503)
    return Response(generate_latest(own) + generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


async def prefect_hook(request: Request) -> Response:
    """Prefect's automations tell here of a run that failed, crashed or is late: an operator is told at once."""
    sent = request.headers.get("authorization", "")
    if not hmac.compare_digest(sent.encode(), f"Bearer {settings().hook_token()}".encode()):
        return PlainTextResponse("This is for Prefect's server.", status_code=403)
    body = await request.body()
    try:
        said = json.loads(body[:LONGEST_HOOK])
        flow, run, state = (str(said[name])[:80] for name in ("flow", "run", "state"))
    except (ValueError, KeyError, TypeError):
        return PlainTextResponse("This is no report of a run.", status_code=400)
    await run_in_threadpool(tell_operator, flow, run, state)
    return PlainTextResponse("ok")


def _can_work() -> None:
    if not _REVISION:
        migrations.require_current(engine())
        _REVISION.append("current")
    with reading_scope() as session:
        session.connection().exec_driver_sql("SELECT 1")


def _may_read(request: Request) -> bool:
    token = settings().metrics_token
    if token is None:
        passed_on = "forwarded" in request.headers or "x-forwarded-for" in request.headers
        return not passed_on and request.client is not None and request.client.host in THIS_MACHINE
    sent = request.headers.get("authorization", "")
    return hmac.compare_digest(sent.encode(), f"Bearer {token.get_secret_value()}".encode())


def _measured(now: datetime) -> CollectorRegistry:
    with reading_scope() as session:
        return registry(standing(session, now, clock.local(now).date()), now)


def registry(found: Standing, now: datetime) -> CollectorRegistry:
    """The service's standing as gauges; times as seconds since 1970, as Prometheus wants them."""
    own = CollectorRegistry()

    def gauge(name: str, said: str, value: float) -> None:
        Gauge(name, said, registry=own).set(value)

    def by(name: str, said: str, label: str, values: dict[str, int]) -> None:
        family = Gauge(name, said, [label], registry=own)
        for key, value in values.items():
            family.labels(key).set(value)

    by("sib_cases", "Commissions by state", "state", found.cases)
    gauge("sib_cases_overdue", "Commissions past their deadline", found.overdue_cases)
    gauge("sib_cases_held", "Commissions held because their dates lie past the calendar", found.held_cases)
    by("sib_updates", "Impact updates by state", "state", found.updates)
    gauge("sib_updates_overdue", "Awaited impact updates past their due day", found.overdue_updates)
    by("sib_messages", "E-mails by state", "state", found.messages)
    oldest = (now - found.oldest_waiting_at).total_seconds() if found.oldest_waiting_at else 0.0
    gauge("sib_outbox_age_seconds", "Age of the oldest e-mail that is due and has not gone", max(0.0, oldest))
    gauge("sib_stale_leases", "E-mails that a worker took and never settled", found.stale_leases)
    by("sib_officer_tasks", "Open officers' tasks by kind", "kind", found.open_tasks)
    finished = Gauge("sib_last_run_timestamp_seconds", "When a flow last reported", ["flow"], registry=own)
    checks = Gauge(
        "sib_last_run_failed_checks", "What its last run asked an operator to look at", ["flow"], registry=own
    )
    for run in found.last_runs:
        finished.labels(run.flow).set(run.finished_at.timestamp())
        checks.labels(run.flow).set(run.failed_checks)
    return own
