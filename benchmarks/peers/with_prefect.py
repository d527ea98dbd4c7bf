"""Prefect as its tutorials show it: one flow that maps one task over the mails, eight threads, a server of its own."""

import os

from prefect import flow, task
from prefect.futures import wait
from prefect.task_runners import ThreadPoolTaskRunner

from benchmarks import mail_floor
from benchmarks.measuring import Measured, measured
from benchmarks.peers.one_mail import PORT, none_left, send_one
from cli.prefect_server import PrefectServer, recorded_on, running_server, wait_until_ready
from config.database import engine
from config.settings import settings

EIGHT = 8


@task(retries=3, retry_delay_seconds=10)
def chaser(number: int) -> None:
    """One mail."""
    send_one(number)


@flow(task_runner=ThreadPoolTaskRunner(max_workers=EIGHT))  # type: ignore[arg-type]  # as its documentation has it
def chasers(first: int, last: int) -> None:
    """Each a task run."""
    wait(chaser.map(range(first, last + 1)))


def run(port: int, n: int) -> Measured:
    """The flow over n mails, after once over one."""
    os.environ[PORT] = str(port)
    mail_floor.queue(engine(), n + 1)
    with running_server(settings().prefect_home) as server:
        wait_until_ready(server)
        taken = _run(server, n)
    assert none_left()
    return taken


def _run(server: PrefectServer, n: int) -> Measured:
    with recorded_on(server):
        chasers(n + 1, n + 1)
        with measured() as taken:
            chasers(1, n)
    return taken
