"""A small county in a round's first days, the commands that work on it, and the mail server that its mail goes to."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Engine, make_url

from chaos.postgres import Postgres
from config.database import create_engine
from config.settings import ROOT
from mail.sink import LOOPBACK, MailSink

START, ASKS_ON, AFTER = "2026-11-02", "2026-11-03", "2026-11-04"
LOAD = ("sample", "--schools", "40", "--active", "30", "--load", "--start", START)
PATIENCE = 240.0


@dataclass(slots=True)
class World:
    """Where things are. `run` waits for a command, `start` does not; commands are processes of their own."""

    url: str
    folder: Path
    sink: MailSink
    extra: dict[str, str] = field(default_factory=dict)
    prefix: tuple[str, ...] = ()
    """What commands are started through."""

    @property
    def mailbox(self) -> Path:
        return self.folder / "mail"

    def environment(self) -> dict[str, str]:
        """Settings of this world only; mail goes out, to this machine."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("SIB_", "PREFECT_"))}
        return {
            **kept,
            "PYTHONPATH": str(ROOT),
            "NO_COLOR": "1",
            "DO_NOT_TRACK": "1",
            "SIB_DATABASE_URL": self.url,
            "SIB_STATE_DIR": str(self.folder / "state"),
            "SIB_SECRET_KEY": "a key for a world that does not last",
            "SIB_SMTP_URL": self.sink.url,
            "SIB_TRIAL": "false",
            **self.extra,
        }

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start a command, at the head of a group of its own."""
        return subprocess.Popen(
            [*self.prefix, sys.executable, "-c", "from cli.main import main; main()", *words],
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, however it ends."""
        process = self.start(*words)
        try:
            out, err = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            kill(process)
            out, err = process.communicate()
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def engine(self) -> Engine:
        """For looking from outside; to be disposed of."""
        return create_engine(self.url)

    def arrived(self) -> list[tuple[str, str]]:
        """Message-ID and recipient of every mail that the server took, as often as it took it."""
        found = []
        for file in sorted(self.mailbox.glob("*.eml")):
            mail = message_from_bytes(file.read_bytes())
            found.append((str(mail["Message-ID"]), str(mail["To"])))
        return found


def kill(process: subprocess.Popen[str]) -> None:
    """End a command at once, and whatever it had started: nothing of it gets to clean up."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@dataclass(slots=True)
class Worlds:
    """Makes worlds that are all alike: loaded once for each kind of database, and copied."""

    folder: Path
    server: str | None = None
    """The address of a PostgreSQL server; None: worlds are SQLite files."""
    made: int = 0
    postgres: Postgres | None = None

    @contextmanager
    def one(self, host: str = LOOPBACK) -> Iterator[World]:
        """A fresh world; its mail server listens at `host`."""
        self.made += 1
        place = self.folder / f"world-{self.made}"
        place.mkdir(parents=True)
        with MailSink(place / "mail", host=host) as sink:
            yield World(self._database(place), place, sink)

    def _database(self, place: Path) -> str:
        if self.server is None:
            template = self.folder / "template.sqlite"
            if not template.exists():
                self._load(f"sqlite:///{template}")
            return f"sqlite:///{shutil.copy(template, place / 'sib.sqlite')}"
        name = f"chaos_{self.made}"
        if self.made == 1:
            self._administer("DROP DATABASE IF EXISTS chaos_template", "CREATE DATABASE chaos_template")
            self._load(self._on_server("chaos_template"))
        self._administer(f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name} TEMPLATE chaos_template")
        return self._on_server(name)

    def _on_server(self, name: str) -> str:
        return make_url(self.server or "").set(database=name).render_as_string(hide_password=False)

    def _administer(self, *statements: str) -> None:
        made = sa.create_engine(self.server or "", isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with made.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def _load(self, url: str) -> None:
        with MailSink(self.folder / "nothing") as sink:
            world = World(url, self.folder, sink)
            for words in (("db", "upgrade"), LOAD):
                done = world.run(*words)
                if done.returncode:
                    raise RuntimeError(done.stderr)
