"""Values in parts short enough for the IN list of one statement.

SQLite takes 32,766 parameters in a statement, unless it was built for more, and PostgreSQL 65,535; and every length of
the list is a statement of its own to prepare. So what a nation asks for is read in parts of one length.
"""

from collections.abc import Iterator, Sequence
from typing import TypeVar

PART = 500
_T = TypeVar("_T")


def in_parts(values: Sequence[_T], size: int = PART) -> Iterator[Sequence[_T]]:
    """All the values in their order, `size` at a time, the rest last; nothing at all for none."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
