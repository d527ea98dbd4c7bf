"""The real command in a process of its own, on a database of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from config.settings import ROOT
from tests.cli import forked

WITHIN = 600.0


@dataclass(slots=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(slots=True)
class Sib:
    """`sib` with settings of its own; `folder` is where it is called. What starts Prefect, or is told of its server,
    has to read everything `anew`: Prefect takes its settings when it is read.
    """

    folder: Path
    env: dict[str, str] = field(default_factory=dict)
    anew: bool = False

    def __call__(self, *arguments: object, **env: str) -> Ran:
        run = _anew if self.anew else forked.run
        return Ran(*run([str(one) for one in arguments], self.folder, self._environment(env), WITHIN))

    def _environment(self, env: dict[str, str]) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("SIB_", "PREFECT_"))}
        return {**kept, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", **self.env, **env}

    def done(self, *arguments: object, **env: str) -> Ran:
        """A command that must succeed."""
        ran = self(*arguments, **env)
        assert ran.code == 0, ran.err
        return ran

    def refused(self, *arguments: object, **env: str) -> str:
        """A command that must be refused: one plain sentence, exit 1, nothing on standard output, no traceback."""
        ran = self(*arguments, **env)
        assert ran.code == 1, (ran.code, ran.out, ran.err)
        assert ran.out == ""
        sentence = ran.err.strip()
        assert "\n" not in sentence
        assert "Traceback" not in sentence
        assert sentence.endswith("."), sentence
        return sentence


def _anew(arguments: list[str], folder: Path, environment: dict[str, str], within: float) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-c", "from cli.main import main; main()", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=within,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def settings_for(database: str, folder: Path) -> dict[str, str]:
    return {"SIB_DATABASE_URL": database, "SIB_STATE_DIR": str(folder / "state"), "SIB_AREA": "838"}


@pytest.fixture
def sib(database: str, tmp_path: Path) -> Sib:
    """On a fresh database, once of each kind."""
    return Sib(tmp_path, settings_for(database, tmp_path))


@pytest.fixture
def on_sqlite(sqlite_url: str, tmp_path: Path) -> Sib:
    """On a fresh SQLite database."""
    return Sib(tmp_path, settings_for(sqlite_url, tmp_path))
