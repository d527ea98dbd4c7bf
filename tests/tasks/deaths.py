"""Workers that are killed with SIGKILL, at a step's boundary or at a random moment, and the run that comes after them.

A worker chases what is due, makes the day's e-mails and sends them. `python -m tests.tasks.deaths --url URL --folder …`
gives each round more to do than before, kills so many workers, goes on until nothing waits, and prints what became of
every e-mail as JSON. Workers are forked from this one process, because Prefect takes seconds to import.
"""

import json
import mmap
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click
import sqlalchemy as sa
from prefect.logging import disable_run_logger

from benchmarks.mail_world import make
from config import settings as configured
from config.database import engine, forget_engine, session_scope
from config.fail_points import POINTS
from config.settings import ROOT
from flows.all_steps import all_through
from mail.catalogue import letter_of
from mail.samples import SAMPLES
from models.messages import Message, MessageKind, MessageState, Notice, NoticeState
from models.rounds import ImpactUpdate
from tasks import deliver
from tasks.round_steps import chase_updates, compose_messages
from tests.mail.mail_server import a_port

DAYS = [date(2026, 11, day) for day in (12, 13, 16, 17, 18, 19, 20)]
INSTANTS = [
    datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=32 * n) for day in DAYS for n in range(44)
]
"""Each longer after the one before than a lease runs."""

LETTER = "plan-agreed"
"""What is sent beside the chasers, and never twice by itself."""

STEPS = ("chase", "compose", "deliver")
AT = mmap.mmap(-1, 64)
"""Where each worker is: an index of `STEPS`, which outlives it."""


@dataclass
class Told:
    """What became of the messages: the states, how many were ever unsettled, and what must never be."""

    states: dict[str, int]
    deaths: int
    during: dict[str, int]
    unsettled: int
    lost: int
    twice: int
    twice_unsettled: int
    other_ids: int
    most_in_doubt: int
    seconds: float


@dataclass
class Work:
    """What is given to the workers, little by little: updates that are due, and letters that are queued."""

    many: int
    each: int
    given: int = 0

    def more(self, now: datetime) -> None:
        """So many more people to chase, and half as many to write a letter to."""
        first, last = self.given, min(self.given + self.each, self.many)
        self.given = last
        template, context = letter_of(SAMPLES[LETTER])
        letters = [
            {
                "kind": MessageKind.REPLY,
                "template": template,
                "contact_id": 1,
                "recipient": f"p{n}@school.example",
                "recipient_name": f"Person {n}",
                "day": DAYS[0],
                "context": context,
                "header_id": f"<{n}@sib.example>",
                "created_at": now,
            }
            for n in range(first, last, 2)
        ]
        with session_scope() as session:
            due = sa.update(ImpactUpdate).where(ImpactUpdate.id > first, ImpactUpdate.id <= last)
            session.execute(due.values(next_step_on=now.date()))
            if letters:
                session.execute(sa.insert(Message), letters)


def worker(place: int, now: datetime, fail_at: str = "") -> int:
    """Fork a worker that does a day's work once; its process."""
    forget_engine()
    AT[place] = 0
    child = os.fork()
    if child:
        return child
    try:
        configured.adopt({"SIB_FAIL_AT": fail_at})
        with disable_run_logger():
            all_through((("updates", chase_updates),), now.date())
            AT[place] = 1
            all_through((("people", compose_messages),), now.date())
            AT[place] = 2
            deliver.deliver_waiting.fn(now)
    except BaseException as error:  # noqa: BLE001  a child must not go on as its parent
        click.echo(f"worker: {error!r}", err=True)
        os._exit(1)
    os._exit(0)


def round_of(now: datetime, workers: int, fail_at: str, within: float, chance: random.Random | None) -> list[str]:
    """Run so many workers at one instant; kill some at random moments within so many seconds. At which step each that
    died of a signal was.
    """
    began = time.monotonic()
    running = [worker(n, now, fail_at if n == 0 else "") for n in range(workers)]
    moments = sorted((chance.uniform(0.0, within), child) for child in running) if chance else []
    for moment, child in moments:
        time.sleep(max(0.0, began + moment - time.monotonic()))
        os.kill(child, signal.SIGKILL)
    ended = [os.waitpid(child, 0)[1] for child in running]
    return [STEPS[AT[n]] for n, status in enumerate(ended) if os.WIFSIGNALED(status)]


def waiting() -> tuple[int, int]:
    """How much waits to be chased, made or sent, or is being sent; how many are in doubt."""
    with session_scope() as session:
        states = Counter(session.scalars(sa.select(Message.state)))
        due = sa.select(sa.func.count()).where(ImpactUpdate.next_step_on <= DAYS[-1])
        untold = sa.select(sa.func.count()).where(Notice.state == NoticeState.PENDING)
        more = (session.scalar(due) or 0) + (session.scalar(untold) or 0)
    doubt = states[MessageState.SENDING]
    return more + states[MessageState.QUEUED] + states[MessageState.RETRY] + doubt, doubt


def told(record: Path, deaths: Sequence[str], most: int, seconds: float) -> Told:
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
        deaths=len(deaths),
        during=dict(Counter(deaths)),
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
@click.option("--people", default=400, help="Chased in all; half as many get a letter.")
@click.option("--workers", default=1)
@click.option("--kills", default=0, help="So many deaths at random; 0: twice at each step's boundary.")
@click.option("--seed", default=1)
def main(url: str, folder: Path, people: int, workers: int, kills: int, seed: int) -> None:
    """Give work, kill, go on, count."""
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
            plan = [] if kills else [f"{point}:{n}" for n in (1, 2) for point in POINTS]
            rounds = len(plan) or 4 * kills // (3 * workers) + 2  # some end before they are killed
            work, left = Work(people, -(-people // rounds)), iter(INSTANTS)
            began, deaths, most = time.monotonic(), [], 0
            make(engine(), people)
            with session_scope() as session:
                session.execute(sa.update(ImpactUpdate).values(next_step_on=None))
            if kills:  # how long an undisturbed round takes is how long there is to be killed in
                work.more(now := next(left))
                round_of(now, workers, "", 0.0, None)
                began = time.monotonic()
                work.more(now := next(left))
                round_of(now, workers, "", 0.0, None)
            within = time.monotonic() - began
            for fail_at in plan or [""] * len(INSTANTS):
                work.more(now := next(left))
                deaths += round_of(now, workers, fail_at, within, chance if kills else None)
                most = max(most, waiting()[1])
                if kills and (len(deaths) >= kills or work.given == people):
                    break
            while work.given < people:
                work.more(INSTANTS[-1])
            for now in left:
                if not waiting()[0]:
                    break
                round_of(now, workers, "", 0.0, None)
            click.echo(json.dumps(asdict(told(record, deaths, most, time.monotonic() - began))))
        finally:
            sink.terminate()


if __name__ == "__main__":
    main()
