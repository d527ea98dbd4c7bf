"""The same as a task of a flow: what was asked for while Prefect was away starts when it is back."""

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.dispatching import dispatch


@task(name="dispatch-requests", cache_policy=NO_CACHE)
def dispatch_requests() -> int:
    """Start the runs that people have asked for; how many."""
    return dispatch()
