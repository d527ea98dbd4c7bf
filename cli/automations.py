"""What Prefect's server does by itself: ends silent runs, and tells an operator of those that fail or do not come.

Late runs are noticed by the server, so this works without a worker. A server that is down notices nothing: `sib serve`
watches from outside, a run that comes later catches up, and `/metrics` and `sib doctor` show when a flow last ran.
"""

from collections.abc import Mapping
from typing import Any

HEARTBEAT, SILENT_AFTER = 30, 90
"""A run says that it lives every 30 s; after 90 s of silence it is Crashed, which frees its concurrency slot."""

HOOK = "sib-operators"

SILENT_RUNS = {
    "name": "Silent runs have crashed",
    "description": "A run killed together with its worker would stay Running for ever, and hold its concurrency slot.",
    "enabled": True,
    "trigger": {
        "type": "event",
        "posture": "Proactive",
        "match": {"prefect.resource.id": ["prefect.flow-run.*"]},
        "for_each": ["prefect.resource.id"],
        "after": ["prefect.flow-run.heartbeat"],
        "expect": [
            f"prefect.flow-run.{event}" for event in ("heartbeat", "Completed", "Failed", "Cancelled", "Crashed")
        ],
        "threshold": 1,
        "within": SILENT_AFTER,
    },
    "actions": [
        {
            "type": "change-flow-run-state",
            "state": "CRASHED",
            "message": f"Nothing was heard of this run for {SILENT_AFTER} seconds",
        }
    ],
}

RUNS_IN_TROUBLE = {
    "name": "Runs in trouble reach an operator",
    "description": "A run failed, crashed or has not started in time: our pages mail the operators and keep a task.",
    "enabled": True,
    "trigger": {
        "type": "event",
        "posture": "Reactive",
        "match": {"prefect.resource.id": ["prefect.flow-run.*"]},
        "for_each": ["prefect.resource.id"],
        "expect": [f"prefect.flow-run.{event}" for event in ("Failed", "Crashed", "Late", "TimedOut")],
        "threshold": 1,
        "within": 0,
    },
}

REPORT = '{"flow": "{{ flow.name }}", "run": "{{ flow_run.id }}", "state": "{{ flow_run.state.name }}"}'


def automations(hook: str | None) -> list[Mapping[str, Any]]:
    """All of them; `hook` is the block that calls our pages, None where the server cannot have one."""
    if hook is None:
        return [SILENT_RUNS]
    call = {"type": "call-webhook", "block_document_id": hook, "payload": REPORT}
    return [SILENT_RUNS, {**RUNS_IN_TROUBLE, "actions": [call]}]
