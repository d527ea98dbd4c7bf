"""Which index a search goes by where a database cannot know.

Without statistics SQLite takes the rows of one state for few, and searches by the state rather than by a list of
numbers. In the middle of a round all rows have the same state: each batch then looks at the whole round, and ten times
the schools take a hundred times as long.
"""

from typing import TypeVar

import sqlalchemy as sa

T = TypeVar("T")


def not_searched(column: sa.orm.InstrumentedAttribute[T]) -> sa.ColumnElement[T]:
    """A column of text as it is compared row by row: no index is asked for it, on either database."""
    return column.op("||", return_type=column.type)(sa.literal_column("''"))
