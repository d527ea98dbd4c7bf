"""Looking whether the service does its daily work: what a run that never happened cannot say itself."""

from datetime import datetime

from prefect import task
from prefect.cache_policies import NO_CACHE

from config import clock
from config.database import reading_scope
from queries.operating import last_runs, stale_leases
from rules.operating import last_weekday, missed
from tasks.operators import alarm


@task(name="look-for-trouble", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=2)
def look_for_trouble(now: datetime) -> list[str]:
    """Alarm the operators, once a day each, of a daily flow that did not run and of mail that nobody settles."""
    with reading_scope() as session:
        finished = {run.flow: clock.local(run.finished_at) for run in last_runs(session)}
        stale = stale_leases(session, now)
    day = last_weekday(clock.local(now).date())
    found = []
    for flow in missed(finished, clock.local(now)):
        text = f"{flow} has not run when it should have, on {day.isoformat()}: see that a worker runs, then start it."
        if alarm(f"missed:{flow}:{day.isoformat()}", "run-missed", text):
            found.append(flow)
    if stale:
        text = (
            f"{stale} e-mails were taken by a worker that never settled them: run `sib deliver` and look at the outbox."
        )
        if alarm(f"leases:{day.isoformat()}", "stale-leases", text):
            found.append("leases")
    return found
