"""A flow that this process calls is a run on the server that it is recorded on."""

from datetime import date
from typing import Any

from prefect import flow, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterName


async def test_a_flow_called_here_is_a_run_there(prefect_server: str) -> None:
    @flow(name="proof", flow_run_name="proof-{as_of}")
    async def proof(as_of: date) -> dict[str, Any]:
        return {"as_of": as_of.isoformat()}

    assert await proof(date(2027, 1, 4)) == {"as_of": "2027-01-04"}
    async with get_client() as client:
        assert str(client.api_url).rstrip("/") == prefect_server.rstrip("/")
        named = FlowRunFilter(name=FlowRunFilterName(any_=["proof-2027-01-04"]))
        (run,) = await client.read_flow_runs(flow_run_filter=named)
    assert run.state is not None
    assert run.state.is_completed()
