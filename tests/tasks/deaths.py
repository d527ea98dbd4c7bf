"""Workers that are killed with SIGKILL, at a step's boundary or at a random moment, and the run that comes after them.

`python -m tests.tasks.deaths --url URL --folder DIR …` queues messages, kills, goes on until nothing waits, and prints
what became of every message as JSON. Workers are forked from this one process, because Prefect takes seconds to import.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click
import sqlalchemy as sa
from prefect.logging import disable_run_logger

from config import settings as configured
from config.database import forget_engine, session_scope
from config.fail_points import POINTS
from config.settings import ROOT
from mail.catalogue import letter_of
from mail.samples import SAMPLES
from models.contacts import Contact
from models.messages import Message, MessageKind, MessageState
from tasks import deliver
from tests.mail.mail_server import a_port

DAYS = [date(2025, 11, day) for day in (12, 13, 14, 17, 18, 19, 20, 21)]
INSTANTS = [
    datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=32 * n) for day in DAYS for n in range(44)
]
"""Each longer after the one before than a lease runs."""

TEMPLATES = ("impact-update-request", "plan-agreed")
"""A chaser and a letter, in turn."""


@dataclass
class Told:
    """What became of the messages: the states, how many were ever unsettled, and what must never be."""

    states: dict[str, int]
    deaths: int
    unsettled: int
    lost: int
    twice: int
    twice_unsettled: int
    other_ids: int
    most_in_doubt: int
    seconds: float


def queue(many: int) -> None:
    """Messages to as many people."""
    with session_scope() as session:
        contact = session.scalars(sa.select(Contact.id).limit(1)).one()
        contexts = [letter_of(SAMPLES[template]) for template in TEMPLATES]
        session.execute(
            sa.insert(Message),
            [
                {
                    "kind": MessageKind.REPLY,
                    "template": contexts[n % 2][0],
                    "contact_id": contact,
                    "recipient": f"p{n}@school.example",
                    "recipient_name": f"Person {n}",
                    "day": DAYS[0],
                    "context": contexts[n % 2][1],
                    "header_id": f"<{n}@sib.example>",
                    "created_at": INSTANTS[0],
                }
                for n in range(many)
            ],
        )


def worker(now: datetime, fail_at: str = "") -> int:
    """Fork a worker that delivers once; its process."""
    forget_engine()
    child = os.fork()
    if child:
        return child
    try:
        configured.adopt({"SIB_FAIL_AT": fail_at})
        with disable_run_logger():
            deliver.deliver_waiting.fn(now)
    except BaseException as error:  # noqa: BLE001  a child must not go on as its parent
        click.echo(f"worker: {error!r}", err=True)
        os._exit(1)
    os._exit(0)


def round_of(now: datetime, workers: int, fail_at: str, chance: random.Random | None) -> int:
    """Run so many workers at one instant; kill some at random moments. How many died of a signal."""
    running = [worker(now, fail_at if n == 0 else "") for n in range(workers)]
    for child in running if chance else ():
        time.sleep(chance.uniform(0.0, 0.12) if chance else 0.0)
        if chance and chance.random() < 0.85:
            os.kill(child, signal.SIGKILL)
    return sum(os.WIFSIGNALED(os.waitpid(child, 0)[1]) for child in running)


def waiting() -> tuple[int, int]:
    """How many messages wait or are being sent; how many are in doubt."""
    with session_scope() as session:
        states = Counter(session.scalars(sa.select(Message.state)))
    doubt = states[MessageState.SENDING]
    return states[MessageState.QUEUED] + states[MessageState.RETRY] + doubt, doubt


def told(record: Path, deaths: int, most: int, seconds: float) -> Told:
    """Compare what the server got with what the outbox says."""
    got = [line.split() for line in record.read_text().splitlines()]
    copies = Counter(recipient for recipient, _ in got)
    ids: dict[str, set[str]] = {}
    for recipient, header in got:
        ids.setdefault(recipient, set()).add(header)
    with session_scope() as session:
        rows = session.execute(sa.select(Message.recipient, Message.header_id, Message.state, Message.unsettled)).all()
    return Told(
        states=dict(Counter(state.value for _, _, state, _ in rows)),
        deaths=deaths,
        unsettled=sum(times > 0 for *_, times in rows),
        lost=sum(copies[to] == 0 and (state is MessageState.SENT or not times) for to, _, state, times in rows),
        twice=sum(copies[to] > 1 and not times for to, _, _, times in rows),
        twice_unsettled=sum(copies[to] > 1 for to, _, _, times in rows if times),
        other_ids=sum(ids.get(to, {header}) != {header} for to, header, *_ in rows),
        most_in_doubt=most,
        seconds=round(seconds, 1),
    )


@click.command()
@click.option("--url", required=True)
@click.option("--folder", type=click.Path(path_type=Path), required=True)
@click.option("--messages", default=400)
@click.option("--workers", default=1)
@click.option("--kills", default=0, help="Rounds with random kills; 0: once at each step's boundary.")
@click.option("--seed", default=1)
def main(url: str, folder: Path, messages: int, workers: int, kills: int, seed: int) -> None:
    """Queue, kill, go on, count."""
    port, record = a_port(), folder / "got"
    record.touch()
    configured.adopt(
        {
            "SIB_DATABASE_URL": url,
            "SIB_STATE_DIR": str(folder),
            "SIB_SMTP_URL": f"smtp://127.0.0.1:{port}",
            "SIB_TRIAL": "false",
            "SIB_AREA": "838",
            "SIB_SEND_FROM": "00:00",
            "SIB_SEND_UNTIL": "23:59",
        }
    )
    forget_engine()
    configured.settings().link_key()
    command = [sys.executable, "-m", "benchmarks.sink", str(port), str(record)]
    chance = random.Random(seed)
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as sink:
        assert sink.stdout is not None
        sink.stdout.readline()
        try:
            queue(messages)
            began, deaths, most, left = time.monotonic(), 0, 0, iter(INSTANTS)
            plan = [f"{point}:{n}" for n in (1, 2) for point in POINTS[4:]] if not kills else [""] * kills
            for fail_at in plan:
                deaths += round_of(next(left), workers, fail_at, chance if kills else None)
                most = max(most, waiting()[1])
                if not waiting()[0]:
                    break
            for now in left:
                if not waiting()[0]:
                    break
                round_of(now, workers, "", None)
            click.echo(json.dumps(asdict(told(record, deaths, most, time.monotonic() - began))))
        finally:
            sink.terminate()


if __name__ == "__main__":
    main()
