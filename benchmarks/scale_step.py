"""One step of `benchmarks.scale`, in a process of its own: prints its time, memory and number of queries as JSON."""

import asyncio
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from benchmarks.measuring import measured
from config.database import engine, reading_scope
from config.settings import adopt, settings

SEED = 2018


def main(step: str, *words: str) -> None:
    """Do it, and print what it cost; `n` comes last."""
    n = int(words[-1])
    queries = [0]

    def counted(*_: object) -> None:
        queries[0] += 1

    sa.event.listen(engine(), "before_cursor_execute", counted)
    act = STEPS[step](words)
    with measured() as taken:
        done = act()
    print(
        json.dumps(
            {
                "seconds": round(taken.seconds, 2),
                "cpu_seconds": round(max(taken.cpu_seconds, 0.01), 2),
                "peak_mb": round(taken.peak_mb),
                "queries": queries[0],
                "did": done,
                "cpu_ms_each": round(1000 * taken.cpu_seconds / n, 3),
            }
        )
    )


def _sample(words: tuple[str, ...]) -> Callable[[], object]:
    from sample.loading import load_area

    n, start = int(words[-1]), date.fromisoformat(words[words.index("--start") + 1])

    def act() -> int:
        with tempfile.TemporaryDirectory() as folder:
            return load_area(Path(folder), schools=n, active=n, seed=SEED, start=start).active

    return act


def _tick(words: tuple[str, ...]) -> Callable[[], object]:
    from flows.tick import tick

    return lambda: asyncio.run(tick.fn(as_of=date.fromisoformat(words[0])))


def _identify(words: tuple[str, ...]) -> Callable[[], object]:
    from flows.identify import identify
    from sample.area import la_codes

    own, *others = la_codes(int(words[-1]), int(settings().area))
    adopt({"SIB_AREA": str(own), "SIB_OTHER_AREAS": ",".join(map(str, others))})
    return lambda: asyncio.run(identify.fn(as_of=date.fromisoformat(words[0])))


def _evaluate(words: tuple[str, ...]) -> Callable[[], object]:
    from flows.evaluate import evaluate

    return lambda: asyncio.run(evaluate.fn(as_of=date.fromisoformat(words[0])))


def _meanwhile(words: tuple[str, ...]) -> Callable[[], object]:
    from benchmarks.scale_meanwhile import meanwhile

    return lambda: meanwhile(words[0])


def _assign(words: tuple[str, ...]) -> Callable[[], object]:
    """Providers for up to 400 of the new cases at once, as a commissioning run of a large council would have them.

    The sample's providers are all at work; here each can take two cases more.
    """
    from analysis.assignment import assign_in_run
    from casework.candidates import case_needs, options
    from models.commissions import Commission, CommissionState

    with reading_scope() as session:
        ids = list(
            session.scalars(
                sa.select(Commission.id).where(Commission.state == CommissionState.IDENTIFIED).order_by(Commission.id)
            )
        )[:400]

    def assign() -> int:
        day = date.fromisoformat(words[0])
        with reading_scope() as session:
            cases = session.scalars(sa.select(Commission).where(Commission.id.in_(ids)).order_by(Commission.id)).all()
            free = [replace(one, free=max(one.free, 2)) for one in options(session, day, usual_days=8)]
            found = assign_in_run(case_needs(session, cases, day), free)
        return found.together.placed

    return assign


def _share(words: tuple[str, ...]) -> Callable[[], object]:
    """One part of a day's work; it begins when a line comes in, so that all parts begin together."""
    from prefect.logging import disable_run_logger

    from flows.day_steps import work_through

    what, day, part, of = words[0], date.fromisoformat(words[1]), int(words[2]), int(words[3])
    with reading_scope() as session:
        session.execute(sa.text("SELECT 1"))
    print("ready", flush=True)
    sys.stdin.readline()

    def act() -> dict[str, int]:
        with disable_run_logger():
            facts, failed = work_through(what, day, part, of)
        assert not failed, failed
        return facts

    return act


STEPS: dict[str, Callable[[tuple[str, ...]], Callable[[], object]]] = {
    "sample": _sample,
    "tick": _tick,
    "share": _share,
    "identify": _identify,
    "evaluate": _evaluate,
    "meanwhile": _meanwhile,
    "assign": _assign,
}

if __name__ == "__main__":
    main(*sys.argv[1:])
