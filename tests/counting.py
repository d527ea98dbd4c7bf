"""What a test asks the database, counted as the statements that it is sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """The statements that the session's database is sent meanwhile, in their order."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    bind = session.get_bind()
    sa.event.listen(bind, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sa.event.remove(bind, "before_cursor_execute", note)
