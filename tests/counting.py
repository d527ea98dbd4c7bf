"""What a test asks the database, counted as the statements that it is sent."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session


@contextmanager
def counted(where: Session | Engine, *, but: tuple[str, ...] = ()) -> Iterator[list[str]]:
    """The statements that a session's database, or an engine, is sent meanwhile, in their order; none that begins with
    one of `but`.
    """
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(but):
            asked.append(statement)

    with heard(where, "before_cursor_execute", note):
        yield asked


@contextmanager
def heard(where: Session | Engine, moment: str, note: Callable[..., None]) -> Iterator[None]:
    """`note` is called at one of SQLAlchemy's moments meanwhile, and not after."""
    bind = where.get_bind() if isinstance(where, Session) else where
    sa.event.listen(bind, moment, note)
    try:
        yield
    finally:
        sa.event.remove(bind, moment, note)


@contextmanager
def plans(session: Session, of: Callable[[str], bool]) -> Iterator[list[str]]:
    """How the database goes about each statement that `of` picks, a line a step."""
    explain = "EXPLAIN QUERY PLAN" if session.get_bind().dialect.name == "sqlite" else "EXPLAIN"
    found: list[str] = []

    def note(_connection: Any, cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if not many and of(statement):
            asked = cursor.connection.cursor().execute(f"{explain} {statement}", parameters)
            found.extend(row[-1] for row in asked)

    with heard(session, "before_cursor_execute", note):
        yield found
