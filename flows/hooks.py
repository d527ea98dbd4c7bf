"""What happens when a run fails or crashes.

An operator finds it among the officers' tasks, not only in Prefect's history.
"""

from typing import Any


def on_trouble(flow: Any, flow_run: Any, state: Any) -> None:
    """Put a failed or crashed run on the operators' list, once a run. Ids only.

    A message could hold what a person typed.
    """
    from tasks.operators import tell_operator

    tell_operator(flow.name, str(flow_run.id), state.name)
