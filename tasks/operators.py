"""Telling an operator of a run that failed or crashed."""

import sqlalchemy as sa

from config import clock
from config.database import session_scope
from models.officer_tasks import OfficerTask


def tell_operator(flow: str, flow_run_id: str, state: str) -> None:
    """Put a run in trouble on the task list, once."""
    key = f"run:{flow_run_id}"
    with session_scope() as session:
        if session.scalar(sa.select(OfficerTask.id).where(OfficerTask.key == key)) is None:
            session.add(
                OfficerTask(
                    key=key,
                    kind="run-in-trouble",
                    raised_on=clock.today(),
                    due_on=clock.today(),
                    text=f"The run {flow_run_id} of {flow} ended as {state}: look at it in Prefect, then run it again.",
                )
            )
