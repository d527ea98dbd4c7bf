"""The service spread out as over machines: PostgreSQL, Redis, two Prefect servers, four workers, all on loopback.

A round is shared out by school; a worker and a server are killed in the middle; everybody is told once all the same.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import make_url

from chaos.faults import NotHere, delivered, must, same, wanted_of
from chaos.invariants import breaches
from chaos.world import ASKS_ON, World, Worlds
from cli.prefect_api import RemoteServer
from cli.prefect_server import SERVER_SETTINGS, a_free_port
from config.settings import ROOT

SERVERS, WORKERS = 2, 4
UP_WITHIN, DONE_WITHIN = 240.0, 600.0
ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


@dataclass(slots=True)
class Spread:
    """What runs: each with the file that it writes to."""

    folder: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        """Start a program at the head of a group of its own."""
        with (self.folder / f"{name}.log").open("wb") as log:
            self.running[name] = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, name: str) -> None:
        """kill -9, with all that it had started."""
        process = self.running.pop(name)
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        process.wait()

    def kill_all(self) -> None:
        """Leave nothing behind."""
        for name in list(self.running):
            self.kill(name)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")


def spread_out(worlds: Worlds, chance: random.Random) -> list[str]:
    """Two servers, four workers, one round in four parts; one of each is killed while the parts run."""
    redis = shutil.which("redis-server")
    if worlds.postgres is None or redis is None or not worlds.postgres.is_debians or not find_spec("prefect_redis"):
        # Prefect's own database needs pg_trgm, which the tests' PostgreSQL does not have.
        raise NotHere("Several servers need PostgreSQL with pg_trgm (Debian's postgresql), redis-server, prefect-redis")
    wanted = wanted_of(worlds)
    with worlds.one() as world, _running(world, redis) as (spread, servers):
        wrong = must(world, "deploy")
        for number in range(WORKERS):
            command = [sys.executable, "-c", "from cli.main import main; main()", "work", "--name", f"worker-{number}"]
            spread.start(f"worker-{number}", command, world.environment())
        first = servers[0]
        asked = _ask_for_tick(first)
        _until(lambda: _parts(first, "RUNNING"), DONE_WITHIN, "no part of the round ever ran")
        spread.kill(f"worker-{chance.randrange(WORKERS)}")
        spread.kill("server-1")
        _until(lambda: _state(first, asked) in ENDED, DONE_WITHIN, "the tick never ended")
        took = {name for name in list(spread.running) if "flow run" in spread.log(name) and name.startswith("worker")}
        wrong += [] if len(took) > 1 else [f"Only {len(took)} workers took a part."]
        world.extra = {name: value for name, value in world.extra.items() if not name.startswith("PREFECT_")}
        wrong += must(world, "tick", "--as-of", ASKS_ON)  # what the killed worker left
        return [*wrong, *same(world, wanted), *delivered(world), *breaches(world)]


@contextmanager
def _running(world: World, redis: str) -> Iterator[tuple[Spread, list[RemoteServer]]]:
    spread = Spread(world.folder)
    with ExitStack() as ending:
        ending.callback(spread.kill_all)
        port = a_free_port()
        spread.start("redis", [redis, "--port", str(port), "--save", "", "--bind", "127.0.0.1"], dict(os.environ))
        environment = {**world.environment(), **_server_settings(world, port)}
        upgrade = [sys.executable, "-m", "prefect", "server", "database", "upgrade", "-y"]
        done = subprocess.run(upgrade, env=environment, check=False, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"Prefect's database could not be made: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        servers = []
        for number in range(SERVERS):
            own = a_free_port()
            command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(own)]
            spread.start(f"server-{number}", command, environment)
            servers.append(RemoteServer(f"http://127.0.0.1:{own}/api"))
            _until(servers[-1].is_ready, UP_WITHIN, f"server {number} did not start")
        world.extra |= {
            "PREFECT_API_URL": servers[0].api_url,
            "PREFECT_HOME": str(world.folder / "prefect"),
            "SIB_PARTS": str(WORKERS),
        }
        yield spread, servers


def _server_settings(world: World, redis_port: int) -> dict[str, str]:
    """As docs/how-to/several-machines.md says."""
    name = f"prefect_{world.folder.name.replace('-', '_')}"
    made = sa.create_engine(world.url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with made.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    url = make_url(world.url).set(drivername="postgresql+asyncpg", database=name)
    return {
        **SERVER_SETTINGS,
        "PREFECT_HOME": str(world.folder / "prefect"),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": url.render_as_string(hide_password=False),
        "PREFECT_MESSAGING_BROKER": "prefect_redis.messaging",
        "PREFECT_MESSAGING_CACHE": "prefect_redis.messaging",
        "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING": "prefect_redis.ordering",
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect_redis.lease_storage",
        "PREFECT_REDIS_MESSAGING_URL": f"redis://127.0.0.1:{redis_port}/0",
        "PREFECT_SERVER_DOCKET_URL": f"redis://127.0.0.1:{redis_port}/1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    }


def _ask_for_tick(server: RemoteServer) -> str:
    deployment = server.deployments()["tick"]
    asked: dict[str, Any] = server.ask(
        "POST", f"/deployments/{deployment}/create_flow_run", {"parameters": {"as_of": ASKS_ON}}
    )
    return str(asked["id"])


def _state(server: RemoteServer, run_id: str) -> str:
    return str(server.ask("GET", f"/flow_runs/{run_id}")["state_type"])


def _parts(server: RemoteServer, *states: str) -> list[Any]:
    wanted = {
        "flows": {"name": {"any_": ["share"]}},
        "flow_runs": {"state": {"type": {"any_": list(states)}}},
        "limit": 200,
    }
    found: list[Any] = server.ask("POST", "/flow_runs/filter", wanted)
    return found


def _until(true: Any, within: float, otherwise: str) -> None:
    deadline = time.monotonic() + within
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(otherwise)
        time.sleep(0.5)
