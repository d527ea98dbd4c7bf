"""Mail: a round's chase by its Prefect flow, against a hand-written floor in the same run.

Each figure is taken in a process of its own, the floor's and the chase's in turn, `--rounds` times; medians. `chase` is
the whole: decide, render, build, send, record, as one run of the flow on a real Prefect server. `deliver` is its last
part alone, from queued messages to sent ones. Peers that are installed (`benchmarks.peers`) take their turns too;
`chase_over_it` is how many times as fast our chase was in the same run.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.databases import database
from benchmarks.measuring import repeated
from benchmarks.peers import PEERS
from benchmarks.wanted import Figures, Wanted
from config.settings import ROOT, environment_for_child
from mail.message import Envelope, build
from mail.rendering import render
from mail.samples import SAMPLES

CHASER = "impact-update-request"
FLOORS = ("floor", "floor-library-build", "floor-pipelined")
OURS = ("chase", "deliver", "two-workers", "quiet-tick")


def measure(wanted: Wanted) -> Figures:
    """Figures render, build, those of `FLOORS` and `OURS`, and the peers'."""
    sizes = wanted.sizes or (2_400,)
    yield from _parts(wanted, sizes[0])
    for kind in wanted.databases:
        for n in sizes:
            yield from _of(wanted, kind, n)


def _parts(wanted: Wanted, n: int) -> Figures:
    context = SAMPLES[CHASER]
    rendered = render(context)
    envelope = Envelope(
        header_id="<sib.1.20261112@sib.example>",
        sender="board@sib.example",
        sender_name="School Improvement Board",
        recipient="head@school.example",
        recipient_name="Priya Shah",
        reply_to="school.improvement@sib.example",
        date=datetime(2026, 11, 12, 9, 0, tzinfo=UTC),
        references="<case.1@sib.example>",
    )
    acts: dict[str, Callable[[], object]] = {
        "render": lambda: render(context),
        "build": lambda: build(rendered, envelope),
    }
    for name, act in acts.items():
        if wanted.wants(name):
            yield repeated(act, n).figure(name, n, database=None, ratio_to_floor=None)


def _of(wanted: Wanted, kind: str, n: int) -> Figures:
    peers = [name for name, one in PEERS.items() if one.versions and kind in one.databases and n <= one.most]
    names = [name for name in (*FLOORS, *OURS, *peers) if name == "floor" or wanted.wants(name)]
    if not any(map(wanted.wants, (*FLOORS, *OURS, *peers))):
        return
    with tempfile.TemporaryDirectory() as folder, database(kind, Path(folder)) as url, sink() as port:
        _worker("make", url, port, n, folder)
        taken: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
        for _ in range(wanted.rounds):
            for name in names:
                taken[name].append(_worker(name, url, port, n, folder))
        speed = {name: statistics.median(one["per_second"] for one in taken[name]) for name in names}
        for name in names:
            figure = _median(name, n, kind, taken[name], speed["floor"])
            if name in peers and "chase" in speed:
                figure["chase_over_it"] = round(speed["chase"] / speed[name], 2)
            yield figure


def _median(name: str, n: int, kind: str, taken: list[dict[str, Any]], floor: float) -> dict[str, Any]:
    rows = sorted(taken, key=lambda one: float(one["per_second"]))
    middle = rows[len(rows) // 2]
    return {"name": name, "n": n, "database": kind, **middle, "ratio_to_floor": round(middle["per_second"] / floor, 3)}


def _worker(what: str, url: str, port: int, n: int, folder: str) -> dict[str, Any]:
    """One measurement in a process of its own."""
    environment = environment_for_child(
        {
            "SIB_DATABASE_URL": url,
            "SIB_STATE_DIR": folder,
            "SIB_SMTP_URL": f"smtp://127.0.0.1:{port}",
            "SIB_TRIAL": "false",
            "SIB_AREA": "838",
            "DO_NOT_TRACK": "1",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_LOGGING_LEVEL": "ERROR",
        }
    )
    command = [sys.executable, "-m", "benchmarks.mail_worker", what, str(port), str(n)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{what}: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@contextmanager
def sink() -> Iterator[int]:
    """The quick mail server, in a process of its own; its port."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.sink", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as served:
        assert served.stdout is not None
        served.stdout.readline()
        try:
            yield port
        finally:
            served.terminate()
