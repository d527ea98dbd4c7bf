"""All engines of the tests share one dialect of a kind, and with it what SQLAlchemy has compiled.

SQLAlchemy keeps compiled statements by engine and by dialect. Each test has a database and so engines of its own, and
would compile every statement anew, which took a third of the processor's time of the tests on a database.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine

_first: dict[tuple[object, ...], Any] = {}
"""The first engine of each kind that connected: then its dialect knows its server."""


def share_what_is_compiled() -> None:
    """From here on `sqlalchemy.create_engine` makes engines that share."""
    sa.create_engine = _sharing(sa.create_engine)


def _sharing(create_engine: Callable[..., Engine]) -> Callable[..., Engine]:
    @wraps(create_engine)
    def created(*given: Any, **named: Any) -> Engine:
        made = create_engine(*given, **named)
        dialect: Any = made.dialect
        kind = (type(dialect), dialect._json_serializer, dialect._json_deserializer)
        if kind in _first:
            first = _first[kind]
            made.dialect = made.pool._dialect = first.dialect
            made._compiled_cache = first._compiled_cache
        else:
            sa.event.listen(made.pool, "connect", lambda *_: _first.setdefault(kind, made))
        return made

    return created
