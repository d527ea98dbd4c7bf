"""DBOS, a durable workflow a mail with one step in it: enqueued, then worked through by eight threads."""

import os
import time
from pathlib import Path

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig

from benchmarks import mail_floor
from benchmarks.measuring import Measured, measured
from benchmarks.peers.one_mail import PORT, none_left, send_one
from config.database import engine
from config.settings import settings

EIGHT = 8
QUEUE = "chasers"
_CLEAR = "DROP SCHEMA IF EXISTS dbos CASCADE"


@DBOS.step(retries_allowed=True)
def send(number: int) -> None:
    """One mail."""
    send_one(number)


@DBOS.workflow()
def chaser(number: int) -> None:
    """A workflow that is carried on after a death."""
    send(number)


def run(port: int, n: int) -> Measured:
    """Enqueue n workflows and wait for each, after once for one."""
    os.environ[PORT] = str(port)
    mail_floor.queue(engine(), n + 1)
    config: DBOSConfig = {
        "name": "chasers",
        "system_database_url": _its_own_database(),
        "max_executor_threads": EIGHT,
        "log_level": "ERROR",
        "enable_otlp": False,
    }
    DBOS(config=config)
    DBOS.launch()
    try:
        DBOS.register_queue(QUEUE)
        DBOS.enqueue_workflow(QUEUE, chaser, n + 1).get_result()
        with measured() as taken:
            for number in range(1, n + 1):
                DBOS.enqueue_workflow(QUEUE, chaser, number)
            while not none_left():
                time.sleep(0.1)
    finally:
        DBOS.destroy()
    return taken


def _its_own_database() -> str:
    """Where it keeps its workflows: beside the mails on PostgreSQL, in a file of its own on SQLite."""
    if engine().dialect.name == "sqlite":
        folder = Path(settings().state_dir)
        for one in folder.glob("dbos.sqlite*"):
            one.unlink()
        return f"sqlite:///{folder / 'dbos.sqlite'}"
    with engine().begin() as connection:
        connection.execute(sa.text(_CLEAR))
    return engine().url.set(drivername="postgresql").render_as_string(hide_password=False)
