"""Procrastinate, a job a mail on PostgreSQL: deferred in one batch, then worked through eight at a time."""

import asyncio
import os

import sqlalchemy as sa
from procrastinate import App, PsycopgConnector

from benchmarks import mail_floor
from benchmarks.measuring import Measured, measured
from benchmarks.peers.one_mail import PORT, none_left, send_one
from config.database import engine

EIGHT = 8
_CLEAR = "DROP SCHEMA IF EXISTS peers CASCADE; CREATE SCHEMA peers"


def run(port: int, n: int) -> Measured:
    """Defer n jobs and work until none is left."""
    os.environ[PORT] = str(port)
    with engine().begin() as connection:
        connection.execute(sa.text(_CLEAR))
    mail_floor.queue(engine(), n)
    taken = asyncio.run(_worked(n))
    assert none_left()
    return taken


async def _worked(n: int) -> Measured:
    address = engine().url.set(drivername="postgresql").render_as_string(hide_password=False)
    app = App(connector=PsycopgConnector(conninfo=address, kwargs={"options": "-c search_path=peers,public"}))

    @app.task(name="chaser")
    def chaser(number: int) -> None:
        send_one(number)

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        with measured() as taken:
            await chaser.batch_defer_async(*({"number": number} for number in range(1, n + 1)))
            await app.run_worker_async(
                wait=False, concurrency=EIGHT, delete_jobs="successful", install_signal_handlers=False
            )
    return taken
