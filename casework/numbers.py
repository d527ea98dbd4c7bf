"""Numbers for rows before they are written: so that one can name another, and many can be written in one statement."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.links import Link
from models.messages import Message

AT_ONCE = 500


def numbers(session: Session, kind: type[Link | Message], at_once: int = AT_ONCE) -> Iterator[int]:
    """New numbers, as many as are asked for. The transaction must be a writing one.

    PostgreSQL's sequence gives each once, whoever asks; on SQLite only one transaction writes, and it is this one.
    """
    if session.get_bind().dialect.name == "postgresql":
        series = sa.func.generate_series(1, at_once).table_valued("n")
        sequence = sa.func.pg_get_serial_sequence(kind.__tablename__, "id")
        while True:
            yield from session.scalars(sa.select(sa.func.nextval(sequence)).select_from(series)).all()
    last = session.scalar(sa.select(sa.func.max(kind.id))) or 0
    while True:
        last += 1
        yield last
